package io.warren.protocol.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.warren.codec.Vectors;
import io.warren.fixture.MapSettings;
import io.warren.fixture.Rig;
import io.warren.net.ProxyException;
import io.warren.net.TcpServer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class AccessTest {
    private static final String OK = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";
    private static final String ESTABLISHED = "HTTP/1.1 200 Connection established\r\nProxy-Agent: gost/3.0\r\n\r\n";
    private static final String LOGIN = "Proxy-Authorization: Basic "
            + Base64.getEncoder().encodeToString("alice:s3cret".getBytes(StandardCharsets.US_ASCII)) + "\r\n";

    private static String recorded(String vector, boolean fromClient) {
        return new String(Vectors.read("http/" + vector).all(fromClient), StandardCharsets.ISO_8859_1);
    }

    @Test
    void theRecordedConnectGetsTheRecordedAnswerAndATunnel() throws IOException {
        try (HttpProxy proxy = HttpProxy.withLogin();
                Client client = proxy.client()) {
            TcpServer echo = proxy.rig.echo();
            String request = recorded("connect-auth", true);
            String payload = request.substring(request.indexOf("\r\n\r\n") + 4);
            client.send(request.replace("example.internal:8080", echo.address().toString()));
            client.socket.shutdownOutput();
            assertThat(client.rest()).isEqualTo(recorded("connect-auth", false));
            assertThat(payload).isEqualTo("hello");
            assertThat(proxy.rig.intents.poll().session().trace().user()).isEqualTo("alice");
        }
    }

    @Test
    void aConnectByteByByteWithEarlyDataLosesNothing() throws IOException {
        try (HttpProxy proxy = HttpProxy.open();
                Client client = proxy.client()) {
            TcpServer echo = proxy.rig.echo();
            client.sendByteByByte("CONNECT " + echo.address() + " HTTP/1.1\r\nContent-Length: 3\r\n\r\nearly");
            assertThat(client.head()).isEqualTo(ESTABLISHED);
            client.send(" late").socket.shutdownOutput();
            assertThat(client.rest()).isEqualTo("early late");
        }
    }

    @Test
    void connectToAClosedPortIsTheRecorded503() throws IOException {
        try (HttpProxy proxy = HttpProxy.open()) {
            TcpServer gone = proxy.rig.echo();
            Rig.await(gone.close());
            assertThat(proxy.ask("CONNECT " + gone.address() + " HTTP/1.1\r\n\r\n"))
                    .isEqualTo(recorded("connect-503", false));
        }
    }

    @Test
    void connectOverIpv6() throws IOException {
        try (HttpProxy proxy = HttpProxy.open();
                Client client = proxy.client()) {
            TcpServer echo = proxy.rig.echo(io.warren.net.Address.of("::1", 0), new AtomicReference<>());
            client.send("CONNECT [::1]:" + echo.address().port() + " HTTP/1.1\r\n\r\nsix");
            assertThat(client.head()).isEqualTo(ESTABLISHED);
            client.socket.shutdownOutput();
            assertThat(client.rest()).isEqualTo("six");
        }
    }

    @Test
    void connectBehindPlainRequestsOpensATunnel() throws IOException {
        try (HttpProxy proxy = HttpProxy.open("keepalive", true);
                Origin origin = Origin.saying(OK);
                Client client = proxy.client()) {
            TcpServer echo = proxy.rig.echo();
            assertThat(client.send("GET " + origin.url("/") + " HTTP/1.1\r\n\r\n")
                            .response())
                    .isEqualTo(OK);
            client.send("CONNECT " + echo.address() + " HTTP/1.1\r\n\r\nhi")
                    .socket
                    .shutdownOutput();
            assertThat(client.rest()).isEqualTo(ESTABLISHED + "hi");
        }
    }

    @Test
    void aForbiddenTargetIs403WithTheConfiguredFields() throws IOException {
        try (HttpProxy proxy = HttpProxy.open("http.header", Map.of("x-by", "me"), "proxyAgent", "w/1")) {
            assertThat(proxy.ask("CONNECT forbidden.example:443 HTTP/1.1\r\n\r\n"))
                    .isEqualTo("HTTP/1.1 403 Forbidden\r\nConnection: close\r\nProxy-Agent: w/1\r\nX-By: me\r\n\r\n");
            assertThat(proxy.ask("GET http://forbidden.example/ HTTP/1.1\r\n\r\n"))
                    .isEqualTo("HTTP/1.1 403 Forbidden\r\nConnection: close\r\nProxy-Agent: w/1\r\nX-By: me\r\n\r\n");
            assertThat(proxy.ask("GET https://x/ HTTP/1.1\r\n\r\n"))
                    .isEqualTo("HTTP/1.1 400 Bad Request\r\nConnection: close\r\nX-By: me\r\n\r\n");
        }
    }

    @Test
    void whoeverDoesNotLogInGetsTheRecorded407() throws IOException {
        try (HttpProxy proxy = HttpProxy.withLogin()) {
            String request = recorded("connect-407", true);
            assertThat(proxy.ask(request.replaceFirst("Basic [^\r]*", "Basic eDp5")))
                    .isEqualTo(recorded("connect-407", false));
            Rig.until(() -> proxy.rig.failures.size() == 1);
            assertThat(((ProxyException) proxy.rig.failures.get(0)).kind()).isEqualTo(ProxyException.Kind.UNAUTHORIZED);
        }
    }

    @Test
    void everyOtherWayOfSayingItIsNoLogin() throws IOException {
        try (HttpProxy proxy = HttpProxy.withLogin("authBasicRealm", "here")) {
            for (String given :
                    new String[] {"", "basic YWxpY2U6czNjcmV0", "Basic YWxpY2U", "Basic !", "Bearer x", "Basic"}) {
                assertThat(proxy.ask("GET / HTTP/1.1\r\nProxy-Authorization: " + given + "\r\n\r\n"))
                        .isEqualTo(recorded("connect-407", false)
                                .replace("gost", "here")
                                .replace("Proxy-Connection: close\r\n", ""));
            }
        }
    }

    @Test
    void aClientLogsInOnceForItsConnection() throws IOException {
        try (HttpProxy proxy = HttpProxy.withLogin("keepalive", true);
                Origin origin = Origin.saying(OK);
                Client client = proxy.client()) {
            client.send("GET " + origin.url("/1") + " HTTP/1.1\r\n" + LOGIN + "\r\n");
            assertThat(client.response()).isEqualTo(OK);
            client.send("GET " + origin.url("/2") + " HTTP/1.1\r\n\r\n");
            assertThat(client.response()).isEqualTo(OK);
            assertThat(proxy.journal)
                    .allSatisfy(
                            line -> assertThat(line.session().trace().user()).isEqualTo("alice"));
            assertThat(origin.heads).noneMatch(head -> head.contains("Proxy-Authorization"));
        }
    }

    @Test
    void aLongBodyBehindARefusalDoesNotCutTheAnswerOff() throws IOException {
        try (HttpProxy proxy = HttpProxy.withLogin();
                Client client = proxy.client()) {
            client.send("POST http://x/ HTTP/1.1\r\nContent-Length: 1000000\r\n\r\n" + "x".repeat(1000000));
            assertThat(client.rest()).startsWith("HTTP/1.1 407 ");
        }
    }

    @Test
    void aStatusInsteadOf407() throws IOException {
        try (HttpProxy proxy = HttpProxy.withLogin("probeResist", "code:404", "knock", "a.knock, b.knock")) {
            assertThat(proxy.ask("GET / HTTP/1.1\r\nHost: x\r\n\r\n"))
                    .isEqualTo("HTTP/1.1 404 Not Found\r\nConnection: close\r\n\r\n");
            assertThat(proxy.ask("GET http://B.knock/ HTTP/1.1\r\n\r\n")).startsWith("HTTP/1.1 407 ");
            assertThat(proxy.ask("CONNECT a.knock:1 HTTP/1.1\r\n\r\n")).startsWith("HTTP/1.1 407 ");
            // Not the Host field: whoever probes sends any.
            assertThat(proxy.ask("GET / HTTP/1.1\r\nHost: a.knock\r\n\r\n")).startsWith("HTTP/1.1 404 ");
            assertThat(proxy.ask("what is this\r\n\r\n")).isEmpty();
        }
    }

    @Test
    void aFileInsteadOf407(@TempDir Path folder) throws IOException {
        Path page = Files.writeString(folder.resolve("page.html"), "<h1>hi</h1>");
        try (HttpProxy proxy = HttpProxy.withLogin("probe_resist", "file:" + page)) {
            assertThat(proxy.ask("GET / HTTP/1.1\r\nHost: x\r\n\r\n"))
                    .isEqualTo(String.join(
                            "\r\n",
                            "HTTP/1.1 200 OK",
                            "Content-Length: 11",
                            "Connection: keep-alive",
                            "Content-Type: text/html",
                            "",
                            "<h1>hi</h1>"));
            Files.delete(page);
            assertThat(proxy.ask("GET / HTTP/1.1\r\nHost: x\r\n\r\n"))
                    .isEqualTo("HTTP/1.1 503 Service Unavailable\r\nConnection: close\r\n\r\n");
        }
    }

    @Test
    void anotherSiteInsteadOf407() throws IOException {
        AtomicReference<String> text =
                new AtomicReference<>("HTTP/1.1 404 Nope\r\nServer: x\r\nContent-Length: 4\r\n\r\ngone");
        try (Origin site = new Origin((head, in, out) -> {
                    out.write(text.get().getBytes(StandardCharsets.ISO_8859_1));
                    return false;
                });
                HttpProxy proxy = HttpProxy.withLogin("probeResist", "web:" + site.address() + "/page")) {
            assertThat(proxy.ask("GET /other HTTP/1.1\r\nHost: x\r\n\r\n"))
                    .isEqualTo("HTTP/1.1 404 Not Found\r\nContent-Length: 4\r\nServer: x\r\n\r\ngone");
            assertThat(site.heads.get(0)).startsWith("GET /page HTTP/1.1\r\n");
            text.set("");
            assertThat(proxy.ask("GET / HTTP/1.1\r\nHost: x\r\n\r\n"))
                    .isEqualTo("HTTP/1.1 503 Service Unavailable\r\nConnection: close\r\n\r\n");
        }
    }

    @Test
    void anotherHostInsteadOf407() throws IOException {
        try (Origin host = new Origin((head, in, out) -> {
                    out.write("I am somebody else: ".getBytes(StandardCharsets.ISO_8859_1));
                    out.write(in.readNBytes(4));
                    return false;
                });
                HttpProxy proxy = HttpProxy.withLogin("probeResist", "host:" + host.address())) {
            String answer = proxy.ask("POST /p HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\n"
                    + "Proxy-Authorization: Basic eDp5\r\n\r\nbody");
            assertThat(answer).isEqualTo("I am somebody else: body");
            assertThat(host.heads.get(0))
                    .startsWith("POST /p HTTP/1.1\r\nHost: x\r\n")
                    .doesNotContain("Proxy-");
            Rig.until(() -> proxy.rig.failures.size() == 1);
        }
    }

    @Test
    void aWrongProbeResistanceIsReported() {
        MapSettings settings = MapSettings.of("metadata", MapSettings.entry("probeResist", "page:x"));
        assertThat(HttpOptions.read(settings).probeResist()).isEmpty();
        assertThat(settings.problems()).hasSize(1);
    }

    @Test
    void datagramsAreForbiddenUnlessAllowed() throws IOException {
        try (HttpProxy proxy = HttpProxy.open()) {
            assertThat(proxy.ask(recorded("udp", true).replaceFirst("(?s)\r\n\r\n.*", "\r\n\r\n")))
                    .isEqualTo("HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n");
        }
    }
}
