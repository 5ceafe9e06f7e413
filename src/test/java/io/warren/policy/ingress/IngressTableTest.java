package io.warren.policy.ingress;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import io.vertx.core.Vertx;
import io.warren.fixture.MapSettings;
import io.warren.fixture.Until;
import io.warren.spi.Ingress;
import io.warren.spi.TunnelId;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class IngressTableTest {
    private static final String ONE = "11111111-2222-4333-8444-555555555551";
    private static final String TWO = "11111111-2222-4333-8444-555555555552";
    private static final String THREE = "11111111-2222-4333-8444-555555555553";

    private final Vertx vertx = Vertx.vertx();

    @TempDir
    Path folder;

    @AfterEach
    void close() throws Exception {
        Until.done(vertx.close());
    }

    private IngressTable table() {
        return IngressTable.read(
                vertx,
                MapSettings.of(
                        "rules",
                        List.of(
                                MapSettings.entry("hostname", "One.org", "endpoint", ONE),
                                MapSettings.entry("hostname", "*.example.com", "endpoint", "$" + TWO),
                                MapSettings.entry("hostname", ".deep.example.com", "endpoint", THREE),
                                MapSettings.entry("hostname", "wrong.org", "endpoint", "no-uuid"))));
    }

    @ParameterizedTest
    @CsvSource({
        "one.org," + ONE,
        "ONE.ORG," + ONE,
        "one.org.," + ONE,
        "example.com,$" + TWO,
        "a.example.com,$" + TWO,
        "a.b.example.com,$" + TWO,
        "deep.example.com," + THREE,
        "x.deep.example.com," + THREE,
        "notexample.com,",
        "www.one.org,",
        "wrong.org,",
        "com,",
        "'',"
    })
    void hostHasTheTunnelOfItsLongestRule(String host, String expected) {
        try (IngressTable table = table()) {
            assertThat(table.find(host).map(TunnelId::toString).orElse(null)).isEqualTo(expected);
        }
    }

    @Test
    void linesOfAFileAndOfAUrlAreRules() throws Exception {
        Path file = Files.writeString(
                folder.resolve("rules"),
                "# ours\n\n  file.org   " + ONE + " # one\nhalf.org\nbad.org x\n*.f.org\t$" + TWO);
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/rules", exchange -> {
            byte[] lines = ("url.org " + THREE + "\n").getBytes(StandardCharsets.US_ASCII);
            exchange.sendResponseHeaders(200, lines.length);
            exchange.getResponseBody().write(lines);
            exchange.close();
        });
        server.start();
        try (IngressTable table = IngressTable.read(
                vertx,
                MapSettings.of(
                        "file",
                        MapSettings.entry("path", file.toString()),
                        "http",
                        MapSettings.entry(
                                "url", "http://127.0.0.1:" + server.getAddress().getPort() + "/rules")))) {
            Until.done(table.ready());
            assertThat(table.find("file.org")).contains(TunnelId.of(UUID.fromString(ONE)));
            assertThat(table.find("a.f.org")).contains(new TunnelId(UUID.fromString(TWO), true));
            assertThat(table.find("url.org")).contains(TunnelId.of(UUID.fromString(THREE)));
            assertThat(table.find("half.org")).isEmpty();
            assertThat(table.find("bad.org")).isEmpty();
        } finally {
            server.stop(0);
        }
    }

    @Test
    void rulesMayBeInOneText() {
        Ingress rules = IngressTable.inline(MapSettings.of("tunnel", "one.org:" + ONE + ", *.two.org:$" + TWO))
                .orElseThrow();
        assertThat(rules.find("one.org")).contains(TunnelId.of(UUID.fromString(ONE)));
        assertThat(rules.find("a.two.org")).contains(new TunnelId(UUID.fromString(TWO), true));
        assertThat(IngressTable.inline(MapSettings.of())).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "4d21094e-b74c-4916-86c1-d9fa36ea677b",
                "4D21094E-B74C-4916-86C1-D9FA36EA677B",
                "4d21094eb74c491686c1d9fa36ea677b",
                "{4d21094e-b74c-4916-86c1-d9fa36ea677b}",
                "urn:uuid:4d21094e-b74c-4916-86c1-d9fa36ea677b"
            })
    void everySpellingOfAUuidIsATunnelId(String text) {
        UUID uuid = UUID.fromString("4d21094e-b74c-4916-86c1-d9fa36ea677b");
        assertThat(TunnelId.parse(text)).contains(TunnelId.of(uuid));
        assertThat(TunnelId.parse("$" + text)).contains(new TunnelId(uuid, true));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "$",
                "x",
                "00000000-0000-0000-0000-000000000000",
                "4d21094e-b74c-4916-86c1-d9fa36ea677",
                "4d21094e-b74c-4916-86c1-d9fa36ea677bb",
                "$$4d21094e-b74c-4916-86c1-d9fa36ea677b"
            })
    void anythingElseIsNone(String text) {
        assertThat(TunnelId.parse(text)).isEmpty();
    }
}
