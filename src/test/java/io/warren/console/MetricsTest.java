package io.warren.console;

import static org.assertj.core.api.Assertions.assertThat;

import io.warren.fixture.Command;
import io.warren.fixture.EchoServer;
import io.warren.fixture.Gost;
import io.warren.fixture.Http;
import io.warren.fixture.Ports;
import io.warren.fixture.Rig;
import io.warren.fixture.Steered;
import io.warren.fixture.Until;
import io.warren.net.Address;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class MetricsTest {
    private static final String CONFIGURATION = """
            metrics: {addr: "127.0.0.1:PORT_METRICS", auth: {username: prom, password: secret}}
            services:
            - {name: way, addr: "127.0.0.1:PORT_WAY", handler: {type: tcp}, forwarder: {nodes: [{name: echo, addr: "127.0.0.1:PORT_ECHO"}]}}
            - {name: hop, addr: "127.0.0.1:PORT_HOP", handler: {type: http}}
            - {name: far, addr: "127.0.0.1:PORT_FAR", handler: {type: tcp, chain: over}, forwarder: {nodes: [{name: echo, addr: "127.0.0.1:PORT_ECHO"}]}}
            - {name: lost, addr: "127.0.0.1:PORT_LOST", handler: {type: tcp, chain: dead}, forwarder: {nodes: [{name: echo, addr: "127.0.0.1:PORT_ECHO"}]}}
            chains:
            - {name: over, hops: [{name: h, nodes: [{name: hop, addr: "127.0.0.1:PORT_HOP", connector: {type: http}}]}]}
            - {name: dead, hops: [{name: h, nodes: [{name: none, addr: "127.0.0.1:PORT_NONE", connector: {type: http}}]}]}
            """;

    private final Map<String, Integer> ports = new LinkedHashMap<>();

    private String configuration(int echo) {
        String text = CONFIGURATION.replace("PORT_ECHO", String.valueOf(echo));
        for (String name : List.of("METRICS", "WAY", "HOP", "FAR", "LOST", "NONE")) {
            int port = Ports.free();
            ports.put(name, port);
            text = text.replace("PORT_" + name, String.valueOf(port));
        }
        return text;
    }

    /** One connection that works, one over a node, one over a node that is not there, and one that goes on. */
    private Socket traffic() throws Exception {
        for (String service : List.of("WAY", "FAR")) {
            try (Socket client = Rig.connect(Address.of("127.0.0.1", ports.get(service)))) {
                echo(client);
            }
        }
        try (Socket client = Rig.connect(Address.of("127.0.0.1", ports.get("LOST")))) {
            client.setSoTimeout(10_000);
            assertThat(client.getInputStream().readAllBytes()).isEmpty();
        } catch (IOException reset) {
            // Either way it got nothing.
        }
        Socket stays = Rig.connect(Address.of("127.0.0.1", ports.get("WAY")));
        echo(stays);
        return stays;
    }

    private static void echo(Socket client) throws IOException {
        client.getOutputStream().write("hello".getBytes(StandardCharsets.US_ASCII));
        assertThat(client.getInputStream().readNBytes(5)).hasSize(5);
    }

    private Http metrics() {
        return Http.to(ports.get("METRICS")).as("prom", "secret");
    }

    private static double value(String text, String sample) {
        Matcher line = Pattern.compile("^" + Pattern.quote(sample) + " (\\S+)$", Pattern.MULTILINE)
                .matcher(text);
        return line.find() ? Double.parseDouble(line.group(1)) : -1;
    }

    @Test
    void whatGoesThroughIsCountedByServiceAndClient() throws Exception {
        try (EchoServer echo = new EchoServer();
                Steered warren = Steered.start(configuration(echo.port()));
                Socket stays = traffic()) {
            assertThat(warren.port("way")).isEqualTo(ports.get("WAY"));
            String who = "{client=\"127.0.0.1\",host=\"" + OwnProcess.hostName() + "\",service=\"way\"}";
            Until.holds(() -> value(text(), "gost_service_requests_in_flight" + who) == 1);
            String text = text();
            assertThat(value(text, "gost_service_requests_total" + who)).isEqualTo(2);
            assertThat(value(text, "gost_service_transfer_input_bytes_total" + who))
                    .isEqualTo(10);
            assertThat(value(text, "gost_service_transfer_output_bytes_total" + who))
                    .isEqualTo(10);
            String lost = who.replace("way", "lost");
            Until.holds(() -> value(text(), "gost_service_handler_errors_total" + lost) == 1);
            assertThat(value(
                            text(),
                            "gost_chain_errors_total"
                                    + lost.replace("client=\"127.0.0.1\"", "chain=\"dead\"")
                                            .replace("service=\"lost\"", "node=\"none\"")))
                    .isEqualTo(1);
            assertThat(value(text, "gost_services{host=\"" + OwnProcess.hostName() + "\"}"))
                    .isEqualTo(4);
            assertThat(text)
                    .contains("warren_event_loop_lag_seconds{loop=\"0\"} ")
                    .contains("warren_buffer_memory_bytes ")
                    .contains("warren_trunk_streams 0");
            echo(stays);
            assertThat(value(text(), "gost_service_transfer_input_bytes_total" + who))
                    .isEqualTo(15);
        }
    }

    @Test
    void sumsSurviveTheReplacementOfTheirService() throws Exception {
        try (EchoServer echo = new EchoServer();
                Steered warren = Steered.start(configuration(echo.port()))) {
            traffic().close();
            String requests = "gost_service_requests_total{client=\"127.0.0.1\",host=\"" + OwnProcess.hostName()
                    + "\",service=\"way\"}";
            assertThat(value(text(), requests)).isEqualTo(2);
            Files.writeString(
                    warren.file(),
                    Files.readString(warren.file())
                            .replace("{name: way,", "{name: way, metadata: {enableStats: true},"));
            Until.done(warren.steering().reload());
            try (Socket client = Rig.connect(Address.of("127.0.0.1", ports.get("WAY")))) {
                echo(client);
                assertThat(value(text(), requests)).isEqualTo(3);
            }
        }
    }

    private String text() {
        try {
            Http.Answer answer = metrics().get("/metrics");
            assertThat(answer.status()).isEqualTo(200);
            return answer.body();
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void namesTypesLabelsAndHelpAreThoseOfGost() throws Exception {
        Gost.assume();
        Set<String> expected;
        try (EchoServer echo = new EchoServer()) {
            String yaml = configuration(echo.port());
            try (Gost gost = Gost.start(Address.of("127.0.0.1", ports.get("METRICS")), yaml)) {
                traffic().close();
                Until.holds(() -> text().contains("gost_chain_errors_total{"));
                expected = shape(text());
                assertThat(gost.isAlive()).isTrue();
            }
            try (Steered warren = Steered.start(configuration(echo.port()))) {
                traffic().close();
                Until.holds(() -> text().contains("gost_chain_errors_total{"));
                Set<String> got = shape(text());
                assertThat(got).containsAll(expected);
                got.removeAll(expected);
                // Only series that gost has not made use of.
                assertThat(got).isEmpty();
                assertThat(warren.steering().metrics()).isPresent();
            }
        }
        assertThat(expected).hasSizeGreaterThan(100);
    }

    /** Everything but the values, and what is only Go's or only ours. */
    private static Set<String> shape(String text) {
        Set<String> lines = new TreeSet<>();
        text.lines()
                .filter(line -> line.matches("(# \\w+ )?gost_.*"))
                .map(line -> line.startsWith("#") ? line : line.replaceFirst(" [^ ]+$", ""))
                .forEach(lines::add);
        return lines;
    }

    @Test
    void onlyWhoMayAndOnlyThePathAreAnswered() throws Exception {
        try (EchoServer echo = new EchoServer();
                Steered warren = Steered.start(configuration(echo.port()))) {
            assertThat(warren.steering().api()).isEmpty();
            Http nobody = Http.to(ports.get("METRICS"));
            Http.Answer refused = nobody.get("/metrics");
            assertThat(refused.status()).isEqualTo(401);
            assertThat(refused.body()).isEmpty();
            assertThat(refused.header("WWW-Authenticate")).isEmpty();
            assertThat(refused.header("Access-Control-Allow-Origin")).contains("*");
            assertThat(nobody.send("OPTIONS", "/metrics", "").status()).isEqualTo(204);
            assertThat(metrics().get("/").status()).isEqualTo(404);
            assertThat(metrics().get("/metrics/x").status()).isEqualTo(404);
            assertThat(metrics().post("/metrics", "").header("Content-Type"))
                    .contains("text/plain; version=0.0.4; charset=utf-8");
            assertThat(metrics().with("Accept-Encoding", "gzip").get("/metrics").header("Content-Encoding"))
                    .contains("gzip");
        }
    }

    @Test
    void promtoolFindsNothingWrong() throws Exception {
        Command.assume("promtool");
        try (EchoServer echo = new EchoServer();
                Steered warren = Steered.start(configuration(echo.port()))) {
            traffic().close();
            assertThat(warren.warren().address("way")).isPresent();
            assertThat(Command.run(text(), List.of("promtool", "check", "metrics"))
                            .said())
                    .doesNotContain("error");
        }
    }
}
