package io.warren.control;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.warren.fixture.Gost;
import io.warren.fixture.Http;
import io.warren.fixture.Node;
import io.warren.fixture.Ports;
import io.warren.fixture.Until;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is said to one member is done by all, and seen by who visits another one. */
class ClusterControlTest {
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    @TempDir
    private static Path state;

    private static Members members;
    private static Node agent;

    @BeforeAll
    static void formation() throws Exception {
        members = new Members(state, "five-and-twenty-blackbirds", 3);
        agent = members.agent(0);
        for (int i = 0; i < 3; i++) {
            int member = i;
            Until.holds(() -> members.answers(member));
        }
    }

    @AfterAll
    static void dissolution() throws Exception {
        agent.close();
        members.close();
    }

    static List<JsonObject> items(Http.Answer answer) {
        assertThat(answer.status()).as(answer.body()).isEqualTo(200);
        JsonArray items = answer.json().getJsonArray("items");
        return StreamSupport.stream(items.spliterator(), false)
                .map(o -> (JsonObject) o)
                .toList();
    }

    static String path(String segment) {
        return URLEncoder.encode(segment, StandardCharsets.UTF_8).replace("+", "%20");
    }

    @CanIgnoreReturnValue
    private static JsonObject done(Http.Answer answer) {
        assertThat(answer.status()).as(answer.body()).isEqualTo(200);
        return answer.json();
    }

    /** Of how many things all members said that it was done. */
    private static int count(JsonObject answer) {
        return answer.getJsonArray("results").stream()
                .mapToInt(result -> ((JsonObject) result).getInteger("count", 0))
                .sum();
    }

    private static JsonObject endpoint() throws Exception {
        return items(members.root(2).get("/cluster/endpoints?endpoint=" + path(members.endpointId())))
                .get(0);
    }

    @Test
    void everyMemberShowsAllMembersAndTheirSums() throws Exception {
        for (int i = 0; i < 3; i++) {
            JsonObject overview = done(members.root(i).get("/cluster/overview"));
            assertThat(overview.getString("cluster")).isEqualTo("control");
            assertThat(overview.getJsonArray("members").stream()
                            .map(m -> ((JsonObject) m).getString("member") + " " + ((JsonObject) m).getString("state")))
                    .containsExactlyInAnyOrder("relay-1 ready", "relay-2 ready", "relay-3 ready");
            JsonObject totals = overview.getJsonObject("totals");
            assertThat(totals.getBoolean("complete")).isTrue();
            assertThat(totals.getInteger("agents")).isEqualTo(1);
            assertThat(totals.getInteger("endpoints")).isEqualTo(1);
        }
    }

    @Test
    void anEndpointIsShownWithItsAgentAndItsPortAtEachMember() throws Exception {
        JsonObject endpoint = endpoint();
        assertThat(endpoint.getString("user")).isEqualTo("alice");
        assertThat(endpoint.getJsonArray("agents").getJsonObject(0).getString("member"))
                .isEqualTo("relay-1");
        assertThat(endpoint.getJsonArray("ports").stream().map(p -> ((JsonObject) p).getString("address")))
                .containsExactlyInAnyOrder(
                        "127.0.0.1:" + members.endpoint,
                        "127.0.0.2:" + members.endpoint,
                        "127.0.0.3:" + members.endpoint);
        JsonObject agent = items(members.root(1).get("/cluster/agents")).get(0);
        assertThat(agent.getString("agent")).isEqualTo(Members.AGENT);
        assertThat(agent.getString("version")).isEqualTo("dev");
        assertThat(agent.getDouble("rttMs")).isBetween(0.0, 60_000.0);
        assertThat(agent.getJsonArray("endpoints")).containsExactly(members.endpointId());
    }

