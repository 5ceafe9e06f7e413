package io.warren.policy.hosts;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Vertx;
import io.warren.fixture.MapSettings;
import io.warren.fixture.Until;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HostTableTest {
    private final Vertx vertx = Vertx.vertx();

    @TempDir
    Path folder;

    @AfterEach
    void close() throws Exception {
        Until.done(vertx.close());
    }

    private HostTable table() {
        return HostTable.read(
                vertx,
                MapSettings.of(
                        "mappings",
                        List.of(
                                MapSettings.entry("ip", "192.0.2.1", "hostname", "one.org", "aliases", List.of("Uno")),
                                MapSettings.entry("ip", "2001:db8::1", "hostname", "ONE.org"),
                                MapSettings.entry("ip", "192.0.2.1", "hostname", "one.org"),
                                MapSettings.entry("ip", "192.0.2.2", "hostname", ".example.com"),
                                MapSettings.entry("ip", "192.0.2.3", "hostname", "www.example.com"),
                                MapSettings.entry("ip", "192.0.2.4", "hostname", ".deep.example.com"))));
    }

    @ParameterizedTest
    @CsvSource({
        "one.org,192.0.2.1",
        "ONE.ORG,192.0.2.1",
        "one.org.,192.0.2.1",
        "uno,192.0.2.1",
        "UNO,192.0.2.1",
        "example.com,192.0.2.2",
        "a.example.com,192.0.2.2",
        "a.b.example.com,192.0.2.2",
        "www.example.com,192.0.2.3",
        "x.www.example.com,192.0.2.2",
        "deep.example.com,192.0.2.4",
        "x.deep.example.com,192.0.2.4",
        "notexample.com,",
        "www.one.org,",
        "two.org,",
        "com,",
        "'',"
    })
    void nameHasTheAddressOfItsLongestEntry(String name, String expected) throws Exception {
        try (HostTable table = table()) {
            if (expected == null) {
                assertThat(table.map(name)).isEmpty();
            } else {
                assertThat(table.map(name)).contains(InetAddress.getByName(expected));
            }
        }
    }

    @Test
    void allAddressesComeInOrderWithoutRepetition() throws Exception {
        try (HostTable table = table()) {
            assertThat(table.addresses("one.org"))
                    .containsExactly(InetAddress.getByName("192.0.2.1"), InetAddress.getByName("2001:db8::1"));
        }
    }

    @Test
    void loneDotIsForEverythingElse() throws Exception {
        HostTable table = HostTable.read(
                vertx,
                MapSettings.of(
                        "mappings",
                        List.of(
                                MapSettings.entry("ip", "2001:db8::1", "hostname", "."),
                                MapSettings.entry("ip", "2001:db8::2", "hostname", "known"))));

        assertThat(table.map("whatever.org")).contains(InetAddress.getByName("2001:db8::1"));
        assertThat(table.map("known")).contains(InetAddress.getByName("2001:db8::2"));
    }

    @Test
    void mappingWithoutAddressIsLeftOut() {
        MapSettings settings =
                MapSettings.of("mappings", List.of(MapSettings.entry("ip", "nonsense", "hostname", "x.org")));
        try (HostTable table = HostTable.read(vertx, settings)) {
            assertThat(table.map("x.org")).isEmpty();
        }

        assertThat(settings.warnings())
                .containsExactly("section.mappings[0].ip: \"nonsense\" is no IP address: the mapping is left out");
    }

    @Test
    void fileLooksLikeEtcHostsAndIsReadAgain() throws Exception {
        Path file = folder.resolve("hosts");
        Files.writeString(file, "# hosts\n192.0.2.7\tseven  sept # aliases\n\nbroken line\n2001:db8::8 eight\n::9\n");
        try (HostTable table = HostTable.read(
                vertx,
                MapSettings.of(
                        "mappings",
                        List.of(MapSettings.entry("ip", "192.0.2.1", "hostname", "seven")),
                        "file",
                        MapSettings.entry("path", file.toString()),
                        "reload",
                        Duration.ofSeconds(1)))) {
            assertThat(table.addresses("seven")).containsExactly(InetAddress.getByName("192.0.2.1"));
            Until.done(table.ready());
            assertThat(table.addresses("seven"))
                    .containsExactly(InetAddress.getByName("192.0.2.1"), InetAddress.getByName("192.0.2.7"));
            assertThat(table.map("sept")).contains(InetAddress.getByName("192.0.2.7"));
            assertThat(table.map("eight")).contains(InetAddress.getByName("2001:db8::8"));

            Files.writeString(file, "192.0.2.7 sieben\n");
            Until.holds(() -> table.map("sieben").isPresent());
            assertThat(table.map("sept")).isEmpty();
        }
    }
}
