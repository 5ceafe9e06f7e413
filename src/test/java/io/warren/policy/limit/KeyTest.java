package io.warren.policy.limit;

import static org.assertj.core.api.Assertions.assertThat;

import io.warren.net.Address;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class KeyTest {
    private static Rules<String> rules(String... keys) {
        Map<Key, String> rules = new LinkedHashMap<>();
        for (String key : keys) {
            rules.put(Key.parse(key).orElseThrow(), key);
        }
        return new Rules<>(rules);
    }

    @ParameterizedTest
    @CsvSource({
        "10.1.2.3,10.1.2.3",
        "10.1.2.4,10.1.2.0/24",
        "10.1.3.4,10.0.0.0/8",
        "11.0.0.1,0.0.0.0/0",
        "::ffff:10.1.2.3,10.1.2.3",
        "192.0.2.1,::ffff:192.0.2.0/120",
        "fd00::1,fd00::1",
        "fd00::2,fd00::/8",
        "2001:db8::1,''"
    })
    void theSmallestBlockCounts(String client, String key) {
        Rules<String> rules = rules(
                "0.0.0.0/0",
                "10.0.0.0/8",
                "10.1.2.3",
                "10.1.2.0/24",
                "fd00::/8",
                "fd00::1",
                "::ffff:192.0.2.0/120",
                "$",
                "$$");
        assertThat(rules.ofBlock(Address.of(client, 1)).map(Rules.Rule::value).orElse(""))
                .isEqualTo(key);
        assertThat(rules.ofAll().orElseThrow().value()).isEqualTo("$");
        assertThat(rules.ofEach().orElseThrow().value()).isEqualTo("$$");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "$$$",
                "localhost",
                "10.0.0.0/33",
                "10.0.0.0/",
                "10.0.0.0/x",
                "fd00::/129",
                "[::1]",
                "fe80::1%1"
            })
    void otherTextIsNoKey(String text) {
        assertThat(Key.parse(text)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"10.0.0.1", "10.0.0.1/32", "::1", "::ffff:10.0.0.1"})
    void oneAddressIsSingle(String text) {
        assertThat(Key.parse(text).orElseThrow().isSingle()).isTrue();
        assertThat(Key.parse("10.0.0.0/31").orElseThrow().isSingle()).isFalse();
    }
}