    @Test
    void aDisabledEndpointRefusesVisitorsAtEveryMemberUntilItIsEnabled() throws Exception {
        String path = "/cluster/endpoints/" + path(members.endpointId());
        try (Socket visitor = members.visit(1)) {
            done(members.root(0).post(path + "/disable", ""));
            assertThat(visitor.getInputStream().read()).isEqualTo(-1);
        }
        for (int i = 0; i < 3; i++) {
            assertThat(members.answers(i)).isFalse();
        }
        Until.passes(
                PATIENCE, () -> assertThat(endpoint().getBoolean("disabled")).isTrue());
        done(members.root(2).post(path + "/enable", ""));
        for (int i = 0; i < 3; i++) {
            assertThat(members.answers(i)).isTrue();
        }
        Until.passes(
                PATIENCE, () -> assertThat(endpoint().getBoolean("disabled")).isFalse());
    }

    @Test
    void aConnectionIsSeenAndClosedFromAnotherMember() throws Exception {
        try (Socket visitor = members.visit(1);
                Socket other = members.visit(2)) {
            JsonObject shown = items(members.root(0)
                            .get("/cluster/connections?client="
                                    + visitor.getLocalAddress().getHostAddress() + ":" + visitor.getLocalPort()))
                    .get(0);
            assertThat(shown.getString("member")).isEqualTo("relay-2");
            assertThat(shown.getString("endpoint")).isEqualTo(members.endpointId());
            assertThat(shown.getString("route")).isEqualTo(members.endpointId() + " > relay-1");
            done(members.root(0).delete("/cluster/connections/" + shown.getString("sid")));
            assertThat(visitor.getInputStream().read()).isEqualTo(-1);
            other.getOutputStream().write('y');
            assertThat(other.getInputStream().read()).isEqualTo('y');
            JsonObject closed = done(members.root(1).post("/cluster/connections/close", "{\"member\": \"relay-3\"}"));
            assertThat(other.getInputStream().read()).isEqualTo(-1);
            assertThat(count(closed)).isEqualTo(1);
        }
        assertThat(members.root(0).delete("/cluster/connections/nosuchsid").status())
                .isEqualTo(404);
    }

    /** The last pages are put together otherwise than the first ones. */
    @Test
    void pagesOfConnectionsFollowEachOtherToTheLast() throws Exception {
        List<Socket> visitors = new ArrayList<>();
        try {
            for (int i = 0; i < 240; i++) {
                visitors.add(members.visit(i % 3));
            }
            for (String sort : List.of("client", "-outBytes", "")) {
                String of = "/cluster/connections?limit=60&sort=" + sort + "&q=" + path(members.endpointId());
                List<String> sids = new ArrayList<>();
                List<String> clients = new ArrayList<>();
                int total = members.root(0).get(of).json().getInteger("total");
                for (int offset = 0; offset < total; offset += 60) {
                    JsonObject page =
                            members.root(0).get(of + "&offset=" + offset).json();
                    assertThat(page.getInteger("total")).isEqualTo(total);
                    page.getJsonArray("items").forEach(row -> {
                        sids.add(((JsonObject) row).getString("sid"));
                        clients.add(((JsonObject) row).getString("client"));
                        assertThat(((JsonObject) row).fieldNames()).contains("route", "service", "outRate", "ageS");
                    });
                }
                assertThat(total).as(sort).isGreaterThanOrEqualTo(240);
                assertThat(sids).as(sort).hasSize(total).doesNotHaveDuplicates();
                if (sort.equals("client")) {
                    assertThat(clients).isSorted();
                }
            }
            String last = "/cluster/connections?limit=5&sort=-client&offset=230&member=relay-2";
            assertThat(members.root(0).get(last).json().getJsonArray("items")).isEmpty();
        } finally {
            for (Socket visitor : visitors) {
                visitor.close();
            }
        }
    }

    @Test
    void aKickedAgentIsKeptOutUntilItsBanIsLifted() throws Exception {
        String name = path(Members.AGENT);
        JsonObject kicked = done(members.root(2).post("/cluster/agents/" + name + "/kick", "{\"for\": \"10m\"}"));
        assertThat(count(kicked)).isEqualTo(1);
        Until.passes(
                PATIENCE,
                () -> assertThat(items(members.root(1).get("/cluster/agents"))).isEmpty());
        assertThat(items(members.root(1).get("/cluster/bans")).get(0).getString("agent"))
                .isEqualTo(Members.AGENT);
        assertThat(members.answers(1)).isFalse();
        done(members.root(0).delete("/cluster/bans/" + name));
        Until.holds(() -> members.answers(1));
    }

