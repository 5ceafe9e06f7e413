package io.warren.protocol.relay;

import static org.assertj.core.api.Assertions.assertThat;

import io.warren.fixture.MapSettings;
import io.warren.layer.smux.SmuxOptions;
import io.warren.layer.sniff.Sniffing;
import io.warren.spi.Credentials;
import io.warren.spi.Offer;
import io.warren.spi.Secret;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class RelayOptionsTest {
    private static final Duration USUAL = Duration.ofSeconds(15);

    private static MapSettings metadata(Object... keysAndValues) {
        return MapSettings.of("metadata", MapSettings.entry(keysAndValues));
    }

    @Test
    void handlerHasGostsDefaults() {
        MapSettings none = MapSettings.of();
        assertThat(RelayHandlerOptions.read(none))
                .isEqualTo(new RelayHandlerOptions(
                        USUAL,
                        false,
                        "",
                        Offer.Reach.CLUSTER,
                        false,
                        SmuxOptions.version(1),
                        Duration.ZERO,
                        Sniffing.OFF));
        assertThat(none.problems()).isEmpty();
    }

    @Test
    void handlerReadsEveryKey() {
        MapSettings all = metadata(
                "readTimeout",
                3_000_000_000L,
                "bind",
                true,
                "bind.host",
                "127.0.0.1",
                "bind.scope",
                "member",
                "hash",
                "host",
                "mux.version",
                2,
                "idleTimeout",
                4_000_000_000L,
                "nodelay",
                true,
                "udp.bufferSize",
                4096,
                "sniffing",
                true,
                "sniffing.timeout",
                2_000_000_000L);
        assertThat(RelayHandlerOptions.read(all))
                .isEqualTo(new RelayHandlerOptions(
                        Duration.ofSeconds(3),
                        true,
                        "127.0.0.1",
                        Offer.Reach.MEMBER,
                        true,
                        SmuxOptions.version(2),
                        Duration.ofSeconds(4),
                        new Sniffing(true, Duration.ofSeconds(2))));
        assertThat(all.problems()).isEmpty();
        assertThat(all.warnings()).isEmpty();
    }

    @Test
    void zeroReadTimeoutIsTheUsualOneAndFramesAreWarnedOf() {
        MapSettings odd = metadata("readTimeout", 0L, "sniffing.websocket", true);
        assertThat(RelayHandlerOptions.read(odd).patience()).isEqualTo(USUAL);
        assertThat(odd.warnings()).singleElement().asString().contains("sniffing");
    }

    @Test
    void connectorReadsEveryKey() {
        assertThat(RelayConnectorOptions.read(MapSettings.of()))
                .isEqualTo(new RelayConnectorOptions(Optional.empty(), USUAL, false, SmuxOptions.version(1)));
        MapSettings all = MapSettings.of(
                "auth",
                MapSettings.entry("username", "alice", "password", "s3cret"),
                "metadata",
                MapSettings.entry("connectTimeout", 3_000_000_000L, "nodelay", true, "mux.version", 2));
        assertThat(RelayConnectorOptions.read(all))
                .isEqualTo(new RelayConnectorOptions(
                        Optional.of(new Credentials("alice", Secret.of("s3cret"))),
                        Duration.ofSeconds(3),
                        true,
                        SmuxOptions.version(2)));
    }
}
