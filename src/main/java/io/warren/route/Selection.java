package io.warren.route;

import io.warren.spi.Session;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Predicate;

/**
 * Chooses among the candidates of a hop: those set aside and backups are left out as long as anything else is there, priorities go before the strategy.
 * Shared by all event loops.
 */
public final class Selection {
    private final Strategy strategy;
    private final AtomicLong counter = new AtomicLong();

    public Selection(Strategy strategy) {
        this.strategy = strategy;
    }

    /** @param eligible what the candidates have to pass besides health */
    <T extends Candidate> Optional<T> select(List<T> all, Predicate<T> eligible, Session session) {
        List<T> healthy = new ArrayList<>(all.size());
        T lastResort = null;
        for (T candidate : all) {
            if (!eligible.test(candidate)) {
                continue;
            }
            if (!candidate.marker().setAside()) {
                healthy.add(candidate);
            } else if (lastResort == null) {
                lastResort = candidate;
            }
        }
        if (healthy.size() <= 1) {
            return healthy.isEmpty() ? Optional.ofNullable(lastResort) : Optional.of(healthy.get(0));
        }
        return Optional.of(byPriority(withoutBackups(healthy), session));
    }

    private static <T extends Candidate> List<T> withoutBackups(List<T> from) {
        List<T> primaries = from.stream().filter(c -> !c.backup()).toList();
        return primaries.isEmpty() ? from : primaries;
    }

    private <T extends Candidate> T byPriority(List<T> from, Session session) {
        TreeMap<Integer, List<T>> tiers = new TreeMap<>(Comparator.reverseOrder());
        for (T candidate : from) {
            tiers.computeIfAbsent(candidate.priority(), p -> new ArrayList<>()).add(candidate);
        }
        List<T> first = tiers.firstEntry().getValue();
        return first.size() == 1 ? first.get(0) : strategy.choose(first, session, counter);
    }
}
