package io.warren.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.warren.spi.Secret;
import io.warren.spi.Settings;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class TreeSettingsTest {
    private enum Mode {
        UDP,
        TLS_MUX
    }

    private final Ledger ledger = new Ledger();

    private Settings read(String yaml) {
        return TreeSettings.root(ledger, DocumentReader.read("x.yml", yaml, false, true));
    }

    private List<String> problems() {
        return ledger.problems().all().stream().map(Problem::toString).toList();
    }

    @Test
    void keysMatchInAnyCase() {
        assertThat(read("BackLog: 5").integer(1, 1, 10, "backlog")).isEqualTo(5);
        assertThat(read("chaingroup: {a: b}").section("chainGroup").present()).isTrue();
    }

    @Test
    void theFirstAliasPresentWinsEvenIfItsValueIsWrong() {
        Settings metadata = read("metadata: {b: x, c: 7}").metadata();
        assertThat(metadata.integer(1, 0, 10, "a", "b", "c")).isEqualTo(1);
        assertThat(problems())
                .containsExactly("x.yml:1:15: metadata.b: expected a whole number from 0 to 10, got \"x\"");
    }

    @Test
    void bareDurationsAreSecondsInMetadataAndNanosecondsElsewhere() {
        Settings root = read("{reload: 10000000, metadata: {a: 10, b: \"10\", c: 1m30s, d: -1, e: 2.0}}");
        assertThat(root.duration(Duration.ZERO, "reload")).isEqualTo(Duration.ofMillis(10));
        assertThat(root.metadata().duration(Duration.ZERO, "a")).isEqualTo(Duration.ofSeconds(10));
        assertThat(root.metadata().duration(Duration.ZERO, "b")).isEqualTo(Duration.ofSeconds(10));
        assertThat(root.metadata().duration(Duration.ZERO, "c")).isEqualTo(Duration.ofSeconds(90));
        assertThat(root.metadata().duration(Duration.ZERO, "d")).isEqualTo(Duration.ofSeconds(-1));
        assertThat(root.metadata().duration(Duration.ZERO, "e")).isEqualTo(Duration.ofSeconds(2));
        assertThat(problems()).isEmpty();
    }

    @Test
    void weakTypesConvert() {
        Settings root =
                read("{i: \"0x10\", b: 1, t: true, n: 1234, f: 1e3, e: \"\", o: 0777, metadata: {t: true, i: true}}");
        assertThat(root.integer(0, 0, 99, "i")).isEqualTo(16);
        assertThat(root.flag(false, "b")).isTrue();
        assertThat(root.text("", "t")).isEqualTo("1");
        assertThat(root.metadata().text("", "t")).isEqualTo("true");
        assertThat(root.metadata().integer(0, 0, 9, "i")).isEqualTo(1);
        assertThat(root.text("", "n")).isEqualTo("1234");
        assertThat(root.text("", "f")).isEqualTo("1000");
        assertThat(root.integer(7, 0, 9, "e")).isEqualTo(7);
        assertThat(root.text("x", "e")).isEmpty();
        assertThat(root.integer(0, 0, 999, "o")).isEqualTo(511);
        assertThat(problems()).isEmpty();
    }

    @Test
    void integralJsonNumbersAreIntegers() {
        Mapping json =
                DocumentReader.read("x.json", "{\"metadata\": {\"mtu\": 1400, \"on\": 1, \"ttl\": 5}}", true, true);
        Settings metadata = TreeSettings.root(ledger, json).metadata();
        assertThat(metadata.integer(0, 0, 9000, "mtu")).isEqualTo(1400);
        assertThat(metadata.flag(false, "on")).isTrue();
        assertThat(metadata.duration(Duration.ZERO, "ttl")).isEqualTo(Duration.ofSeconds(5));
        assertThat(metadata.text("", "mtu")).isEqualTo("1400");
        assertThat(problems()).isEmpty();
    }

    @Test
    void aZeroIsANumberThatNobodyHasSet() {
        assertThat(read("backlog: 0").integer(128, 1, 65535, "backlog")).isEqualTo(128);
        assertThat(problems()).isEmpty();
    }

    @Test
    void dottedKeysAreFlat() {
        Settings metadata =
                read("metadata: {limiter: {in: 1MB}, limiter.out: 2MB}").metadata();
        assertThat(metadata.text("none", "limiter.in")).isEqualTo("none");
        assertThat(metadata.text("none", "limiter.out")).isEqualTo("2MB");
    }

    @Test
    void aSingleValueIsAListOfOne() {
        Settings root = read("{authers: a, limits: [1, b], none: [], single: {name: x}}");
        assertThat(root.texts("authers")).containsExactly("a");
        assertThat(root.texts("limits")).containsExactly("1", "b");
        assertThat(root.texts("none")).isEmpty();
        assertThat(root.list("single")).hasSize(1);
        assertThat(root.list("single").get(0).path()).isEqualTo("single[0]");
        assertThat(problems()).isEmpty();
    }

    @Test
    void mapsKeepTheCaseAndOrderOfTheirKeys() {
        assertThat(read("header: {X-B: 1, A-b: two}").map("header"))
                .containsExactly(Map.entry("X-B", "1"), Map.entry("A-b", "two"));
    }

    @Test
    void namesOfAnEnumMatchInAnyCaseAndAreSuggested() {
        assertThat(read("mode: TLS-mux").oneOf(Mode.UDP, Mode.class, "mode")).isEqualTo(Mode.TLS_MUX);
        assertThat(read("mode: upd").oneOf(Mode.TLS_MUX, Mode.class, "mode")).isEqualTo(Mode.TLS_MUX);
        assertThat(problems())
                .containsExactly("x.yml:1:7: mode: expected one of udp, tls-mux, got \"upd\" (did you mean \"udp\"?)");
    }

    @Test
    void aWrongSecretIsNotShown() {
        Settings root = read("{password: {hunter2: x}, good: hunter2}");
        assertThat(root.secret("password")).isEqualTo(Secret.NONE);
        assertThat(root.secret("good").reveal()).isEqualTo("hunter2");
        assertThat(problems()).containsExactly("x.yml:1:2: password: expected a text");
    }

    @Test
    void aMissingSectionIsEmptyAndNamesItsPath() {
        Settings tls = read("name: a").section("listener").section("tls");
        assertThat(tls.present()).isFalse();
        assertThat(tls.text("none", "certFile")).isEqualTo("none");
        tls.problem("certFile", "missing");
        assertThat(problems()).containsExactly("x.yml:1:1: listener.tls.certFile: missing");
    }

    @Test
    void nullIsMissing() {
        Settings root = read("{a: ~, b: null, c: }");
        assertThat(root.has("a")).isFalse();
        assertThat(root.integer(3, 1, 5, "b")).isEqualTo(3);
        assertThat(root.list("c")).isEmpty();
    }
}
