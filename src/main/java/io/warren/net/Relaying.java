package io.warren.net;

import java.time.Duration;

/**
 * How two ends are joined.
 *
 * @param idle both directions silent for this long end the pair; zero = never
 * @param linger after one direction has ended, the other one silent for this long ends the pair; zero = never
 * @param meter counts what passes
 */
public record Relaying(Duration idle, Duration linger, Meter meter) {
    /** gost cuts a half-closed pair after 10 s; we do so only when nothing moves. */
    public static final Duration LINGER = Duration.ofSeconds(10);

    public static Relaying counting(Meter meter) {
        return new Relaying(Duration.ZERO, LINGER, meter);
    }

    public Relaying idleAfter(Duration time) {
        return new Relaying(time, linger, meter);
    }
}
