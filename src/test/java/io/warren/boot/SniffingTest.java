package io.warren.boot;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonObject;
import io.warren.fixture.EchoServer;
import io.warren.fixture.Gost;
import io.warren.fixture.LogLines;
import io.warren.fixture.Node;
import io.warren.fixture.Ports;
import io.warren.fixture.Posted;
import io.warren.fixture.Site;
import io.warren.fixture.Trusting;
import io.warren.fixture.Until;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is seen of connections that pass, and what a bypass makes of it. */
class SniffingTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @TempDir
    private Path directory;

    private String configuration(int port, int tls, int echo) {
        return """
                services:
                - name: proxy
                  addr: "127.0.0.1:%d"
                  bypass: never
                  recorders: [{name: sessions, record: recorder.service.handler, metadata: {http.body: true}}]
                  handler: {type: socks5, metadata: {sniffing: true, sniffing.timeout: 30s}}
                  listener: {type: tcp}
                - name: tls
                  addr: "127.0.0.1:%d"
                  handler: {type: tcp}
                  listener: {type: tls}
                  forwarder: {nodes: [{name: echo, addr: "127.0.0.1:%d"}]}
                bypasses: [{name: never, matchers: [forbidden.example]}]
                recorders: [{name: sessions, file: {path: "%s", sep: "\\n"}}]
                """.formatted(port, tls, echo, directory.resolve("sessions"));
    }

    private static Socket tunnel(int proxy, int target) throws IOException {
        Socket client = new Socket("127.0.0.1", proxy);
        client.setSoTimeout((int) PATIENCE.toMillis());
        InputStream in = client.getInputStream();
        client.getOutputStream().write(new byte[] {5, 1, 0});
        assertThat(in.readNBytes(2)).containsExactly(5, 0);
        client.getOutputStream().write(new byte[] {5, 1, 0, 1, 127, 0, 0, 1, (byte) (target >> 8), (byte) target});
        assertThat(in.readNBytes(10)).startsWith(5, 0);
        return client;
    }

    private static void send(Socket client, String text) throws IOException {
        client.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
    }

    private static String request(String host, String more) {
        return "POST /path HTTP/1.1\r\nHost: " + host + "\r\nContent-Length: 5\r\n" + more + "\r\nhello";
    }

    /** A response with its body. */
    private static String response(Socket client) throws IOException {
        String head = Site.head(client.getInputStream());
        client.getInputStream().readNBytes("{\"ok\":true}".length());
        return head;
    }

    private List<JsonObject> records(int count) throws Exception {
        Path file = directory.resolve("sessions");
        Until.passes(PATIENCE, () -> {
            assertThat(file).exists();
            assertThat(Files.readAllLines(file)).hasSize(count);
        });
        List<JsonObject> records =
                Files.readAllLines(file).stream().map(JsonObject::new).toList();
        Path emptied = Files.writeString(file, "");
        assertThat(emptied).isEmptyFile();
        return records;
    }

    /** Requests on one connection, one for each host. */
    private List<JsonObject> http(int proxy, Posted site, String... hosts) throws Exception {
        try (Socket client = tunnel(proxy, site.port())) {
            for (String host : hosts) {
                send(client, request(host, "X-Forwarded-For: 192.0.2.7, 192.0.2.8\r\n"));
                assertThat(response(client)).contains(" 200 ");
            }
        }
        return records(hosts.length + 1);
    }

    private static SSLContext trusting() throws Exception {
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, Trusting.anybody(), null);
        return context;
    }

    private JsonObject tls(int proxy, int target) throws Exception {
        try (Socket carrier = tunnel(proxy, target);
                SSLSocket client =
                        (SSLSocket) trusting().getSocketFactory().createSocket(carrier, "127.0.0.1", target, true)) {
            SSLParameters parameters = client.getSSLParameters();
            parameters.setServerNames(List.of(new SNIHostName("secret.example")));
            parameters.setApplicationProtocols(new String[] {"http/1.1"});
            parameters.setCipherSuites(new String[] {"TLS_AES_128_GCM_SHA256"});
            client.setSSLParameters(parameters);
            client.getOutputStream().write(new byte[5]);
            assertThat(client.getInputStream().readNBytes(5)).hasSize(5);
        }
        return records(1).get(0);
    }

    @Test
    void eachRequestHasARecordAndTheConnectionHasOne() throws Exception {
        try (Posted site = new Posted();
                EchoServer echo = new EchoServer();
                Node node = Node.start(configuration(0, 0, echo.port()))) {
            List<JsonObject> records = http(node.port("proxy"), site, "one.example", "two.example:81");
            JsonObject first = records.get(0);
            assertThat(first.getString("host")).isEqualTo("one.example:80");
            assertThat(first.getString("clientIP")).isEqualTo("192.0.2.7");
            assertThat(first.getString("proto")).isEqualTo("http");
            assertThat(first.getString("dst")).isEqualTo("127.0.0.1:" + site.port());
            JsonObject http = first.getJsonObject("http");
            assertThat(http.getString("method")).isEqualTo("POST");
            assertThat(http.getString("uri")).isEqualTo("/path");
            assertThat(http.getInteger("statusCode")).isEqualTo(200);
            assertThat(http.getJsonObject("request").getBinary("body"))
                    .asString()
                    .isEqualTo("hello");
            assertThat(http.getJsonObject("response").getBinary("body"))
                    .asString()
                    .isEqualTo("{\"ok\":true}");
            assertThat(records.get(1).getString("host")).isEqualTo("two.example:81");
            assertThat(records.get(2).containsKey("http")).isFalse();
            assertThat(records.get(2).getString("proto")).isEqualTo("http");
            assertThat(records).extracting(each -> each.getString("sid")).containsOnly(first.getString("sid"));
        }
    }

    @Test
    void handshakeOfTlsIsSeen() throws Exception {
        try (EchoServer echo = new EchoServer();
                Node node = Node.start(configuration(0, 0, echo.port()))) {
            JsonObject record = tls(node.port("proxy"), node.port("tls"));
            assertThat(record.getString("host")).isEqualTo("secret.example:443");
            assertThat(record.getString("proto")).isEqualTo("tls");
            JsonObject tls = record.getJsonObject("tls");
            assertThat(tls.getString("serverName")).isEqualTo("secret.example");
            assertThat(tls.getString("version")).isEqualTo("tls1.3");
            assertThat(tls.getString("cipherSuite")).isEqualTo("TLS_AES_128_GCM_SHA256");
            assertThat(tls.getString("proto")).isEqualTo("http/1.1");
            assertThat(tls.getString("clientHello")).startsWith("1603");
            assertThat(tls.getString("serverHello")).startsWith("160303");
        }
    }

    @Test
    void gostRecordsTheSame() throws Exception {
        Gost.assume();
        try (Posted site = new Posted();
                EchoServer echo = new EchoServer();
                Node node = Node.start(configuration(0, 0, echo.port()))) {
            List<JsonObject> ours = new ArrayList<>(http(node.port("proxy"), site, "one.example"));
            ours.add(tls(node.port("proxy"), node.port("tls")));
            int proxy = Ports.free();
            try (Gost gost = Gost.configured(configuration(proxy, Ports.free(), echo.port()))) {
                Until.passes(PATIENCE, () -> {
                    assertThat(gost.isAlive()).as(gost.log()).isTrue();
                    assertThat(Files.readAllLines(Path.of("/proc/net/tcp")))
                            .anyMatch(line -> line.contains("0100007F:%04X 00000000:0000 0A".formatted(proxy)));
                });
                List<JsonObject> theirs = new ArrayList<>(http(proxy, site, "one.example"));
                theirs.add(tls(proxy, node.port("tls")));
                for (int i = 0; i < ours.size(); i++) {
                    assertThat(List.copyOf(ours.get(i).fieldNames()))
                            .as(theirs.get(i).encode())
                            .isEqualTo(List.copyOf(theirs.get(i).fieldNames()));
                    for (String name : List.of("service", "network", "proto", "host")) {
                        assertThat(ours.get(i).getString(name))
                                .as(i + " " + name)
                                .isEqualTo(theirs.get(i).getString(name));
                    }
                }
                for (String name : List.of("serverName", "cipherSuite", "compressionMethod", "proto", "version")) {
                    assertThat(ours.get(2).getJsonObject("tls").getValue(name))
                            .as(name)
                            .isEqualTo(theirs.get(2).getJsonObject("tls").getValue(name));
                }
                for (String name : List.of("host", "method", "proto", "scheme", "uri", "cached", "statusCode")) {
                    assertThat(ours.get(0).getJsonObject("http").getValue(name))
                            .as(name)
                            .isEqualTo(theirs.get(0).getJsonObject("http").getValue(name));
                }
            }
        }
    }

    @Test
    void bypassCountsForTheNamesThatAreSeen() throws Exception {
        try (LogLines log = LogLines.record();
                Posted site = new Posted();
                EchoServer echo = new EchoServer();
                Node node = Node.start(configuration(0, 0, echo.port()))) {
            try (Socket client = tunnel(node.port("proxy"), site.port())) {
                send(client, request("allowed.example", ""));
                assertThat(response(client)).contains(" 200 ");
                send(client, request("forbidden.example", ""));
                assertThat(Site.head(client.getInputStream())).contains(" 403 ");
            }
            assertThat(site.taken()).hasSize(1);
            Until.passes(
                    PATIENCE,
                    () -> assertThat(log.sessions("proxy"))
                            .singleElement()
                            .asString()
                            .contains("denied"));

            try (Socket client = tunnel(node.port("proxy"), node.port("tls"));
                    SSLSocket tls = (SSLSocket)
                            trusting().getSocketFactory().createSocket(client, "127.0.0.1", node.port("tls"), true)) {
                SSLParameters parameters = tls.getSSLParameters();
                parameters.setServerNames(List.of(new SNIHostName("forbidden.example")));
                tls.setSSLParameters(parameters);
                assertThat(handshakes(tls)).isFalse();
            }
            Until.passes(
                    PATIENCE,
                    () -> assertThat(log.sessions("proxy"))
                            .hasSize(2)
                            .allMatch(line -> line.contains("denied") && line.contains("forbidden.example")));
        }
    }

    private static boolean handshakes(SSLSocket tls) {
        try {
            tls.startHandshake();
            return true;
        } catch (IOException refused) {
            return false;
        }
    }

    @Test
    void serverThatSpeaksFirstIsNotWaitedForAndUnknownBytesPass() throws Exception {
        try (ServerSocket target = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"));
                EchoServer echo = new EchoServer();
                Node node = Node.start(configuration(0, 0, echo.port()));
                Socket client = tunnel(node.port("proxy"), target.getLocalPort());
                Socket server = target.accept()) {
            server.setSoTimeout((int) PATIENCE.toMillis());
            send(server, "220 hello\r\n");
            assertThat(client.getInputStream().readNBytes(11)).asString().isEqualTo("220 hello\r\n");
            send(client, "E");
            assertThat(server.getInputStream().readNBytes(1)).asString().isEqualTo("E");
            send(client, "HLO me\r\n");
            assertThat(server.getInputStream().readNBytes(8)).asString().isEqualTo("HLO me\r\n");
        }
    }

    @Test
    void whatEndsBeforeItIsKnownPassesToo() throws Exception {
        try (ServerSocket target = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"));
                EchoServer echo = new EchoServer();
                Node node = Node.start(configuration(0, 0, echo.port()));
                Socket client = tunnel(node.port("proxy"), target.getLocalPort());
                Socket server = target.accept()) {
            server.setSoTimeout((int) PATIENCE.toMillis());
            send(client, "GE");
            client.shutdownOutput();
            assertThat(server.getInputStream().readAllBytes()).asString().isEqualTo("GE");
        }
    }

    @Test
    void requestThatEndsBeforeItsHeadIsRefused() throws Exception {
        try (ServerSocket target = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"));
                EchoServer echo = new EchoServer();
                Node node = Node.start(configuration(0, 0, echo.port()));
                Socket client = tunnel(node.port("proxy"), target.getLocalPort());
                Socket server = target.accept()) {
            server.setSoTimeout((int) PATIENCE.toMillis());
            send(client, "GET /half HTTP/1.1\r\nHo");
            client.shutdownOutput();
            assertThat(Site.head(client.getInputStream())).contains(" 400 ");
            assertThat(all(server.getInputStream())).isEmpty();
        }
    }

    /** To the end, which may be a reset. */
    private static String all(InputStream in) {
        StringBuilder all = new StringBuilder();
        try {
            int b;
            while ((b = in.read()) >= 0) {
                all.append((char) b);
            }
        } catch (IOException reset) {
            return all.toString();
        }
        return all.toString();
    }

    @Test
    void theSameBehindEveryHandlerThatConnects() throws Exception {
        try (Posted site = new Posted()) {
            String yaml = """
                    services:
                    - name: http
                      addr: "127.0.0.1:0"
                      recorders: [{name: sessions, record: recorder.service.handler}]
                      handler: {type: http, metadata: {sniffing: true}}
                      listener: {type: tcp}
                    - name: forward
                      addr: "127.0.0.1:0"
                      recorders: [{name: sessions, record: recorder.service.handler}]
                      handler: {type: tcp, metadata: {sniffing: true}}
                      listener: {type: tcp}
                      forwarder: {nodes: [{name: site, addr: "127.0.0.1:%d"}]}
                    - name: relay
                      addr: "127.0.0.1:0"
                      recorders: [{name: sessions, record: recorder.service.handler}]
                      handler: {type: relay, metadata: {sniffing: true}}
                      listener: {type: tcp}
                    - name: socks4
                      addr: "127.0.0.1:0"
                      recorders: [{name: sessions, record: recorder.service.handler}]
                      handler: {type: socks4, metadata: {sniffing: true}}
                      listener: {type: tcp}
                    recorders: [{name: sessions, file: {path: "%s", sep: "\\n"}}]
                    """.formatted(site.port(), directory.resolve("sessions"));
            byte high = (byte) (site.port() >> 8);
            byte low = (byte) site.port();
            try (Node node = Node.start(yaml)) {
                ask(
                        node,
                        "http",
                        "CONNECT 127.0.0.1:%d HTTP/1.1\r\n\r\n"
                                .formatted(site.port())
                                .getBytes(StandardCharsets.US_ASCII),
                        -1);
                ask(node, "forward", new byte[0], 0);
                ask(node, "relay", new byte[] {1, 1, 0, 10, 2, 0, 7, 1, 127, 0, 0, 1, high, low}, 4);
                ask(node, "socks4", new byte[] {4, 1, high, low, 127, 0, 0, 1, 0}, 8);
            }
        }
    }

    /** Sends a request with the greeting before it, all at once. */
    private void ask(Node node, String service, byte[] greeting, int answer) throws Exception {
        try (Socket client = new Socket("127.0.0.1", node.port(service))) {
            client.setSoTimeout((int) PATIENCE.toMillis());
            client.getOutputStream().write(greeting);
            if (answer < 0) {
                assertThat(Site.head(client.getInputStream())).contains(" 200 ");
            } else {
                assertThat(client.getInputStream().readNBytes(answer)).hasSize(answer);
            }
            send(client, request("named.example", ""));
            assertThat(response(client)).contains(" 200 ");
        }
        assertThat(records(2))
                .as(service)
                .anyMatch(record -> record.containsKey("http")
                        && record.getString("host").equals("named.example:80")
                        && record.getJsonObject("http").getString("method").equals("POST"));
    }
}
