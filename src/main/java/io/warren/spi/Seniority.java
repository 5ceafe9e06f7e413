package io.warren.spi;

import java.util.Optional;

/**
 * Whose claim to an endpoint came first, in an order that is the same at every member: of two users who claimed it in two halves of a split network, the
 * lower one keeps it.
 *
 * @param since when, in milliseconds of the claiming member's clock
 */
public record Seniority(long since, Optional<String> user) implements Comparable<Seniority> {
    @Override
    public int compareTo(Seniority other) {
        return since != other.since
                ? Long.compare(since, other.since)
                : user.orElse("").compareTo(other.user.orElse(""));
    }

    public boolean precedes(Seniority other) {
        return compareTo(other) < 0;
    }
}
