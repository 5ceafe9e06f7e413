package io.warren.service;

import io.warren.spi.Agent;
import java.util.List;
import java.util.Optional;

/**
 * What a newcomer means for those who serve the same endpoint for the same user already. A Warren agent says who it is: its later session replaces the
 * earlier one. Another one does not, so that every other such agent may be its former self.
 */
final class Takeover {
    private Takeover() {}

    /** Whether a later session of the same agent is there. */
    static boolean isOutdated(Entry newcomer, List<Entry> present) {
        return present.stream().anyMatch(entry -> replaces(entry, newcomer));
    }

    /** Earlier sessions of the same agent. */
    static List<Entry> replaced(Entry newcomer, List<Entry> present) {
        return newcomer.agent().isEmpty()
                ? List.of()
                : present.stream().filter(entry -> replaces(newcomer, entry)).toList();
    }

    private static boolean replaces(Entry later, Entry earlier) {
        Optional<Agent> one = later.agent();
        Optional<Agent> other = earlier.agent();
        return one.isPresent()
                && other.isPresent()
                && one.get().is(other.get())
                && one.get().epoch() > other.get().epoch();
    }

    /** Lets those who may be the newcomer's former self prove that they live: until then it comes first. */
    static void question(Entry newcomer, List<Entry> present) {
        if (newcomer.agent().isEmpty()) {
            present.stream()
                    .filter(entry -> entry != newcomer && entry.agent().isEmpty())
                    .forEach(Entry::doubt);
        }
    }
}
