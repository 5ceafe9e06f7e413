package io.warren.transport.reverse;

import java.time.Duration;
import java.util.random.RandomGenerator;

/** Waits between attempts: 1, 2, 4, then always 5 s, each up to a fifth longer or shorter, so that many agents do not come back at once. */
final class Backoff {
    private static final long FIRST_MILLIS = 1000;
    private static final long LAST_MILLIS = 5000;

    private final RandomGenerator random;
    private long nextMillis = FIRST_MILLIS;

    Backoff(RandomGenerator random) {
        this.random = random;
    }

    Duration next() {
        long millis = nextMillis;
        nextMillis = Math.min(LAST_MILLIS, millis * 2);
        return Duration.ofMillis(Math.round(millis * (0.8 + 0.4 * random.nextDouble())));
    }

    void reset() {
        nextMillis = FIRST_MILLIS;
    }
}
