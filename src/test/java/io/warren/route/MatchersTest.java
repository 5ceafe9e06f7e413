package io.warren.route;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.warren.fixture.MapSettings;
import io.warren.net.Address;
import io.warren.spi.Admission;
import io.warren.spi.Bypass;
import io.warren.spi.Destination;
import io.warren.spi.Network;
import io.warren.spi.Session;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MatchersTest {
    private static final Matchers.Policies POLICIES = new Matchers.Policies() {
        @Override
        public Optional<Bypass> bypass(String name) {
            return name.equals("lan")
                    ? Optional.of(target -> target.address().host().startsWith("10."))
                    : Optional.empty();
        }

        @Override
        public Optional<Admission> admission(String name) {
            return name.equals("office") ? Optional.of(client -> client.host().equals("192.0.2.1")) : Optional.empty();
        }
    };

    private static boolean matches(Matcher matcher, String client, Network network, String target) {
        Session session = Session.of("test", Address.of(client, 1234), Address.of("127.0.0.1", 80));
        return matcher.matches(session, new Destination(network, Address.parse(target, 0)));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            quoteCharacter = '\'',
            value = {
                "Host(`example.com`); example.com:443; true",
                "Host(\"example.com\"); EXAMPLE.com:443; true",
                "Host(\" Example.com \"); example.com:443; true",
                "Host(`example.com`); www.example.com:443; false",
                "Host(`*.example.com`); www.example.com:443; true",
                "Host(`*.example.com`); example.com:443; false",
                "Host(`*example.com`); www.example.com:443; true",
                "Host(`*example.com`); notexample.com:443; false",
                "Host(`.example.com`); a.b.example.com:443; true",
                "Host(`.example.com`); example.com:443; false",
                "Host(`2001:db8::1`); [2001:db8::1]:443; true",
                "Host(`10.0.0.1`); 10.0.0.1:443; true",
                "host(`example.com`); example.com:443; true",
                "HOST(`example.com`); example.com:443; true",
                "hostregexp(`^www`); www.example.com:443; true",
                "Hostregexp(`^www`); www.example.com:443; true",
                "HostRegexp(`ampl`); EXAMPLE.com:443; true",
                "HostRegexp(`^ampl`); example.com:443; false",
                "HostRegexp(\"^api-[0-9]+\\\\.example\"); api-17.example.com:1; true",
                "HostRegexp(`^(?P<name>a+)[.]b$`); aaa.b:1; true",
                "Network(`tcp`); x:1; true",
                "Network(`TCP`); x:1; true",
                "Network(`t`); x:1; true",
                "Network(`udp`); x:1; false",
                "ClientIP(`192.0.2.1`); x:1; true",
                "ClientIP(`192.0.2.2`); x:1; false",
                "ClientIP(`192.0.2.0/24`); x:1; true",
                "clientip(`::/0`); x:1; false",
                "Clientip(`::ffff:192.0.2.1`); x:1; true",
                "Proto(`http`); x:1; false",
                "!Proto(`http`); x:1; true",
                "Bypass(`lan`); 10.0.0.1:1; false",
                "Bypass(`lan`); 192.0.2.9:1; true",
                "Admission(`office`); x:1; true",
                "!Admission(`office`); x:1; false",
                "Host(`a`) && Host(`b`); a:1; false",
                "Host(`a`) || Host(`b`); b:1; true",
                "Host(`a`) || Host(`b`) && Network(`udp`); a:1; true",
                "(Host(`a`) || Host(`b`)) && Network(`udp`); a:1; false",
                "!Host(`a`) && Host(`b`); b:1; true",
                "!(Host(`a`) || Host(`b`)); b:1; false",
                "!(Host(`a`) && Host(`b`)); b:1; true",
                "!!Host(`a`); a:1; true",
                "((Host(`a`))); a:1; true",
                "  Host ( `a` )&&Network(`tcp`)  ; a:1; true",
                "Host(\"\\x61\\u0062\"); ab:1; true",
            })
    void ruleMatches(String rule, String target, boolean expected) {
        assertThat(matches(Matchers.parse(rule, POLICIES), "192.0.2.1", Network.TCP, target))
                .isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            quoteCharacter = '\'',
            value = {
                "'';1: the end (expected: a function, ! or ()",
                "Host;5: the end (expected: ()",
                "Host(;6: the end (expected: a text in \" or `)",
                "Host(`a`;9: the end (expected: ))",
                "Host(`a;6: ` without its closing `",
                "Host(\"a;6: \" without its closing \"",
                "Host(a);6: 'a' (expected: a text in \" or `)",
                "Host(``);6: an empty text",
                "Host();1: Host with 0 arguments (expected: 1)",
                "Host(`a`, `b`);1: Host with 2 arguments (expected: 1)",
                "Host(`a`) &;11: '&' (expected: && or || or the end)",
                "'Host(`a`) && ';14: the end (expected: a function, ! or ()",
                "Host(`a`) Host(`b`);11: 'H' (expected: && or || or the end)",
                "(Host(`a`);11: the end (expected: ))",
                "Host(`a`));10: ')' (expected: && or || or the end)",
                "Host(\"a\\.b\");8: unknown escape \\. (in ` a \\ is itself)",
                "HostRegexp(`(`);1: \"(\": Unclosed group",
                "ClientIP(`x`);1: \"x\" (expected: an IP or CIDR block)",
                "ClientIP(`1.1.1.1-1.1.1.2`);1: \"1.1.1.1-1.1.1.2\" (expected: an IP or CIDR block)",
                "Host(`ä`);1: \"ä\" (expected: a host name in ASCII)",
                "Host(`a`) && Bypass(`nope`);14: no bypass named \"nope\"",
                "Admission(`nope`);1: no admission named \"nope\"",
                "Host(`a`) && PathPrefix(`/x`);14: PathPrefix needs sniffing, which this version does not have",
                "Method(`GET`);1: Method needs sniffing, which this version does not have",
                "header(`X`, `gt`, `5`);1: Header needs sniffing, which this version does not have",
                "Hots(`a`);1: unknown function Hots (known: ClientIP, Network, Proto, Host, HostRegexp, Bypass, Admission)",
                "hOST(`a`);1: unknown function hOST (known: ClientIP, Network, Proto, Host, HostRegexp, Bypass, Admission)",
            })
    void wrongRuleIsRefusedWithItsPosition(String rule, String message) {
        assertThatThrownBy(() -> Matchers.parse(rule, POLICIES))
                .isInstanceOf(RuleException.class)
                .hasMessage("rule, character " + message.replaceAll("''", "'"));
    }

    @Test
    void deepNestingIsRefused() {
        assertThatThrownBy(() -> Matchers.parse("(".repeat(50_000), POLICIES))
                .isInstanceOf(RuleException.class)
                .hasMessageContaining("nested deeper than 100");
        assertThatThrownBy(() -> Matchers.parse("!".repeat(50_000), POLICIES)).isInstanceOf(RuleException.class);
        assertThatThrownBy(() -> Matchers.parse(" ".repeat(70_000), POLICIES)).isInstanceOf(RuleException.class);
    }

    @Test
    void hostileExpressionIsGivenUp() {
        Matcher matcher = Matchers.parse("HostRegexp(`^(a+)+$`)", POLICIES);
        long start = System.nanoTime();

        assertThat(matches(matcher, "::1", Network.TCP, "a".repeat(200) + "!:80"))
                .isFalse();
        assertThat(matches(matcher, "::1", Network.TCP, "a".repeat(2000) + ":80"))
                .isFalse();
        assertThat(matches(matcher, "::1", Network.TCP, "aaa:80")).isTrue();
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(2));
    }

    private static MapSettings node(Object matcher, Object filter) {
        return MapSettings.of("matcher", matcher, "filter", filter);
    }

    private static int priority(Object... matcher) {
        return Matchers.read(node(MapSettings.entry(matcher), null), POLICIES).priority();
    }

    @Test
    void priorityIsTheLengthOfTheRuleUnlessSaid() {
        String rule = "Host(`example.com`)";

        assertThat(priority("rule", rule)).isEqualTo(rule.length());
        assertThat(priority("rule", rule, "priority", 7)).isEqualTo(7);
        assertThat(priority("rule", rule, "priority", -1)).isEqualTo(-1);
        assertThat(priority("priority", 5)).isEqualTo(5);
        assertThat(Matchers.read(MapSettings.of(), POLICIES)).isEqualTo(new Matchers.Rule(Matcher.ALL, 0));
    }

    @Test
    void wrongRuleIsAProblemOfTheConfiguration() {
        MapSettings settings = node(MapSettings.entry("rule", "Host(`a`) & x"), null);

        assertThat(Matchers.read(settings, POLICIES).priority()).isZero();
        assertThat(settings.problems())
                .containsExactly("section.matcher.rule: rule, character 11: '&' (expected: && or || or the end)");
    }

    @Test
    void ruleGoesBeforeFilter() {
        Matcher matcher = Matchers.read(
                        node(MapSettings.entry("rule", "Host(`a`)"), MapSettings.entry("host", "b")), POLICIES)
                .matcher();

        assertThat(matches(matcher, "::1", Network.TCP, "a:1")).isTrue();
        assertThat(matches(matcher, "::1", Network.TCP, "b:1")).isFalse();
    }

    @ParameterizedTest
    @CsvSource({
        "example.com,example.com:1,true",
        "Example.com,EXAMPLE.COM:1,true",
        "example.com,www.example.com:1,false",
        ".example.com,example.com:1,true",
        ".example.com,a.b.example.com:1,true",
        ".example.com,notexample.com:1,false",
        "*.example.com,example.com:1,true",
        "*.example.com,www.example.com:1,true",
        "*.example.com,notexample.com:1,false",
        "*example.com,www.example.com:1,true",
        "*example.com,notexample.com:1,false",
        "*,anything:1,true",
        "*,:1,false",
        "example.com,:1,false",
        "'',:1,true",
        "2001:db8::1,[2001:db8::1]:1,true",
    })
    void filterTakesHostsByWholeLabels(String host, String target, boolean expected) {
        Matcher matcher = Matchers.read(node(null, MapSettings.entry("host", host)), POLICIES)
                .matcher();

        assertThat(matches(matcher, "::1", Network.TCP, target)).isEqualTo(expected);
    }

    @Test
    void filterByProtocolOrPathIsAProblem() {
        MapSettings settings = node(null, MapSettings.entry("protocol", "http", "path", "/x"));

        assertThat(Matchers.read(settings, POLICIES).priority()).isZero();
        assertThat(settings.problems())
                .containsExactly(
                        "section.filter.protocol: a filter by protocol needs sniffing, which this version does not have",
                        "section.filter.path: a filter by path needs sniffing, which this version does not have");
    }
}
