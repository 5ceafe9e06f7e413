package io.warren.transport.udp;

import io.warren.net.UdpSessions;
import io.warren.spi.Listener;
import io.warren.spi.Settings;
import io.warren.spi.Transport;
import java.time.Duration;

/** The {@code udp} transport. */
public final class Udp {
    public static final Transport TRANSPORT = Transport.named("udp")
            .listener(Udp::sessions, (scope, sessions) -> new UdpListener(sessions))
            .dialer(section -> section, (scope, section) -> new UdpDialer());

    private Udp() {}

    /** What listens on a port that an agent has bound: a visitor's session goes on after the first answer. */
    public static Listener forVisitors() {
        return new UdpListener(UdpSessions.Options.DEFAULT.keepAlive(true));
    }

    static UdpSessions.Options sessions(Settings listener) {
        Settings metadata = listener.metadata();
        UdpSessions.Options usual = UdpSessions.Options.DEFAULT;
        Duration ttl = metadata.duration(usual.ttl(), "ttl", "keepalive.ttl");
        return new UdpSessions.Options(
                ttl.isZero() || ttl.isNegative() ? usual.ttl() : ttl,
                metadata.flag(false, "keepalive"),
                metadata.flag(false, "stateless"),
                metadata.integer(usual.backlog(), 1, 65_536, "backlog"),
                metadata.integer(usual.queue(), 1, 65_536, "readQueueSize", "recvQueueSize"),
                metadata.integer(usual.maxPayload(), 1, 65_535, "readBufferSize", "udp.bufferSize"));
    }
}
