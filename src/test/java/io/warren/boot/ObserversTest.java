package io.warren.boot;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.warren.fixture.EchoServer;
import io.warren.fixture.Gost;
import io.warren.fixture.Node;
import io.warren.fixture.Ports;
import io.warren.fixture.Posted;
import io.warren.fixture.Site;
import io.warren.fixture.Until;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** What an observer is told; the same, where there is a gost, as its own is told. */
class ObserversTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private static String configuration(int port, int observer, String more) {
        return """
                services:
                - name: proxy
                  addr: "127.0.0.1:%d"
                  observer: far
                  handler: {type: http, auther: users, observer: far, metadata: {observePeriod: 1s%s}}
                  listener: {type: tcp}
                  metadata: {enableStats: true, observePeriod: 1s%s}
                authers: [{name: users, auths: [{username: ann, password: a}, {username: bob, password: b}]}]
                observers: [{name: far, plugin: {type: http, addr: "127.0.0.1:%d/events", token: secret}}]
                """.formatted(port, more, more, observer);
    }

    private static void use(int port, String login, EchoServer target) throws IOException {
        String basic = Base64.getEncoder().encodeToString(login.getBytes(StandardCharsets.US_ASCII));
        try (Socket client = new Socket("127.0.0.1", port)) {
            client.setSoTimeout((int) PATIENCE.toMillis());
            String head = "CONNECT 127.0.0.1:" + target.port() + " HTTP/1.1\r\nProxy-Authorization: Basic " + basic
                    + "\r\n\r\n";
            client.getOutputStream().write(head.getBytes(StandardCharsets.US_ASCII));
            if (Site.head(client.getInputStream()).contains(" 200 ")) {
                client.getOutputStream().write(new byte[5]);
                assertThat(client.getInputStream().readNBytes(5)).hasSize(5);
            }
        }
    }

    /** All events, one after the other. */
    private static List<JsonObject> events(Posted observer) {
        List<JsonObject> events = new ArrayList<>();
        for (Posted.Post post : observer.taken()) {
            JsonArray array = post.json().getJsonArray("events");
            array.forEach(event -> events.add((JsonObject) event));
        }
        return events;
    }

    private static List<JsonObject> of(Posted observer, String kind, String type) {
        return events(observer).stream()
                .filter(event -> event.getString("kind").equals(kind)
                        && event.getString("type").equals(type))
                .toList();
    }

    /** The last sums of each client. */
    private static Map<String, JsonObject> clients(Posted observer) {
        Map<String, JsonObject> last = new TreeMap<>();
        of(observer, "handler", "stats")
                .forEach(event -> last.put(event.getString("client", ""), event.getJsonObject("stats")));
        return last;
    }

    private static JsonObject sums(long total, long current, long in, long out, long errors) {
        return new JsonObject()
                .put("totalConns", total)
                .put("currentConns", current)
                .put("inputBytes", in)
                .put("outputBytes", out)
                .put("totalErrs", errors);
    }

    @Test
    void statesAndSumsAreToldAsTheyChange() throws Exception {
        try (Posted observer = new Posted();
                EchoServer target = new EchoServer()) {
            try (Node node = Node.start(configuration(0, observer.port(), ""))) {
                use(node.port("proxy"), "ann:a", target);
                use(node.port("proxy"), "bob:b", target);
                use(node.port("proxy"), "bob:b", target);
                use(node.port("proxy"), "eve:x", target);
                Until.passes(PATIENCE, () -> {
                    assertThat(of(observer, "service", "stats")).isNotEmpty();
                    List<JsonObject> service = of(observer, "service", "stats");
                    assertThat(service.get(service.size() - 1).getJsonObject("stats"))
                            .isEqualTo(sums(4, 0, 15, 15, 1));
                    assertThat(clients(observer))
                            .containsExactly(
                                    Map.entry("ann", sums(1, 0, 5, 5, 0)), Map.entry("bob", sums(2, 0, 10, 10, 0)));
                });
                assertThat(of(observer, "service", "status"))
                        .extracting(event -> event.getJsonObject("status").encode())
                        .containsExactly(
                                "{\"state\":\"running\",\"msg\":\"service proxy is running\"}",
                                "{\"state\":\"ready\",\"msg\":\"service proxy is ready\"}");
                assertThat(observer.taken()).allSatisfy(post -> {
                    assertThat(post.path()).isEqualTo("/events");
                    assertThat(post.header()).containsEntry("Authorization", "Bearer secret");
                    assertThat(post.header()).containsEntry("Content-type", "application/json");
                });
            }
        }
    }

    @Test
    void bytesAreCountedAnewWhereThatIsAskedFor() throws Exception {
        try (Posted observer = new Posted();
                EchoServer target = new EchoServer();
                Node node = Node.start(configuration(0, observer.port(), ", observer.resetTraffic: true"))) {
            for (long uses = 1; uses <= 2; uses++) {
                long sum = 5 * uses;
                use(node.port("proxy"), "ann:a", target);
                // A session may be told of in parts.
                Until.passes(
                        PATIENCE,
                        () -> assertThat(of(observer, "handler", "stats").stream()
                                        .mapToLong(event ->
                                                event.getJsonObject("stats").getLong("inputBytes"))
                                        .sum())
                                .isEqualTo(sum));
            }
        }
    }

    @Test
    void whatCouldNotBeToldIsToldLater() throws Exception {
        try (Posted observer = new Posted();
                EchoServer target = new EchoServer();
                Node node = Node.start(configuration(0, observer.port(), ""))) {
            Until.passes(
                    PATIENCE,
                    () -> assertThat(of(observer, "service", "status")).hasSize(2));
            observer.answer(500);
            use(node.port("proxy"), "ann:a", target);
            Until.passes(PATIENCE, () -> assertThat(observer.refused()).hasSizeGreaterThanOrEqualTo(3));
            observer.answer(200);
            Until.passes(PATIENCE, () -> {
                assertThat(clients(observer).get("ann")).isEqualTo(sums(1, 0, 5, 5, 0));
                assertThat(of(observer, "service", "stats")).isNotEmpty();
            });
        }
    }

    @Test
    void gostTellsTheSame() throws Exception {
        Gost.assume();
        try (Posted ours = new Posted();
                Posted theirs = new Posted();
                EchoServer target = new EchoServer()) {
            try (Node node = Node.start(configuration(0, ours.port(), ""))) {
                use(node.port("proxy"), "ann:a", target);
                Until.passes(PATIENCE, () -> {
                    assertThat(clients(ours)).containsEntry("ann", sums(1, 0, 5, 5, 0));
                    assertThat(of(ours, "service", "stats")).isNotEmpty();
                });
            }
            int port = Ports.free();
            try (Gost gost = Gost.configured(configuration(port, theirs.port(), ""))) {
                Until.passes(PATIENCE, () -> use(port, "ann:a", target));
                Until.passes(PATIENCE, () -> {
                    assertThat(gost.isAlive()).isTrue();
                    assertThat(clients(theirs)).containsKey("ann");
                    assertThat(of(theirs, "service", "stats")).isNotEmpty();
                });
            }
            assertThat(of(ours, "service", "status").subList(0, 2))
                    .isEqualTo(of(theirs, "service", "status").subList(0, 2));
            assertThat(names(of(ours, "service", "stats").get(0)))
                    .isEqualTo(names(of(theirs, "service", "stats").get(0)));
            assertThat(names(of(ours, "handler", "stats").get(0)))
                    .isEqualTo(names(of(theirs, "handler", "stats").get(0)));
        }
    }

    private static List<String> names(JsonObject event) {
        List<String> names = new ArrayList<>(event.fieldNames());
        names.addAll(event.getJsonObject("stats").fieldNames());
        return names;
    }
}
