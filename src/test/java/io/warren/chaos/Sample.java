package io.warren.chaos;

import java.time.Duration;

/** What became of one request or one datagram; {@code start} and {@code end} are of {@link System#nanoTime}. */
record Sample(Route route, long start, long end, String fault) {
    /** A person would say that it did not work. */
    static final Duration SLOW = Duration.ofSeconds(1);

    boolean failed() {
        return !fault.isEmpty();
    }

    boolean slow() {
        return end - start > SLOW.toNanos();
    }

    Duration took() {
        return Duration.ofNanos(end - start);
    }
}
