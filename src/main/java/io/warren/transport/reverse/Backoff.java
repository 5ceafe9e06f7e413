package io.warren.transport.reverse;

import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * Waits between attempts: none, then 0.1 s and doubling, then always 5 s, each up to a fifth longer or shorter, so that many agents do not come back at
 * once. The time that an attempt may take grows as well, from 3 s.
 */
final class Backoff {
    private static final long FIRST_MILLIS = 100;
    private static final long LAST_MILLIS = 5000;
    private static final long SHORTEST_MILLIS = 3000;
    private static final long LONGEST_MILLIS = 15_000;

    private final RandomGenerator random;
    private long nextMillis;
    private long attemptMillis = SHORTEST_MILLIS;

    Backoff(RandomGenerator random) {
        this.random = random;
    }

    Duration next() {
        long millis = nextMillis;
        nextMillis = Math.min(LAST_MILLIS, Math.max(FIRST_MILLIS, millis * 2));
        attemptMillis = Math.min(LONGEST_MILLIS, attemptMillis * 2);
        return Duration.ofMillis(Math.round(millis * (0.8 + 0.4 * random.nextDouble())));
    }

    /** For one attempt. */
    Duration patience() {
        return Duration.ofMillis(attemptMillis);
    }

    void reset() {
        nextMillis = 0;
        attemptMillis = SHORTEST_MILLIS;
    }
}
