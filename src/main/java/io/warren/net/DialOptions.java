package io.warren.net;

import java.time.Duration;

/**
 * How a socket is dialled.
 *
 * @param timeout for the connection to be there, over all addresses of a name
 * @param interfaces interface names or local IPs, comma separated, tried in order; a trailing {@code !} forbids the next; empty = the system decides
 * @param mark SO_MARK; 0 = none
 */
public record DialOptions(Duration timeout, String interfaces, int mark, KeepAlive keepAlive) {
    public static final DialOptions DEFAULT = new DialOptions(Duration.ofSeconds(15), "", 0, KeepAlive.DEFAULT);

    public DialOptions within(Duration time) {
        return new DialOptions(time, interfaces, mark, keepAlive);
    }

    public DialOptions from(String interfaceList, int soMark) {
        return new DialOptions(timeout, interfaceList, soMark, keepAlive);
    }

    public DialOptions keepAlive(KeepAlive other) {
        return new DialOptions(timeout, interfaces, mark, other);
    }
}