    private static void untilWeighs(int weight) throws Exception {
        Until.passes(PATIENCE, () -> {
            JsonObject agent = endpoint().getJsonArray("agents").getJsonObject(0);
            assertThat(agent.getInteger("weight")).isEqualTo(weight);
        });
    }

    @Test
    void aWeightIsThatOfTheOperatorUntilHeTakesItBack() throws Exception {
        String path = "/cluster/endpoints/" + path(members.endpointId()) + "/weight";
        done(members.root(1).put(path, "{\"agent\": \"home\", \"weight\": 7}"));
        untilWeighs(7);
        Until.holds(() -> members.members.get(2).warren().endpoints().known().stream()
                .anyMatch(k -> k.offer().weight() == 7));
        assertThat(members.answers(2)).isTrue();
        done(members.root(1).put(path, "{\"agent\": \"home\", \"weight\": 0}"));
        untilWeighs(1);
    }

    private static Duration echoed(int member, int bytes) throws Exception {
        try (Socket visitor = members.visit(member)) {
            long start = System.nanoTime();
            CompletableFuture<Void> sent = CompletableFuture.runAsync(() -> {
                try {
                    visitor.getOutputStream().write(new byte[bytes]);
                } catch (IOException e) {
                    throw new IllegalStateException(e);
                }
            });
            visitor.setSoTimeout(60_000);
            visitor.getInputStream().skipNBytes(bytes);
            sent.get(60, TimeUnit.SECONDS);
            return Duration.ofNanos(System.nanoTime() - start);
        }
    }

    @Test
    void anEndpointIsServedAtTheOperatorsRateByEveryMemberUntilHeTakesItBack() throws Exception {
        String path = "/cluster/endpoints/" + path(members.endpointId()) + "/limit";
        done(members.root(0).put(path, "{\"in\": \"100KB\", \"out\": \"0\"}"));
        Until.passes(PATIENCE, () -> {
            assertThat(endpoint().getInteger("inLimit")).isEqualTo(100 * 1024);
            assertThat(endpoint().containsKey("outLimit")).isFalse();
        });
        for (int i = 0; i < 3; i++) {
            // A second's worth goes at once.
            assertThat(echoed(i, 250 * 1024)).isGreaterThan(Duration.ofSeconds(1));
        }
        done(members.root(1).put(path, "{}"));
        Until.passes(
                PATIENCE, () -> assertThat(endpoint().containsKey("inLimit")).isFalse());
        // At the rate of before it would take more than a minute and a half.
        assertThat(echoed(2, 10_000_000)).isLessThan(Duration.ofSeconds(60));
    }

    @Test
    void aServiceIsCreatedOnSomeMembersAndDeletedThere() throws Exception {
        String service = "{name: extra, addr: \"127.0.0.1:0\", handler: {type: http}, listener: {type: tcp}}";
        JsonObject created =
                done(members.root(0).post("/cluster/config/services?member=relay-2&member=relay-3", service));
        assertThat(created.getJsonArray("results")).hasSize(2);
        assertThat(items(members.root(0).get("/cluster/services?name=extra")).stream()
                        .map(s -> s.getString("member") + " " + s.getBoolean("managed")))
                .containsExactlyInAnyOrder("relay-2 true", "relay-3 true");
        assertThat(members.members.get(1).warren().address("extra")).isPresent();
        assertThat(members.members.get(0).warren().address("extra")).isEmpty();
        JsonObject deleted = done(members.root(1).delete("/cluster/config/services/extra"));
        assertThat(deleted.getJsonArray("results").stream().map(r -> ((JsonObject) r).getString("outcome")))
                .containsExactlyInAnyOrder("missing", "done", "done");
        assertThat(members.members.get(1).warren().address("extra")).isEmpty();
        assertThat(members.root(1).delete("/cluster/config/services/extra").status())
                .isEqualTo(404);
    }

