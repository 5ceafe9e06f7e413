package io.warren.protocol.forward;

import static org.assertj.core.api.Assertions.assertThat;

import io.warren.fixture.MapSettings;
import io.warren.layer.sniff.Sniffing;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class ForwardOptionsTest {
    private static MapSettings metadata(Object... keysAndValues) {
        return MapSettings.of("metadata", MapSettings.entry(keysAndValues));
    }

    @Test
    void nothingIsLimitedByDefault() {
        assertThat(ForwardOptions.read(MapSettings.of())).isEqualTo(new ForwardOptions(Duration.ZERO, 0, Sniffing.OFF));
    }

    @Test
    void everyKeyIsRead() {
        MapSettings all = metadata("idleTimeout", 7_000_000_000L, "proxyProtocol", 2);
        assertThat(ForwardOptions.read(all)).isEqualTo(new ForwardOptions(Duration.ofSeconds(7), 2, Sniffing.OFF));
        assertThat(all.problems()).isEmpty();
        assertThat(all.warnings()).isEmpty();
    }

    @Test
    void statelessSessionEndsWhenNoAnswerComes() {
        assertThat(ForwardOptions.read(metadata("stateless", true, "readTimeout", 2_000_000_000L))
                        .idle())
                .isEqualTo(Duration.ofSeconds(2));
    }

    @Test
    void sniffingIsReadAndFramesAreWarnedOf() {
        MapSettings sniffing = metadata("sniffing", true, "sniffing.timeout", 1L, "sniffing.websocket", true);
        assertThat(ForwardOptions.read(sniffing).sniffing()).isEqualTo(new Sniffing(true, Duration.ofNanos(1)));
        assertThat(sniffing.problems()).isEmpty();
        assertThat(sniffing.warnings()).hasSize(1);
    }
}
