package io.warren.protocol.socks;

import io.warren.layer.smux.SmuxOptions;
import io.warren.layer.sniff.Sniffing;
import io.warren.layer.tls.TlsServerOptions;
import io.warren.net.Address;
import io.warren.net.UdpOptions;
import io.warren.spi.Offer;
import io.warren.spi.Settings;
import java.time.Duration;
import java.util.Optional;

/**
 * The handler's options.
 *
 * @param readTimeout for a client to come to its request, TLS included
 * @param idleTimeout silence in both directions that ends a connection or association; zero = none
 * @param tls for gost's methods with TLS; empty = they are not accepted
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
 * @param mux what carries the visitors of a mux BIND
 * @param sniffing whether what passes is looked at
 */
record Socks5Options(
        Duration readTimeout,
        Duration idleTimeout,
        Optional<TlsServerOptions> tls,
        boolean bind,
        boolean udp,
        String publicHost,
        int datagramBytes,
        boolean resolveSources,
        PortRange ports,
        boolean plainVisitors,
        boolean hashHost,
        String bindHost,
        Offer.Reach reach,
        SmuxOptions mux,
        Sniffing sniffing) {
    static Socks5Options read(Settings section) {
        Settings metadata = section.metadata();
        if (metadata.flag(false, "tor", "enableTor", "socks5.tor")) {
            metadata.warning("tor", "RESOLVE and RESOLVE_PTR are not supported: they are answered with reply 7");
        }
        return new Socks5Options(
                Socks4Options.readTimeout(metadata),
                metadata.duration(Duration.ZERO, "idleTimeout"),
                metadata.flag(false, "notls")
                        ? Optional.empty()
                        : Optional.of(TlsServerOptions.read(section.section("tls"))),
                metadata.flag(false, "bind"),
                metadata.flag(false, "udp"),
                metadata.text("", "socks.publicAddr", "publicAddr"),
                datagramBytes(metadata),
                metadata.flag(false, "udp.resolveDomain", "udpResolveDomain"),
                PortRange.read(metadata),
                metadata.flag(false, "comp"),
                metadata.text("", "hash").equals("host"),
                metadata.text("", "bind.host"),
                metadata.oneOf(Offer.Reach.CLUSTER, Offer.Reach.class, "bind.scope"),
                SmuxOptions.read(section, 1),
                Sniffing.read(metadata));
    }

    /** gost's 4096 bytes would cut longer datagrams; nothing is cut unless somebody asks for it. */
    private static int datagramBytes(Settings metadata) {
        int bytes = metadata.integer(0, Integer.MIN_VALUE, 1 << 20, "udp.bufferSize", "udpBufferSize");
        return bytes <= 0 ? UdpOptions.LONGEST : Math.min(bytes, UdpOptions.LONGEST);
    }

    /** What a client's BIND asks for, with our own host for its wildcard. */
    Address local(Address asked) {
        return asked.isWildcard() && !bindHost.isEmpty() ? asked.withHost(bindHost) : asked;
    }
}
