package io.warren.spi;

import java.util.Optional;

/**
 * Who a Warren agent is: what serves an endpoint under the same name again is the same agent, come back.
 *
 * @param name stable over restarts
 * @param slot which of the sessions that it holds at the same time, from 0
 * @param epoch grows with each login of that slot: the greatest is the one that lives
 */
public record Agent(String name, int slot, long epoch) {
    /** As in an {@link Offer} and between members: {@code name/slot@epoch}. */
    @Override
    public String toString() {
        return name + "/" + slot + "@" + epoch;
    }

    /** The reverse of {@link #toString}; empty for what it cannot have written. */
    public static Optional<Agent> parse(String text) {
        int at = text.lastIndexOf('@');
        int slash = text.lastIndexOf('/', at);
        if (slash < 0) {
            return Optional.empty();
        }
        try {
            return Optional.of(new Agent(
                    text.substring(0, slash),
                    Integer.parseInt(text.substring(slash + 1, at)),
                    Long.parseLong(text.substring(at + 1))));
        } catch (NumberFormatException e) {
            return Optional.empty();
        }
    }

    /** Whether {@code other} is the same session of the same agent, at another time. */
    public boolean is(Agent other) {
        return slot == other.slot && name.equals(other.name);
    }
}
