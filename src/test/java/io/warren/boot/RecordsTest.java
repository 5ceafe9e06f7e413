package io.warren.boot;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonObject;
import io.warren.fixture.EchoServer;
import io.warren.fixture.Gost;
import io.warren.fixture.Http;
import io.warren.fixture.Node;
import io.warren.fixture.Ports;
import io.warren.fixture.Posted;
import io.warren.fixture.Site;
import io.warren.fixture.Steered;
import io.warren.fixture.Until;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the recorders of services get; the same, where there is a gost, as its own get. */
class RecordsTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final String LOGIN = "Proxy-Authorization: Basic YW5uOnNlY3JldA==\r\n";

    @TempDir
    private Path directory;

    /** Services of one kind each, with a file for each kind of record. */
    private String configuration(Map<String, Integer> ports, int target) {
        return """
                services:
                - name: http
                  addr: "127.0.0.1:%d"
                  recorders:
                  - {name: sessions, record: recorder.service.handler}
                  - {name: clients, record: recorder.service.client.address}
                  - {name: dials, record: recorder.service.router.dial.address}
                  - {name: failures, record: recorder.service.router.dial.address.error}
                  handler: {type: http, auth: {username: ann, password: secret}}
                  listener: {type: tcp}
                  metadata: {labels: {site: berlin}}
                - name: socks
                  addr: "127.0.0.1:%d"
                  recorders: [{name: sessions, record: recorder.service.handler}]
                  handler: {type: socks5}
                  listener: {type: tcp}
                - name: forward
                  addr: "127.0.0.1:%d"
                  recorders: [{name: sessions, record: recorder.service.handler}]
                  handler: {type: tcp}
                  listener: {type: tcp}
                  forwarder: {nodes: [{name: echo, addr: "127.0.0.1:%d"}]}
                - name: relay
                  addr: "127.0.0.1:%d"
                  recorders: [{name: sessions, record: recorder.service.handler}]
                  handler: {type: relay}
                  listener: {type: tcp}
                - name: chained
                  addr: "127.0.0.1:%d"
                  recorders: [{name: sessions, record: recorder.service.handler}]
                  handler: {type: http, chain: far}
                  listener: {type: tcp}
                chains:
                - name: far
                  hops:
                  - name: first
                    nodes: [{name: middle, addr: "127.0.0.1:%d", connector: {type: relay}, dialer: {type: tcp}}]
                recorders:
                - {name: sessions, file: {path: "%s", sep: "\\n"}}
                - {name: clients, file: {path: "%s", sep: "\\n"}}
                - {name: dials, file: {path: "%s", sep: "\\n"}}
                - {name: failures, file: {path: "%s", sep: "\\n"}}
                """.formatted(
                        ports.get("http"),
                        ports.get("socks"),
                        ports.get("forward"),
                        target,
                        ports.get("relay"),
                        ports.get("chained"),
                        ports.get("relay"),
                        directory.resolve("sessions"),
                        directory.resolve("clients"),
                        directory.resolve("dials"),
                        directory.resolve("failures"));
    }

    private static Map<String, Integer> freePorts() {
        Map<String, Integer> ports = new LinkedHashMap<>();
        for (String name : List.of("http", "socks", "forward", "relay", "chained")) {
            ports.put(name, Ports.free());
        }
        return ports;
    }

    private List<String> lines(String file) throws IOException {
        Path path = directory.resolve(file);
        return Files.exists(path) ? Files.readAllLines(path) : List.of();
    }

    /** Waits for the next records of sessions. */
    private List<JsonObject> records(int count) throws Exception {
        Until.passes(PATIENCE, () -> assertThat(lines("sessions")).hasSize(count));
        List<JsonObject> records =
                lines("sessions").stream().map(JsonObject::new).toList();
        // Not deleted: gost goes on writing to the file that it has open.
        Path emptied = Files.writeString(directory.resolve("sessions"), "");
        assertThat(emptied).isEmptyFile();
        return records;
    }

    private static Socket open(int port, String text) throws IOException {
        Socket client = new Socket("127.0.0.1", port);
        client.setSoTimeout((int) PATIENCE.toMillis());
        client.getOutputStream().write(text.getBytes(StandardCharsets.ISO_8859_1));
        return client;
    }

    private static void echo(Socket client) throws IOException {
        client.getOutputStream().write("ping".getBytes(StandardCharsets.US_ASCII));
        assertThat(client.getInputStream().readNBytes(4)).hasSize(4);
    }

    private static void connect(int port, String login, int target) throws IOException {
        String head = "CONNECT localhost:" + target + " HTTP/1.1\r\nHost: localhost:" + target + "\r\n" + login
                + "X-note: a\r\nx-note: b\r\n\r\n";
        try (Socket client = open(port, head)) {
            assertThat(Site.head(client.getInputStream())).contains(" 200 ");
            echo(client);
        }
    }

    private static String refusedConnect(int port, String login, int target) throws IOException {
        try (Socket client = open(port, "CONNECT localhost:" + target + " HTTP/1.1\r\n" + login + "\r\n")) {
            return Site.head(client.getInputStream());
        }
    }

    private static String get(int port, String login, int site) throws IOException {
        String head = "GET http://localhost:" + site + "/page?q=1 HTTP/1.1\r\nHost: localhost:" + site + "\r\n" + login
                + "Connection: close\r\n\r\n";
        try (Socket client = open(port, head)) {
            // gost leaves the connection open.
            String answer = Site.head(client.getInputStream());
            assertThat(client.getInputStream().readNBytes(11)).asString().isEqualTo("{\"ok\":true}");
            return answer;
        }
    }

    private static void socks(int port, int target) throws IOException {
        try (Socket client = open(port, "\5\1\0")) {
            InputStream in = client.getInputStream();
            assertThat(in.readNBytes(2)).containsExactly(5, 0);
            client.getOutputStream().write(new byte[] {5, 1, 0, 3, 9});
            client.getOutputStream().write("localhost".getBytes(StandardCharsets.US_ASCII));
            client.getOutputStream().write(new byte[] {(byte) (target >> 8), (byte) target});
            assertThat(new DataInputStream(in).readNBytes(10)).startsWith(5, 0);
            echo(client);
        }
    }

    /** Does everything once, and gives the records by what was done. */
    private Map<String, JsonObject> drive(Map<String, Integer> ports, int echo, int site) throws Exception {
        Map<String, JsonObject> records = new LinkedHashMap<>();
        connect(ports.get("http"), LOGIN, echo);
        records.put("connect", records(1).get(0));
        assertThat(refusedConnect(ports.get("http"), "", echo)).contains(" 407 ");
        records.put("no login", records(1).get(0));
        assertThat(refusedConnect(ports.get("http"), LOGIN, 1)).contains(" 503 ");
        records.put("refused", records(1).get(0));
        assertThat(get(ports.get("http"), LOGIN, site)).contains(" 200 ");
        records.put("get", records(1).get(0));
        socks(ports.get("socks"), echo);
        records.put("socks", records(1).get(0));
        try (Socket client = open(ports.get("forward"), "")) {
            echo(client);
        }
        records.put("forward", records(1).get(0));
        connect(ports.get("chained"), "", echo);
        for (JsonObject record : records(2)) {
            records.put(record.getString("service"), record);
        }
        return records;
    }

    /** Where everything is in the same JVM, the ports are known beforehand as well. */
    private Map<String, JsonObject> ofWarren(EchoServer echo, Posted site) throws Exception {
        Map<String, Integer> ports = freePorts();
        try (Node node = Node.start(configuration(ports, echo.port()))) {
            assertThat(node.port("http")).isEqualTo(ports.get("http"));
            return drive(ports, echo.port(), site.port());
        }
    }

    @Test
    void recordSaysWhoCameWhereItWentAndWhatBecameOfIt() throws Exception {
        try (EchoServer echo = new EchoServer();
                Posted site = new Posted()) {
            Map<String, JsonObject> records = ofWarren(echo, site);

            JsonObject connect = records.get("connect");
            String target = "localhost:" + echo.port();
            assertThat(connect.getString("service")).isEqualTo("http");
            assertThat(connect.getJsonObject("labels")).isEqualTo(new JsonObject().put("site", "berlin"));
            assertThat(connect.getString("network")).isEqualTo("tcp");
            assertThat(connect.getString("remote")).isEqualTo(connect.getString("client"));
            assertThat(connect.getString("dst")).isEqualTo("127.0.0.1:" + echo.port());
            assertThat(connect.getString("src")).startsWith("127.0.0.1:");
            assertThat(connect.getString("host")).isEqualTo(target);
            assertThat(connect.getString("proto")).isEqualTo("http");
            assertThat(connect.getString("clientID")).isEqualTo("ann");
            assertThat(connect.getString("route")).isEqualTo(target);
            assertThat(connect.getLong("inputBytes")).isEqualTo(4);
            assertThat(connect.getLong("outputBytes")).isEqualTo(4);
            assertThat(connect.getLong("duration")).isPositive();
            assertThat(OffsetDateTime.parse(connect.getString("time"))).isBefore(OffsetDateTime.now(ZoneOffset.UTC));
            JsonObject http = connect.getJsonObject("http");
            assertThat(http.getString("method")).isEqualTo("CONNECT");
            assertThat(http.getInteger("statusCode")).isEqualTo(200);
            assertThat(http.getJsonObject("request").getJsonObject("header").getJsonArray("X-Note"))
                    .containsExactly("a", "b");
            assertThat(connect.encode()).doesNotContain("YW5uOnNlY3JldA");

            assertThat(records.get("no login").containsKey("clientID")).isFalse();
            assertThat(records.get("no login").getJsonObject("http").getInteger("statusCode"))
                    .isEqualTo(407);
            assertThat(records.get("refused").getString("err")).isNotEmpty();
            assertThat(records.get("refused").getString("dst")).isEmpty();
            assertThat(records.get("refused").getString("route")).isEqualTo("localhost:1");

            JsonObject get = records.get("get");
            assertThat(get.getJsonObject("http").getString("uri"))
                    .isEqualTo("http://localhost:" + site.port() + "/page?q=1");
            assertThat(get.getJsonObject("http").getInteger("statusCode")).isEqualTo(200);
            assertThat(get.getJsonObject("http").getJsonObject("response").getLong("contentLength"))
                    .isEqualTo(11);
            assertThat(get.getJsonObject("http").getJsonObject("response").getValue("body"))
                    .isNull();

            assertThat(records.get("forward").getString("node")).isEqualTo("echo");
            assertThat(records.get("chained").getString("route"))
                    .startsWith("middle@127.0.0.1:")
                    .endsWith(" > " + target);

            assertThat(lines("clients")).containsOnly("127.0.0.1").hasSize(4);
            assertThat(lines("dials")).containsOnly("localhost").hasSize(3);
            assertThat(lines("failures")).containsExactly("localhost");
        }
    }

    /** What is the same for both whatever runs where. */
    private static final Set<String> SAME =
            Set.of("service", "labels", "network", "proto", "clientIP", "clientID", "node");

    private static final Set<String> SAME_OF_HTTP = Set.of("host", "method", "proto", "scheme", "uri", "cached");

    @Test
    void gostRecordsTheSame() throws Exception {
        Gost.assume();
        try (EchoServer echo = new EchoServer();
                Posted site = new Posted()) {
            Map<String, JsonObject> ours = ofWarren(echo, site);
            List<String> ourDials = lines("dials");
            List<String> ourFailures = lines("failures");
            List<String> ourClients = lines("clients");
            for (String file : List.of("dials", "failures", "clients")) {
                Files.delete(directory.resolve(file));
            }
            Map<String, Integer> ports = freePorts();
            try (Gost gost = Gost.configured(configuration(ports, echo.port()))) {
                Until.passes(PATIENCE, () -> {
                    assertThat(gost.isAlive()).as(gost.log()).isTrue();
                    for (int port : ports.values()) {
                        listens(port);
                    }
                });
                Map<String, JsonObject> theirs = drive(ports, echo.port(), site.port());
                assertThat(ours.keySet()).isEqualTo(theirs.keySet());
                ours.forEach((what, record) -> compare(what, record, theirs.get(what)));
                assertThat(ourDials).isEqualTo(lines("dials"));
                assertThat(ourFailures).isEqualTo(lines("failures"));
                assertThat(ourClients).isEqualTo(lines("clients"));
            }
        }
    }

    /** Without a connection, which would be recorded. */
    private static void listens(int port) throws IOException {
        String local = "0100007F:%04X".formatted(port);
        assertThat(Files.readAllLines(Path.of("/proc/net/tcp")))
                .anyMatch(line -> line.contains(local + " 00000000:0000 0A"));
    }

    private static void compare(String what, JsonObject ours, JsonObject theirs) {
        assertThat(List.copyOf(ours.fieldNames())).as(what).isEqualTo(List.copyOf(theirs.fieldNames()));
        for (String name : SAME) {
            assertThat(ours.getValue(name)).as(what + " " + name).isEqualTo(theirs.getValue(name));
        }
        // Where a name was dialled, and by way of which port, is different each time.
        for (String name : List.of("host", "dst", "route", "src", "client", "remote", "local")) {
            assertThat(shape(ours.getString(name))).as(what + " " + name).isEqualTo(shape(theirs.getString(name)));
        }
        JsonObject http = ours.getJsonObject("http");
        if (http != null) {
            JsonObject theirHttp = theirs.getJsonObject("http");
            assertThat(List.copyOf(http.fieldNames())).isEqualTo(List.copyOf(theirHttp.fieldNames()));
            for (String name : SAME_OF_HTTP) {
                assertThat(http.getValue(name)).as(what + " " + name).isEqualTo(theirHttp.getValue(name));
            }
            for (String half : List.of("request", "response")) {
                assertThat(List.copyOf(http.getJsonObject(half).fieldNames()))
                        .isEqualTo(List.copyOf(theirHttp.getJsonObject(half).fieldNames()));
            }
            assertThat(names(http.getJsonObject("request"))).isEqualTo(names(theirHttp.getJsonObject("request")));
        }
    }

    private static Set<String> names(JsonObject half) {
        return new TreeSet<>(half.getJsonObject("header").fieldNames());
    }

    private static String shape(String text) {
        return text == null ? "" : text.replaceAll(":\\d+", ":n");
    }

    @Test
    void bodiesAreKeptWhereAskedForAndNotWhereTheClientSaysNo() throws Exception {
        String yaml = """
                services:
                - name: http
                  addr: "127.0.0.1:0"
                  recorders: [{name: sessions, record: recorder.service.handler, metadata: {http.body: true, http.maxBodySize: 8}}]
                  handler: {type: http}
                  listener: {type: tcp}
                recorders: [{name: sessions, file: {path: "%s", sep: "\\n"}}]
                """.formatted(directory.resolve("sessions"));
        try (Posted site = new Posted();
                Node node = Node.start(yaml)) {
            String head = "POST http://localhost:" + site.port() + "/ HTTP/1.1\r\nConnection: close\r\nHost: localhost:"
                    + site.port() + "\r\nTransfer-Encoding: chunked\r\n";
            List<String> bodies = new ArrayList<>();
            for (String mode : List.of("", "Gost-Record: headers\r\n", "Gost-Record: off\r\n")) {
                try (Socket client =
                        open(node.port("http"), head + mode + "\r\n5\r\nhello\r\n7\r\n, world\r\n0\r\n\r\n")) {
                    assertThat(client.getInputStream().readAllBytes()).isNotEmpty();
                }
            }
            for (JsonObject record : records(2)) {
                JsonObject http = record.getJsonObject("http");
                assertThat(http.getJsonObject("request").getLong("contentLength"))
                        .isEqualTo(-1);
                for (String half : List.of("request", "response")) {
                    byte[] body = http.getJsonObject(half).getBinary("body");
                    bodies.add(body == null ? "none" : new String(body, StandardCharsets.US_ASCII));
                }
            }
            assertThat(bodies).containsExactly("hello, w", "{\"ok\":tr", "none", "none");
            assertThat(site.taken()).hasSize(3).allMatch(post -> !post.header().containsKey("Gost-record"));
        }
    }

    @Test
    void datagramSessionHasOneRecord() throws Exception {
        String yaml = """
                services:
                - name: udp
                  addr: "127.0.0.1:0"
                  recorders: [{name: sessions, record: recorder.service.handler}]
                  handler: {type: udp}
                  listener: {type: udp, metadata: {ttl: 1s}}
                  forwarder: {nodes: [{name: far, addr: "127.0.0.1:9"}]}
                recorders: [{name: sessions, file: {path: "%s", sep: "\\n"}}]
                """.formatted(directory.resolve("sessions"));
        try (Node node = Node.start(yaml);
                DatagramSocket client = new DatagramSocket()) {
            client.send(new DatagramPacket(new byte[3], 3, InetAddress.getByName("127.0.0.1"), node.port("udp")));
            assertThat(records(1)).singleElement().satisfies(record -> {
                assertThat(record.getString("network")).isEqualTo("udp");
                assertThat(record.getString("host")).isEqualTo("127.0.0.1:9");
                assertThat(record.getString("node")).isEqualTo("far");
                assertThat(record.getLong("inputBytes")).isEqualTo(3);
            });
        }
    }

    @Test
    void sessionsThatAreCutAtTheEndHaveTheirRecords() throws Exception {
        try (EchoServer echo = new EchoServer()) {
            Map<String, Integer> ports = freePorts();
            Socket client;
            try (Node node = Node.start(configuration(ports, echo.port()))) {
                assertThat(node.port("forward")).isPositive();
                client = open(ports.get("forward"), "");
                echo(client);
            }
            client.close();
            assertThat(lines("sessions")).singleElement().asString().contains("\"inputBytes\":4");
        }
    }

    @Test
    void aReloadChangesWhereRecordsGo() throws Exception {
        String yaml = """
                services:
                - name: forward
                  addr: "127.0.0.1:%d"
                  recorders: [{name: place, record: recorder.service.handler}]
                  handler: {type: tcp}
                  listener: {type: tcp}
                  forwarder: {nodes: [{name: echo, addr: "127.0.0.1:%d"}]}
                recorders: [{name: place, %s}]
                """;
        try (EchoServer echo = new EchoServer();
                Posted server = new Posted()) {
            int port = Ports.free();
            String old = "file: {path: \"" + directory.resolve("sessions") + "\", sep: \"\\n\"}";
            try (Node node = Node.start(yaml.formatted(port, echo.port(), old));
                    Socket early = open(port, "")) {
                echo(early);
                String http = "plugin: {type: http, addr: \"127.0.0.1:" + server.port() + "/records\", token: t}";
                node.reload(yaml.formatted(port, echo.port(), http));
                try (Socket late = open(port, "")) {
                    echo(late);
                }
                Until.passes(PATIENCE, () -> assertThat(server.taken()).hasSize(1));
                early.shutdownOutput();
                // A session goes on as it began.
                assertThat(records(1)).hasSize(1);
                Posted.Post post = server.taken().get(0);
                assertThat(post.path()).isEqualTo("/records");
                assertThat(post.header()).containsEntry("Authorization", "Bearer t");
                JsonObject message = post.json();
                assertThat(new String(
                                Base64.getDecoder().decode(message.getString("metadata")), StandardCharsets.UTF_8))
                        .isEqualTo("null");
                assertThat(new JsonObject(new String(
                                        Base64.getDecoder().decode(message.getString("data")), StandardCharsets.UTF_8))
                                .getString("service"))
                        .isEqualTo("forward");
            }
        }
    }

    @Test
    void recorderMadeThroughTheApiTakesEffectAtOnce() throws Exception {
        try (EchoServer echo = new EchoServer();
                Steered warren = Steered.start("""
                        api: {addr: "127.0.0.1:0"}
                        services:
                        - name: other
                          addr: "127.0.0.1:0"
                        """)) {
            Http api = warren.api();
            JsonObject file = new JsonObject()
                    .put("path", directory.resolve("sessions").toString())
                    .put("sep", "\n");
            JsonObject recorder = new JsonObject().put("name", "made").put("file", file);
            assertThat(api.post("/config/recorders", recorder.encode()).status())
                    .isEqualTo(200);
            String service = """
                    {"name": "made", "addr": "127.0.0.1:0", "handler": {"type": "tcp"}, "listener": {"type": "tcp"},
                     "recorders": [{"name": "made", "record": "recorder.service.handler"}],
                     "forwarder": {"nodes": [{"name": "echo", "addr": "127.0.0.1:%d"}]}}
                    """.formatted(echo.port());
            assertThat(api.post("/config/services", service).status()).isEqualTo(200);
            try (Socket client = open(warren.port("made"), "")) {
                echo(client);
            }
            assertThat(records(1))
                    .singleElement()
                    .satisfies(record -> assertThat(record.getString("node")).isEqualTo("echo"));
            assertThat(api.delete("/config/recorders/made").status()).isEqualTo(400);
        }
    }
}
