package io.warren.transport.reverse;

import io.warren.net.UdpSessions;
import io.warren.spi.Network;
import io.warren.spi.Settings;
import io.warren.spi.Transport;
import java.time.Duration;

/** The catalogue's lines for listeners at a far end. */
public final class Reverse {
    private static final UdpSessions.Options SESSIONS =
            new UdpSessions.Options(Duration.ofSeconds(5), true, false, 128, 1024, 8192);

    public static final Transport TCP = Transport.named("rtcp")
            .listener(
                    section -> ReverseOptions.read(section, SESSIONS),
                    (scope, options) -> new ReverseListener(scope, Network.TCP, options));

    public static final Transport UDP = Transport.named("rudp")
            .listener(
                    section -> ReverseOptions.read(section, sessions(section)),
                    (scope, options) -> new ReverseListener(scope, Network.UDP, options));

    private Reverse() {}

    static UdpSessions.Options sessions(Settings listener) {
        Settings metadata = listener.metadata();
        Duration ttl = metadata.duration(SESSIONS.ttl(), "ttl");
        return new UdpSessions.Options(
                ttl.isZero() || ttl.isNegative() ? SESSIONS.ttl() : ttl,
                true,
                false,
                metadata.integer(SESSIONS.backlog(), 1, 65_536, "backlog"),
                metadata.integer(SESSIONS.queue(), 1, 65_536, "readQueueSize"),
                metadata.integer(SESSIONS.maxPayload(), 1, 65_535, "readBufferSize"));
    }
}
