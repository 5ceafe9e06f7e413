package io.warren.policy.bypass;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Vertx;
import io.warren.fixture.MapSettings;
import io.warren.fixture.Until;
import io.warren.net.Address;
import io.warren.spi.Bypass;
import io.warren.spi.Destination;
import io.warren.spi.Network;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvFileSource;
import org.junit.jupiter.params.provider.CsvSource;

class DestinationListTest {
    private final Vertx vertx = Vertx.vertx();

    @TempDir
    Path folder;

    @AfterEach
    void close() throws Exception {
        Until.done(vertx.close());
    }

    private static Destination tcp(String address) {
        return Destination.tcp(Address.parse(address, 0));
    }

    private DestinationList read(Object... keysAndValues) {
        return DestinationList.read(vertx, MapSettings.of(keysAndValues));
    }

    @ParameterizedTest
    @CsvFileSource(resources = "/policy/bypass.txt", delimiter = '|')
    void listMatches(String pattern, String target, boolean expected, String gostDiffers) {
        assertThat(read("matchers", List.of(pattern)).matches(tcp(target))).isEqualTo(expected);
        assertThat(read("matchers", List.of(pattern), "whitelist", true).matches(tcp(target)))
                .isEqualTo(!expected);
        assertThat(read("matchers", List.of("other.org", pattern), "reverse", true)
                        .matches(tcp(target)))
                .isEqualTo(!expected);
    }

    @ParameterizedTest
    @CsvSource({
        // network, patterns, whitelist, asked network, expected
        "tcp,,false,TCP,true",
        "tcp,,false,UDP,false",
        "udp,,false,UDP,true",
        "udp,,true,UDP,false",
        ",,false,TCP,false",
        ",,true,TCP,false",
        "udp,example.com,false,TCP,false",
        "udp,example.com,false,UDP,true",
        "UDP,example.com,false,UDP,true",
        "udp,other.com,true,UDP,true",
        "udp,other.com,true,TCP,false",
        "udp,other.com,false,UDP,false",
    })
    void networkRestricts(String network, String pattern, boolean whitelist, Network asked, boolean expected) {
        DestinationList list = read(
                "network",
                network == null ? "" : network,
                "matchers",
                pattern == null ? List.of() : List.of(pattern),
                "whitelist",
                whitelist);

        assertThat(list.matches(new Destination(asked, Address.of("example.com", 80))))
                .isEqualTo(expected);
    }

    @Test
    void nothingIsKnownOfNoAddress() {
        assertThat(read("matchers", List.of("*")).matches(Destination.udp(Address.NONE)))
                .isFalse();
        assertThat(read("matchers", List.of("x"), "whitelist", true).matches(Destination.udp(Address.NONE)))
                .isFalse();
        assertThat(read("network", "udp").matches(Destination.udp(Address.NONE)))
                .isFalse();
    }

    @Test
    void pathOfAUnixSocketIsMatchedAsText() {
        Destination socket = new Destination(Network.UNIX, Address.unix("/run/App.sock"));

        assertThat(read("matchers", List.of("/run/*")).matches(socket)).isTrue();
        assertThat(read("matchers", List.of("/tmp/*")).matches(socket)).isFalse();
    }

    @Test
    void malformedPatternIsWarnedAbout() {
        MapSettings settings = MapSettings.of("matchers", List.of("*.{a", "fine.com"));
        try (DestinationList list = DestinationList.read(vertx, settings)) {
            assertThat(list.matches(tcp("fine.com:1"))).isTrue();
        }

        assertThat(settings.warnings())
                .containsExactly("section.matchers: \"*.{a\" is no valid pattern: matches nothing");
    }

    /** Letters stand for what each member says; upper case for whitelists. */
    @ParameterizedTest
    @CsvSource({
        "'',false",
        "f,false",
        "t,true",
        "ft,true",
        "F,false",
        "T,true",
        "TF,false",
        "TT,true",
        "TFt,true",
        "FFf,false",
        "TTf,true",
        "Ff,false"
    })
    void groupNeedsAllWhitelistsOrAnyList(String members, boolean expected) {
        List<Bypass> all = members.chars()
                .mapToObj(c -> {
                    boolean white = Character.isUpperCase(c);
                    boolean yes = Character.toLowerCase(c) == 't';
                    return (Bypass) read("whitelist", white, "matchers", List.of(yes == white ? "other.org" : "x.org"));
                })
                .toList();

        assertThat(Bypasses.of(all).matches(tcp("x.org:80"))).isEqualTo(expected);
    }

    @Test
    void groupInAGroupIsNoWhitelist() {
        Bypass inner = Bypasses.of(List.of(read("whitelist", true, "matchers", List.of("other.org"))));
        Bypass allowed = read("whitelist", true, "matchers", List.of("x.org"));

        assertThat(Bypasses.of(List.of(inner, allowed)).matches(tcp("x.org:80")))
                .isTrue();
    }

    @Test
    void patternsOfAFileReplaceEachOtherAndCanBecomeNone() throws Exception {
        Path file = folder.resolve("patterns");
        Files.writeString(file, "one.org # first\n10.0.0.0/8\n");
        try (DestinationList list = read(
                "matchers",
                List.of("always.org"),
                "file",
                MapSettings.entry("path", file.toString()),
                "reload",
                Duration.ofSeconds(1))) {
            assertThat(list.matches(tcp("always.org:1"))).isTrue();
            Until.done(list.ready());
            assertThat(list.matches(tcp("one.org:1"))).isTrue();
            assertThat(list.matches(tcp("10.1.1.1:1"))).isTrue();

            Files.writeString(file, "two.org\n");
            Until.holds(() -> list.matches(tcp("two.org:1")));
            assertThat(list.matches(tcp("one.org:1"))).isFalse();

            Files.writeString(file, "");
            Until.holds(() -> !list.matches(tcp("two.org:1")));
            assertThat(list.matches(tcp("always.org:1"))).isTrue();
        }
    }

    @Test
    void hostileGlobIsQuick() {
        DestinationList list = read("matchers", List.of("*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*b"));
        Destination target = tcp("a".repeat(5000) + ":80");

        long start = System.nanoTime();
        assertThat(list.matches(target)).isFalse();
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(2));
    }
}