    @Test
    void aDisabledServiceHasItsPortClosedUntilItIsEnabled() throws Exception {
        String service = "{name: switch, addr: \"127.0.0.1:PORT\", handler: {type: tcp}, listener: {type: tcp}, "
                + "forwarder: {nodes: [{name: echo, addr: \"127.0.0.1:ECHO\"}]}}";
        int port = Ports.free();
        done(members.root(0)
                .post(
                        "/cluster/config/services?member=relay-2",
                        service.replace("PORT", "" + port).replace("ECHO", "" + members.echo.port())));
        String path = "/cluster/services/switch";
        try (Socket visitor = new Socket("127.0.0.1", port)) {
            visitor.setSoTimeout(10_000);
            visitor.getOutputStream().write('x');
            assertThat(visitor.getInputStream().read()).isEqualTo('x');
            JsonObject disabled = done(members.console(0).as("olga", "operator").post(path + "/disable", ""));
            assertThat(disabled.getJsonArray("results").stream().map(r -> ((JsonObject) r).getString("outcome")))
                    .containsExactlyInAnyOrder("missing", "done", "missing");
            assertThat(count(disabled)).isEqualTo(1);
            assertThat(visitor.getInputStream().read()).isEqualTo(-1);
        }
        assertThat(Gost.isOpen(port)).isFalse();
        assertThat(items(members.root(2).get("/cluster/services?name=switch"))
                        .get(0)
                        .getString("state"))
                .isEqualTo("disabled");
        // Another change of the configuration does not open it.
        done(members.root(0).post("/cluster/config/hops?member=relay-2", "{name: unrelated, nodes: []}"));
        assertThat(Gost.isOpen(port)).isFalse();
        assertThat(members.root(0)
                        .get("/cluster/config/services/switch?member=relay-2")
                        .status())
                .isEqualTo(200);
        done(members.root(1).post(path + "/enable?member=relay-2", ""));
        assertThat(Gost.isOpen(port)).isTrue();
        done(members.root(0).delete("/cluster/config/hops/unrelated?member=relay-2"));
        done(members.root(0).delete("/cluster/config/services/switch?member=relay-2"));
        assertThat(members.root(1).post(path + "/disable", "").status()).isEqualTo(404);
    }

    @Test
    void aServiceWhosePortIsTakenStaysDisabled() throws Exception {
        try (ServerSocket other = new ServerSocket()) {
            int port = Ports.free();
            String service = "{name: late, addr: \"127.0.0.1:" + port + "\", handler: {type: http}}";
            done(members.root(0).post("/cluster/config/services?member=relay-1", service));
            done(members.root(0).post("/cluster/services/late/disable?member=relay-1", ""));
            other.bind(new InetSocketAddress("127.0.0.1", port));
            Http.Answer refused = members.root(0).post("/cluster/services/late/enable?member=relay-1", "");
            assertThat(refused.status()).isEqualTo(409);
            assertThat(refused.body()).contains("listen on 127.0.0.1:" + port);
            assertThat(items(members.root(0).get("/cluster/services?name=late"))
                            .get(0)
                            .getString("state"))
                    .isEqualTo("disabled");
        }
        done(members.root(0).post("/cluster/services/late/enable?member=relay-1", ""));
        done(members.root(0).delete("/cluster/config/services/late?member=relay-1"));
    }

    @Test
    void aConfigurationIsReadWithoutSecretsAndAppliedWithThemInPlace() throws Exception {
        Http.Answer shown = members.root(0).get("/cluster/config?member=relay-3&format=yaml");
        assertThat(shown.body()).contains("username: alice").doesNotContain("wonderland", "blackbirds", "toor");
        String more = shown.body() + "\nhops:\n- name: nowhere\n  nodes: []\n";
        JsonObject difference = done(members.root(0).post("/cluster/config/diff?member=relay-3", more));
        assertThat(difference.getJsonArray("objects").encode())
                .isEqualTo("[{\"change\":\"create\",\"kind\":\"hops\",\"name\":\"nowhere\"}]");
        assertThat(difference.encode()).doesNotContain("wonderland");
        done(members.root(0).put("/cluster/config?member=relay-3", more));
        assertThat(Until.done(members.members.get(2).steering().written(io.warren.spi.Control.Form.YAML)))
                .contains("password: wonderland", "nowhere");
        List<JsonObject> versions = items(members.root(0).get("/cluster/config/history?member=relay-3"));
        assertThat(versions.get(0).getString("by")).isEqualTo("root");
        int before = versions.get(1).getInteger("version");
        done(members.root(0).post("/cluster/config/history/" + before + "/rollback?member=relay-3", ""));
        assertThat(Until.done(members.members.get(2).steering().written(io.warren.spi.Control.Form.YAML)))
                .contains("password: wonderland")
                .doesNotContain("nowhere");
    }

