package io.warren.protocol.socks;

import static org.assertj.core.api.Assertions.assertThat;

import io.warren.fixture.MapSettings;
import io.warren.layer.smux.SmuxOptions;
import io.warren.layer.sniff.Sniffing;
import io.warren.net.Address;
import io.warren.net.UdpOptions;
import io.warren.spi.Credentials;
import io.warren.spi.Offer;
import io.warren.spi.Secret;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class SocksOptionsTest {
    private static Socks5Options socks5(String... keysAndValues) {
        return Socks5Options.read(MapSettings.component(keysAndValues));
    }

    @Test
    void handlerDefaultsAreThoseOfGost() {
        Socks5Options options = socks5();
        assertThat(options.readTimeout()).isEqualTo(Duration.ofSeconds(15));
        assertThat(options.idleTimeout()).isZero();
        assertThat(options.tls()).isPresent();
        assertThat(options.bind()).isFalse();
        assertThat(options.udp()).isFalse();
        assertThat(options.publicHost()).isEmpty();
        assertThat(options.datagramBytes()).isEqualTo(UdpOptions.LONGEST);
        assertThat(options.resolveSources()).isFalse();
        assertThat(options.ports()).isEqualTo(new PortRange(0, 0));
        assertThat(options.plainVisitors()).isFalse();
        assertThat(options.hashHost()).isFalse();
        assertThat(options.reach()).isEqualTo(Offer.Reach.CLUSTER);
        assertThat(options.mux()).isEqualTo(SmuxOptions.version(1));
    }

    @Test
    void everyHandlerKeyIsRead() {
        Socks5Options options = socks5(
                "readTimeout", "3s",
                "idleTimeout", "60s",
                "notls", "true",
                "bind", "true",
                "udp", "true",
                "socks.publicAddr", "203.0.113.1",
                "udp.bufferSize", "2000",
                "udp.resolveDomain", "true",
                "udp.bindRange.min", "5000",
                "udp.bindRange.max", "5010",
                "comp", "true",
                "hash", "host",
                "bind.host", "127.0.0.2",
                "bind.scope", "member",
                "mux.version", "2",
                "sniffing", "true",
                "sniffing.timeout", "2s");
        assertThat(options)
                .isEqualTo(new Socks5Options(
                        Duration.ofSeconds(3),
                        Duration.ofSeconds(60),
                        Optional.empty(),
                        true,
                        true,
                        "203.0.113.1",
                        2000,
                        true,
                        new PortRange(5000, 5010),
                        true,
                        true,
                        "127.0.0.2",
                        Offer.Reach.MEMBER,
                        SmuxOptions.version(2),
                        new Sniffing(true, Duration.ofSeconds(2))));
        assertThat(options.local(Address.of("0.0.0.0", 80))).isEqualTo(Address.of("127.0.0.2", 80));
        assertThat(options.local(Address.of("10.0.0.1", 80))).isEqualTo(Address.of("10.0.0.1", 80));
    }

    @Test
    void aliasesSayTheSame() {
        Socks5Options options = socks5(
                "publicAddr", "203.0.113.1",
                "udpBufferSize", "2000",
                "udpResolveDomain", "true",
                "udp.minPort", "5000",
                "udp.maxPort", "5010");
        assertThat(options.publicHost()).isEqualTo("203.0.113.1");
        assertThat(options.datagramBytes()).isEqualTo(2000);
        assertThat(options.resolveSources()).isTrue();
        assertThat(options.ports()).isEqualTo(new PortRange(5000, 5010));
    }

    @Test
    void zeroOrNegativeMeansTheDefaultAndHalfARangeIsNone() {
        assertThat(socks5("readTimeout", "0s").readTimeout()).isEqualTo(Duration.ofSeconds(15));
        assertThat(socks5("readTimeout", "-1s").readTimeout()).isEqualTo(Duration.ofSeconds(15));
        assertThat(socks5("udp.bufferSize", "-1").datagramBytes()).isEqualTo(UdpOptions.LONGEST);
        assertThat(socks5("udp.minPort", "5000").ports()).isEqualTo(new PortRange(0, 0));
        assertThat(socks5("udp.minPort", "5000", "udp.maxPort", "4000").ports()).isEqualTo(new PortRange(0, 0));
    }

    @Test
    void torIsReportedAsNotSupported() {
        for (String key : List.of("tor", "enableTor", "socks5.tor")) {
            MapSettings sections = MapSettings.component(key, "true");
            assertThat(Socks5Options.read(sections)).isNotNull();
            assertThat(sections.warnings()).singleElement().asString().contains("RESOLVE");
        }
    }

    @Test
    void everyConnectorKeyIsRead() {
        Socks5ConnectorOptions options = Socks5ConnectorOptions.read(MapSettings.component(
                "timeout", "3s",
                "notls", "true",
                "relay", "udp",
                "udp.timeout", "7s",
                "mux.version", "2",
                "auth.username", "alice",
                "auth.password", "s3cret"));
        assertThat(options)
                .isEqualTo(new Socks5ConnectorOptions(
                        Duration.ofSeconds(3),
                        Optional.empty(),
                        false,
                        Optional.of(new Credentials("alice", Secret.of("s3cret"))),
                        true,
                        Duration.ofSeconds(7),
                        SmuxOptions.version(2)));
        Socks5ConnectorOptions defaults = Socks5ConnectorOptions.read(MapSettings.component());
        assertThat(defaults.timeout()).isZero();
        assertThat(defaults.tls()).isPresent();
        assertThat(defaults.udpBeside()).isFalse();
        assertThat(defaults.mux()).isEqualTo(SmuxOptions.version(1));
    }

    @Test
    void socks4KeysAreRead() {
        assertThat(Socks4Options.read(MapSettings.component("readTimeout", "3s", "idleTimeout", "4s", "hash", "host")))
                .isEqualTo(new Socks4Options(Duration.ofSeconds(3), Duration.ofSeconds(4), true, Sniffing.OFF));
        assertThat(Socks4Options.read(MapSettings.component()))
                .isEqualTo(new Socks4Options(Duration.ofSeconds(15), Duration.ZERO, false, Sniffing.OFF));
        assertThat(Socks4ConnectorOptions.read(
                        MapSettings.component("timeout", "3s", "disable4a", "true", "auth.username", "alice")))
                .isEqualTo(new Socks4ConnectorOptions(Duration.ofSeconds(3), false, "alice"));
        assertThat(Socks4ConnectorOptions.read(MapSettings.component()))
                .isEqualTo(new Socks4ConnectorOptions(Duration.ZERO, true, ""));
    }
}
