package io.warren.net;

import java.time.Duration;

/**
 * TCP keep-alive of a socket.
 *
 * @param idle silence before the first probe; zero = the system's default
 * @param interval between probes; zero = the system's default
 * @param count unanswered probes that end the connection; 0 = the system's default
 */
public record KeepAlive(boolean on, Duration idle, Duration interval, int count) {
    /** What Go, and so gost, does when nothing is set: 15 s, 15 s, 9. */
    public static final KeepAlive DEFAULT = new KeepAlive(true, Duration.ofSeconds(15), Duration.ofSeconds(15), 9);
}
