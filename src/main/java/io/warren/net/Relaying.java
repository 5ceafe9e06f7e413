package io.warren.net;

import java.time.Duration;

/**
 * How two ends are joined.
 *
 * @param idle both directions silent for this long end the pair; zero = never
 * @param linger after one direction has ended, the other one silent for this long ends the pair; zero = never
 * @param meter counts what passes
 * @param fromClient how fast the client's bytes go
 * @param toClient how fast bytes go to the client
 */
public record Relaying(Duration idle, Duration linger, Meter meter, Pace fromClient, Pace toClient) {
    /** gost cuts a half-closed pair after 10 s; we do so only when nothing moves. */
    public static final Duration LINGER = Duration.ofSeconds(10);

    /** Without a limit on speed. */
    public Relaying(Duration idle, Duration linger, Meter meter) {
        this(idle, linger, meter, Pace.FREE, Pace.FREE);
    }

    public static Relaying counting(Meter meter) {
        return new Relaying(Duration.ZERO, LINGER, meter);
    }

    public Relaying idleAfter(Duration time) {
        return new Relaying(time, linger, meter, fromClient, toClient);
    }

    public Relaying paced(Pace up, Pace down) {
        return new Relaying(idle, linger, meter, up, down);
    }

    public Relaying paced(Paces paces) {
        return paced(paces.fromClient(), paces.toClient());
    }
}
