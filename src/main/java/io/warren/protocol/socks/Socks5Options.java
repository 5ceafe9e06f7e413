package io.warren.protocol.socks;

import io.warren.net.Address;
import io.warren.spi.Offer;
import io.warren.spi.Settings;
import java.time.Duration;

/**
 * The handler's options.
 *
 * @param readTimeout for a client to come to its request, TLS included
 * @param idleTimeout silence in both directions that ends a connection or association; zero = none
 * @param tls whether gost's methods with TLS are accepted
 * @param bind whether BIND in all its forms is allowed
 * @param udp whether datagrams are allowed
 * @param publicHost the host that replies to BIND and UDP ASSOCIATE name; empty = the address that the client reached
 * @param datagramBytes the longest datagram with its header
 * @param resolveSources whether sources of datagrams are told as IPs only
 * @param ports where UDP ASSOCIATE binds
 * @param plainVisitors whether the streams of a mux BIND begin with the visitor's bytes, as gost 2 expects, instead of its address
 * @param hashHost whether a hash selector goes by the target instead of the client
 * @param bindHost replaces a wildcard host in a BIND; empty = the wildcard stays
 * @param reach how far what a client binds is announced
 */
record Socks5Options(
        Duration readTimeout,
        Duration idleTimeout,
        boolean tls,
        boolean bind,
        boolean udp,
        String publicHost,
        int datagramBytes,
        boolean resolveSources,
        PortRange ports,
        boolean plainVisitors,
        boolean hashHost,
        String bindHost,
        Offer.Reach reach) {
    /** gost's. */
    static final int DATAGRAM_BYTES = 4096;

    static Socks5Options read(Settings section) {
        Settings metadata = section.metadata();
        if (metadata.flag(false, "tor", "enableTor", "socks5.tor")) {
            metadata.warning("tor", "RESOLVE and RESOLVE_PTR are not supported: they are answered with reply 7");
        }
        return new Socks5Options(
                Socks4Options.readTimeout(metadata),
                metadata.duration(Duration.ZERO, "idleTimeout"),
                !metadata.flag(false, "notls"),
                metadata.flag(false, "bind"),
                metadata.flag(false, "udp"),
                metadata.text("", "socks.publicAddr", "publicAddr"),
                datagramBytes(metadata),
                metadata.flag(false, "udp.resolveDomain", "udpResolveDomain"),
                PortRange.read(metadata),
                metadata.flag(false, "comp"),
                metadata.text("", "hash").equals("host"),
                metadata.text("", "bind.host"),
                metadata.oneOf(Offer.Reach.CLUSTER, Offer.Reach.class, "bind.scope"));
    }

    static int datagramBytes(Settings metadata) {
        int bytes = metadata.integer(DATAGRAM_BYTES, Integer.MIN_VALUE, 65535, "udp.bufferSize", "udpBufferSize");
        return bytes <= 0 ? DATAGRAM_BYTES : bytes;
    }

    /** What a client's BIND asks for, with our own host for its wildcard. */
    Address local(Address asked) {
        return asked.isWildcard() && !bindHost.isEmpty() ? asked.withHost(bindHost) : asked;
    }
}
