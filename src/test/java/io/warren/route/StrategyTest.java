package io.warren.route;

import static org.assertj.core.api.Assertions.assertThat;

import io.warren.fixture.MapSettings;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StrategyTest {
    @ParameterizedTest
    @CsvSource({
        "round,ROUND",
        "rr,ROUND",
        "rand,RANDOM",
        "random,RANDOM",
        "fifo,FIFO",
        "ha,FIFO",
        "hash,HASH",
        "'',ROUND"
    })
    void namesOfGostAreKnown(String name, Strategy expected) {
        MapSettings selector = MapSettings.of("strategy", name);

        assertThat(Strategy.read(selector)).isEqualTo(expected);
        assertThat(selector.warnings()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"parallel", "lowestlatency", "ll", "nonsense"})
    void otherStrategiesAreRoundRobinWithAWarning(String name) {
        MapSettings selector = MapSettings.of("strategy", name);

        assertThat(Strategy.read(selector)).isEqualTo(Strategy.ROUND);
        assertThat(selector.warnings())
                .containsExactly("section.strategy: strategy \"" + name + "\" is not in this version: round is used");
    }

    @Test
    void sectionWithoutStrategyIsRoundRobin() {
        assertThat(Strategy.read(MapSettings.of())).isEqualTo(Strategy.ROUND);
    }
}