    @Test
    void aDocumentWithErrorsIsRefusedByNameAndChangesNothing() throws Exception {
        Http.Answer refused = members.root(0)
                .post(
                        "/cluster/config/services",
                        "{name: bad, addr: \":0\", handler: {type: htpt}, listener: {type: tcp}}");
        assertThat(refused.status()).isEqualTo(422);
        assertThat(refused.body()).contains("unknown handler").contains("handler.type");
        assertThat(items(members.root(0).get("/cluster/services?name=bad"))).isEmpty();
    }

    @Test
    void theSameRequestIsDoneOnce() throws Exception {
        Http once = members.root(0).with("X-Request-Id", "r-1");
        String service = "{name: once, addr: \"127.0.0.1:0\", handler: {type: http}, listener: {type: tcp}}";
        done(once.post("/cluster/config/services?member=relay-2", service));
        done(once.post("/cluster/config/services?member=relay-2", service));
        assertThat(members.root(0)
                        .post("/cluster/config/services?member=relay-2", service)
                        .status())
                .isEqualTo(409);
        done(members.root(0).delete("/cluster/config/services/once?member=relay-2"));
    }

    @Test
    void whatIsDoneIsInTheAuditWithWhoAndWhatAndResult() throws Exception {
        done(members.console(0)
                .as("olga", "operator")
                .put("/cluster/log-level", "{\"logger\": \"nobody\", \"level\": \"info\"}"));
        JsonObject event =
                items(members.root(1).get("/cluster/events?kind=audit&by=olga")).get(0);
        assertThat(event.getString("action")).isEqualTo("logLevel");
        assertThat(event.getString("result")).isEqualTo("done:relay-1,relay-2,relay-3");
    }

    @Test
    void aDrainedMemberIsNotReadyAndItsAgentServesAtTheOthersUntilItIsBack() throws Exception {
        done(members.root(0).post("/cluster/members/relay-3/drain", ""));
        Http.Answer unready = members.console(2).get("/cluster/ready");
        assertThat(unready.status() + " " + unready.body()).isEqualTo("503 draining\n");
        Until.passes(
                PATIENCE,
                () -> assertThat(items(members.root(1).get("/cluster/members?member=relay-3"))
                                .get(0)
                                .getString("state"))
                        .isEqualTo("draining"));
        assertThat(members.answers(1)).isTrue();
        done(members.root(1).post("/cluster/members/relay-3/undrain", ""));
        assertThat(members.console(2).get("/cluster/ready").status()).isEqualTo(200);
        Until.holds(() -> members.answers(2));
    }

    @Test
    void aDrainWaitsForWhatRunsAsLongAsItWasTold() throws Exception {
        try (Socket visitor = members.visit(2)) {
            done(members.root(0).post("/cluster/members/relay-3/drain", "{\"grace\": \"1s\"}"));
            Until.passes(
                    PATIENCE,
                    () -> assertThat(items(members.root(2).get("/cluster/logs?member=relay-3&logger=boot&limit=1000")))
                            .extracting(line -> line.getString("message"))
                            .anyMatch(message -> message.startsWith("the grace time is over for 1 sessions")));
            assertThat(visitor.isClosed()).isFalse();
        } finally {
            done(members.root(0).post("/cluster/members/relay-3/undrain", ""));
        }
        Until.holds(() -> members.answers(2));
        assertThat(members.root(0)
                        .post("/cluster/members/relay-3/drain", "{\"grace\": \"long\"}")
                        .status())
                .isEqualTo(400);
    }
}
