package io.warren.console;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.warren.fixture.EchoServer;
import io.warren.fixture.Gost;
import io.warren.fixture.Http;
import io.warren.fixture.Node;
import io.warren.fixture.Ports;
import io.warren.fixture.Rig;
import io.warren.fixture.Steered;
import io.warren.fixture.Until;
import io.warren.net.Address;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GostApiTest {
    private static final String API = """
            api: {addr: "127.0.0.1:0"}
            """;

    private static String forward(String name, int port, int target) {
        return new JsonObject()
                .put("name", name)
                .put("addr", "127.0.0.1:" + port)
                .put("handler", new JsonObject().put("type", "tcp"))
                .put("listener", new JsonObject().put("type", "tcp"))
                .put(
                        "forwarder",
                        new JsonObject()
                                .put(
                                        "nodes",
                                        new JsonArray()
                                                .add(new JsonObject()
                                                        .put("name", "echo")
                                                        .put("addr", "127.0.0.1:" + target))))
                .encode();
    }

    private static String echo(Socket socket, String text) throws Exception {
        socket.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
        return new String(socket.getInputStream().readNBytes(text.length()), StandardCharsets.US_ASCII);
    }

    @Test
    void aServiceMadeByTheApiServesAndIsGoneWhenDeleted() throws Exception {
        int port = Ports.free();
        try (EchoServer echo = new EchoServer();
                Steered warren = Steered.start(API)) {
            Http api = warren.api();

            assertThat(api.get("/config/services").json())
                    .isEqualTo(new JsonObject("{\"data\":{\"count\":0,\"list\":null}}"));
            Http.Answer made = api.post("/config/services", forward("way", port, echo.port()));
            assertThat(made.status()).as(made.body()).isEqualTo(200);
            assertThat(made.json()).isEqualTo(new JsonObject().put("msg", "OK"));

            try (Socket client = Rig.connect(Address.of("127.0.0.1", port))) {
                assertThat(echo(client, "hello")).isEqualTo("hello");
            }
            JsonObject shown = api.get("/config/services/way").json().getJsonObject("data");
            assertThat(shown.getJsonObject("status").getString("state")).isEqualTo("ready");
            assertThat(shown.getJsonObject("listener")).isEqualTo(new JsonObject().put("type", "tcp"));

            assertThat(api.delete("/config/services/way").status()).isEqualTo(200);
            assertThat(api.get("/config/services/way").json()).isEqualTo(new JsonObject().putNull("data"));
            Until.holds(() -> !Gost.isOpen(port));
        }
    }

    @Test
    void connectionsOfOtherServicesGoOnThroughAChange() throws Exception {
        int port = Ports.free();
        int other = Ports.free();
        try (EchoServer echo = new EchoServer();
                Steered warren = Steered.start(API)) {
            Http api = warren.api();
            assertThat(api.post("/config/services", forward("stays", port, echo.port()))
                            .status())
                    .isEqualTo(200);
            try (Socket client = Rig.connect(Address.of("127.0.0.1", port))) {
                assertThat(echo(client, "before")).isEqualTo("before");
                assertThat(api.post("/config/services", forward("comes", other, echo.port()))
                                .status())
                        .isEqualTo(200);
                assertThat(api.put("/config/services/comes", forward("x", other, port))
                                .status())
                        .isEqualTo(200);
                assertThat(api.delete("/config/services/comes").status()).isEqualTo(200);
                assertThat(echo(client, "after")).isEqualTo("after");
            }
        }
    }

    @Test
    void whatIsWrongIsRefusedWithItsKeyAndChangesNothing() throws Exception {
        try (Steered warren = Steered.start(API)) {
            Http api = warren.api();
            String before = api.get("/config").body();

            refused(api.post("/config/services", "{}"), 40001, "service name is required");
            refused(api.post("/config/services", "{\"name\":\"  \"}"), 40001, "service name is required");
            refused(api.put("/config/services/a", "{}"), 40004, "service a not found");
            refused(api.delete("/config/climiters/a"), 40004, "limiter a not found");
            refused(api.post("/config/caches", "{\"name\":\"a\"}"), 40001, "cache has no backend configured");
            refused(
                    api.post("/config/services", "{\"name\":\"a\",\"listener\":{\"type\":\"nope\"}}"),
                    40003,
                    "create service a failed: listener.type: unknown listener \"nope\" (this version has: ");
            refused(
                    api.post("/config/services", "{\"name\":\"a\",\"handler\":{\"auther\":\"who\"}}"),
                    40003,
                    "create service a failed: handler.auther: no auther named \"who\" (known: none)");
            refused(
                    api.post("/config/services", "{\"name\":\"a\",\"handler\":[]}"),
                    40003,
                    "create service a failed: handler: expected a map, got a list");
            refused(api.post("/config/chains", "{\"name\":\"a\", oops"), 40001, "body: expected a JSON object");
            refused(api.post("/config/chains", "[1]"), 40001, "body: expected a JSON object");

            assertThat(api.get("/config").body()).isEqualTo(before);
        }
    }

    private static void refused(Http.Answer answer, int code, String message) {
        assertThat(answer.status()).as(answer.body()).isEqualTo(400);
        assertThat(answer.json().getInteger("code")).isEqualTo(code);
        assertThat(answer.json().getString("msg")).startsWith(message);
    }

    @Test
    void anAddressInUseFailsAsInGostAndTheOldServiceGoesOn() throws Exception {
        int port = Ports.free();
        try (EchoServer echo = new EchoServer();
                Steered warren = Steered.start(API)) {
            Http api = warren.api();
            assertThat(api.post("/config/services", forward("way", port, echo.port()))
                            .status())
                    .isEqualTo(200);
            Http.Answer refused = api.put("/config/services/way", forward("way", echo.port(), echo.port()));
            assertThat(refused.status()).as(refused.body()).isEqualTo(500);
            assertThat(refused.json().getInteger("code")).isEqualTo(40003);
            assertThat(refused.json().getString("msg")).startsWith("create service way failed: listen on ");
            try (Socket client = Rig.connect(Address.of("127.0.0.1", port))) {
                assertThat(echo(client, "still")).isEqualTo("still");
            }
            assertThat(api.get("/config/services/way")
                            .json()
                            .getJsonObject("data")
                            .getString("addr"))
                    .isEqualTo("127.0.0.1:" + port);
        }
    }

    @Test
    void everyKindOfObjectIsCreatedReadReplacedAndDeleted() throws Exception {
        try (Steered warren = Steered.start(API)) {
            Http api = warren.api();
            for (String kind : Kinds.ALL.keySet()) {
                if (kind.equals("services")) {
                    continue;
                }
                String path = "/config/" + kind;
                String body = "{\"name\":\" a \",\"memory\":{\"maxSize\":5},\"_id_\":7,\"status\":{\"used\":1}}";
                Http.Answer made = api.post(path, body);
                assertThat(made.status()).as(kind + made.body()).isEqualTo(200);
                assertThat(api.post(path, body).json().getInteger("code"))
                        .as(kind)
                        .isEqualTo(40002);
                JsonObject list = api.get(path).json().getJsonObject("data");
                assertThat(list.getInteger("count")).as(kind).isEqualTo(1);
                JsonObject shown = api.get(path + "/a").json().getJsonObject("data");
                assertThat(list.getJsonArray("list").getJsonObject(0)).isEqualTo(shown);
                assertThat(shown.fieldNames()).contains("name").doesNotContain("_id_", "status");
                assertThat(api.put(path + "/a", body.replace(" a ", "other")).status())
                        .as(kind)
                        .isEqualTo(200);
                assertThat(api.get(path + "/a").json().getJsonObject("data")).isEqualTo(shown);
                assertThat(api.delete(path + "/a").status()).as(kind).isEqualTo(200);
                assertThat(api.get(path).json().getJsonObject("data").getInteger("count"))
                        .as(kind)
                        .isZero();
            }
        }
    }

    @Test
    void whatIsReferredToCannotBeDeleted() throws Exception {
        try (Steered warren = Steered.start(API + """
                services: [{name: a, addr: "127.0.0.1:0", handler: {type: http, auther: staff}}]
                authers: [{name: staff, auths: [{username: u, password: p}]}]
                """)) {
            Http.Answer refused = warren.api().delete("/config/authers/staff");
            assertThat(refused.status()).isEqualTo(400);
            assertThat(refused.json().getString("msg"))
                    .isEqualTo("services[0].handler.auther: no auther named \"staff\" (known: none)");
        }
    }

    @Test
    void credentialsAreAskedForUnderConfigOnly() throws Exception {
        try (Steered warren = Steered.start("""
                api: {addr: "127.0.0.1:0", pathPrefix: api/, auth: {username: root, password: secret}, auther: staff}
                authers: [{name: staff, auths: [{username: u, password: p}]}]
                """)) {
            Http api = warren.api();
            Http.Answer refused = api.get("/api/config");
            assertThat(refused.status()).isEqualTo(401);
            assertThat(refused.header("WWW-Authenticate")).contains("Basic");
            assertThat(refused.json())
                    .isEqualTo(new JsonObject().put("code", 401).put("msg", "Unauthorized"));
            assertThat(api.as("root", "wrong").get("/api/config").status()).isEqualTo(401);
            assertThat(api.as("root", "secret").get("/api/config").status()).isEqualTo(200);
            assertThat(api.as("u", "p").get("/api/config/services").status()).isEqualTo(200);
            assertThat(api.get("/config").status()).isEqualTo(404);
            assertThat(api.get("/elsewhere").body()).isEqualTo("404 page not found");
            // A user more takes effect at once, without a new server.
            assertThat(api.as("u", "p")
                            .put("/api/config/authers/staff", "{\"auths\":[{\"username\":\"v\",\"password\":\"w\"}]}")
                            .status())
                    .isEqualTo(200);
            assertThat(api.as("u", "p").get("/api/config").status()).isEqualTo(401);
            assertThat(api.as("v", "w").get("/api/config").status()).isEqualTo(200);
        }
    }

    @Test
    void whatWasSavedIsReadAgainAndWhatWasNotIsLost(@TempDir Path directory) throws Exception {
        try (Steered warren = Steered.start(API + "authers: [{name: first}]")) {
            Http api = warren.api();
            assertThat(api.post("/config/authers", "{\"name\":\"second\"}").status())
                    .isEqualTo(200);
            assertThat(api.post("/config/reload", "").status()).isEqualTo(200);
            assertThat(api.get("/config/authers").json().getJsonObject("data").getInteger("count"))
                    .isEqualTo(1);
            assertThat(api.post("/config/authers", "{\"name\":\"third\"}").status())
                    .isEqualTo(200);
            assertThat(api.post("/config", "").json()).isEqualTo(new JsonObject().put("msg", "OK"));
            assertThat(Files.readString(warren.file())).contains("third").contains("api:");
            assertThat(api.post("/config/reload", "").status()).isEqualTo(200);
            assertThat(api.get("/config/authers").json().getJsonObject("data").getInteger("count"))
                    .isEqualTo(2);

            Path json = directory.resolve("copy.json");
            assertThat(api.post("/config?path=" + json, "").status()).isEqualTo(200);
            assertThat(new JsonObject(Files.readString(json)).getJsonArray("authers"))
                    .hasSize(2);
            Http.Answer refused = api.post("/config?path=" + directory.resolve("missing/x.yml"), "");
            assertThat(refused.status()).isEqualTo(500);
            assertThat(refused.json().getInteger("code")).isEqualTo(40005);

            Files.writeString(warren.file(), API + "services: [{name: a, addr: nonsense}]");
            assertThat(api.post("/config/reload", "").json().getInteger("code")).isEqualTo(40001);
            assertThat(api.get("/config/authers").json().getJsonObject("data").getInteger("count"))
                    .isEqualTo(2);
        }
    }

    @Test
    void theApiAndMetricsAreHandlersOfServicesToo() throws Exception {
        try (Steered warren = Steered.start("""
                services:
                - name: api
                  addr: 127.0.0.1:0
                  handler: {type: api, auth: {username: u, password: p}, metadata: {pathPrefix: x}}
                - name: metrics
                  addr: 127.0.0.1:0
                  handler: {type: metrics, metadata: {path: /m}}
                """)) {
            Http api = Http.to(warren.port("api"));
            assertThat(api.get("/x/config").status()).isEqualTo(401);
            assertThat(api.as("u", "p")
                            .post("/x/config/authers", "{\"name\":\"a\"}")
                            .status())
                    .isEqualTo(200);
            assertThat(api.as("u", "p").get("/x/config/authers/a").json().getJsonObject("data"))
                    .isEqualTo(new JsonObject().put("name", "a"));
            // Its own service can be replaced by it: the answer still comes.
            assertThat(api.as("u", "p")
                            .put("/x/config/services/api", "{\"addr\":\"127.0.0.1:0\",\"handler\":{\"type\":\"api\"}}")
                            .status())
                    .isEqualTo(200);
            assertThat(Http.to(warren.port("api")).get("/config/authers").status())
                    .isEqualTo(200);
            Http.Answer metrics = Http.to(warren.port("metrics")).get("/m");
            assertThat(metrics.body()).contains("gost_service_requests_total{client=\"127.0.0.1\",");
        }
    }

    @Test
    void theStatusOfAServiceHasItsSums() throws Exception {
        try (EchoServer echo = new EchoServer();
                Steered warren = Steered.start(API)) {
            Http api = warren.api();
            int port = Ports.free();
            JsonObject service = new JsonObject(forward("way", port, echo.port()))
                    .put("metadata", new JsonObject().put("enableStats", true));
            assertThat(api.post("/config/services", service.encode()).status()).isEqualTo(200);
            try (Socket client = Rig.connect(Address.of("127.0.0.1", port))) {
                assertThat(echo(client, "hello")).isEqualTo("hello");
                JsonObject status = api.get("/config/services/way")
                        .json()
                        .getJsonObject("data")
                        .getJsonObject("status");
                assertThat(status.getJsonObject("stats"))
                        .isEqualTo(new JsonObject()
                                .put("totalConns", 1)
                                .put("currentConns", 1)
                                .put("totalErrs", 0)
                                .put("inputBytes", 5)
                                .put("outputBytes", 5));
                assertThat(status.getJsonArray("events").getJsonObject(2).getString("msg"))
                        .isEqualTo("service way is listening on 127.0.0.1:" + port);
            }
        }
    }

    @Test
    void aServiceWhoseFarEndIsAwayIsFailedUntilItIsBack() throws Exception {
        int relay = Ports.free();
        String far = """
                services: [{name: relay, addr: "127.0.0.1:PORT", handler: {type: relay, metadata: {bind: true}}}]
                """.replace("PORT", String.valueOf(relay));
        try (Steered warren = Steered.start(API + """
                services:
                - name: agent
                  addr: 127.0.0.1:0
                  handler: {type: rtcp}
                  listener: {type: rtcp, chain: out}
                  forwarder: {nodes: [{name: here, addr: "127.0.0.1:9"}]}
                chains:
                - name: out
                  hops: [{name: h, nodes: [{name: far, addr: "127.0.0.1:PORT", connector: {type: relay}}]}]
                """.replace("PORT", String.valueOf(relay)))) {
            Http api = warren.api();
            Until.holds(() -> state(api).equals("failed"));
            try (Node there = Node.start(far)) {
                assertThat(there.port("relay")).isEqualTo(relay);
                Until.holds(() -> state(api).equals("ready"));
                assertThat(api.get("/config/services/agent").body())
                        .contains("service agent is failed")
                        .contains("service agent is ready\"}]");
            }
        }
    }

    private static String state(Http api) {
        try {
            return api.get("/config/services/agent")
                    .json()
                    .getJsonObject("data")
                    .getJsonObject("status")
                    .getString("state");
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }
}
