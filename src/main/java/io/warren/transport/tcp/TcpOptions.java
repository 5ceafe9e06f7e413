package io.warren.transport.tcp;

import io.warren.net.KeepAlive;
import io.warren.net.ListenOptions;
import io.warren.spi.Settings;
import java.time.Duration;

/**
 * Options of a TCP socket.
 *
 * @param keepAlive {@code keepalive}, {@code keepalive.idle}, {@code keepalive.interval}, {@code keepalive.count}; as Go's default without them
 * @param reusePort {@code reuseport}
 */
public record TcpOptions(KeepAlive keepAlive, boolean reusePort) {
    public static TcpOptions read(Settings section) {
        return read(section, "keepalive");
    }

    /** The same for a dialer whose own keep-alive has the short names. */
    static TcpOptions prefixed(Settings section) {
        return read(section, "tcp.keepalive");
    }

    private static TcpOptions read(Settings section, String keepAliveKey) {
        Settings metadata = section.metadata();
        if (metadata.flag(false, "mptcp")) {
            metadata.warning("mptcp", "multipath TCP is not supported by this version, plain TCP is used");
        }
        boolean tuned = metadata.flag(false, keepAliveKey);
        Duration idle = metadata.duration(Duration.ZERO, keepAliveKey + ".idle");
        Duration interval = metadata.duration(Duration.ZERO, keepAliveKey + ".interval");
        int count = metadata.integer(0, 0, 1000, keepAliveKey + ".count");
        KeepAlive usual = KeepAlive.DEFAULT;
        KeepAlive keepAlive = tuned
                ? new KeepAlive(
                        true,
                        idle.isZero() ? usual.idle() : idle,
                        interval.isZero() ? usual.interval() : interval,
                        count == 0 ? usual.count() : count)
                : usual;
        return new TcpOptions(keepAlive, metadata.flag(false, "reuseport"));
    }

    ListenOptions listen() {
        return new ListenOptions(ListenOptions.DEFAULT.backlog(), reusePort, false, keepAlive);
    }
}
