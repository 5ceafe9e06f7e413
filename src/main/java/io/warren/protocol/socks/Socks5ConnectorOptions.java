package io.warren.protocol.socks;

import io.warren.layer.smux.SmuxOptions;
import io.warren.layer.tls.TlsClientOptions;
import io.warren.spi.Credentials;
import io.warren.spi.Settings;
import java.time.Duration;
import java.util.Optional;

/**
 * The connector's options.
 *
 * @param timeout for the negotiation, and once more for the node's reply; zero = the caller's limit counts
 * @param tls for gost's methods with TLS; empty = they are not offered
 * @param namesNode whether TLS is told which host it wants, as gost does where something is configured for it
 * @param credentials what the node is told when it asks
 * @param udpBeside whether datagrams go over UDP beside the stream, as RFC 1928 says, instead of in gost's frames on it
 * @param udpTimeout an association over UDP ends after that time; zero = never
 * @param mux what carries the visitors of a mux BIND
 */
record Socks5ConnectorOptions(
        Duration timeout,
        Optional<TlsClientOptions> tls,
        boolean namesNode,
        Optional<Credentials> credentials,
        boolean udpBeside,
        Duration udpTimeout,
        SmuxOptions mux) {
    static Socks5ConnectorOptions read(Settings section) {
        Settings metadata = section.metadata();
        return new Socks5ConnectorOptions(
                metadata.duration(Duration.ZERO, "timeout"),
                metadata.flag(false, "notls")
                        ? Optional.empty()
                        : Optional.of(TlsClientOptions.read(section.section("tls"))),
                section.section("tls").present(),
                section.credentials(),
                metadata.text("", "relay").equals("udp"),
                metadata.duration(Duration.ZERO, "udp.timeout"),
                SmuxOptions.read(section, 1));
    }
}
