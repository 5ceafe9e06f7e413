package io.warren.protocol.socks;

import static org.assertj.core.api.Assertions.assertThat;

import io.warren.fixture.Gost;
import io.warren.fixture.Node;
import io.warren.net.Address;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Against the real gost at either end, and curl as a client that follows the RFCs. */
class SocksInteropTest {
    private static Peer echo;
    private static Peer echo6;
    private static Peer banner;
    private static Peer web;

    @BeforeAll
    static void startUp() {
        Gost.assume();
        echo = Peer.echo("127.0.0.1");
        echo6 = Peer.echo("::1");
        banner = Peer.talking(client -> client.sendText("banner").read(1000));
        web = Peer.talking(client -> {
            client.read(10);
            client.sendText("HTTP/1.0 200 OK\r\nContent-Length: 5\r\n\r\nhello")
                    .end()
                    .read(10_000);
        });
    }

    @AfterAll
    static void shutDown() {
        for (Peer peer : new Peer[] {echo, echo6, banner, web}) {
            if (peer != null) {
                peer.close();
            }
        }
    }

    private static String service(String handler, String metadata) {
        return """
                services:
                - name: s
                  addr: "127.0.0.1:0"
                  handler:
                    type: %s
                    tls: {certFile: %s, keyFile: %s}
                    %s
                    metadata: {%s}
                  listener: {type: tcp}
                """.formatted(
                        handler,
                        TestCertificate.ONE.certFile,
                        TestCertificate.ONE.keyFile,
                        metadata.contains("login") ? "auth: {username: alice, password: s3cret}" : "",
                        metadata);
    }

    /** A port forwarding to {@code target} through a node. */
    private static String forward(Address target, String connector, String auth, String metadata, int node) {
        return """
                services:
                - name: f
                  addr: "127.0.0.1:0"
                  handler: {type: tcp, chain: c}
                  listener: {type: tcp}
                  forwarder: {nodes: [{name: t, addr: "%s"}]}
                chains:
                - name: c
                  hops:
                  - name: h
                    nodes:
                    - name: n
                      addr: "127.0.0.1:%d"
                      connector: {type: %s, %s metadata: {%s}}
                      dialer: {type: tcp}
                """.formatted(target, node, connector, auth, metadata);
    }

    private static void assertEchoes(int port) {
        try (Wire client = Wire.to(Address.of("127.0.0.1", port))) {
            client.sendText("hello").expectText("hello");
        }
    }

    // --- gost is the client

    @ParameterizedTest
    @CsvSource({
        "socks5, notls=true, ''",
        "socks5, '', ''",
        "socks5, notls=true, alice:s3cret@",
        "socks5, '', alice:s3cret@",
        "socks4, '', ''",
        "socks4a, '', ''",
        "socks4, disable4a=true, ''"
    })
    void gostConnectsThroughUs(String scheme, String query, String user) throws Exception {
        int port = Gost.freePort();
        try (Node warren = Node.start(service(scheme, user.isEmpty() ? "" : "login: yes"));
                Gost gost = Gost.listening(
                        port,
                        "-L",
                        "tcp://127.0.0.1:" + port + "/" + echo.address(),
                        "-F",
                        scheme + "://" + user + "127.0.0.1:" + warren.port("s") + "?" + query)) {
            assertThat(gost).isNotNull();
            assertEchoes(port);
        }
    }

    @Test
    void bannerOfAServerThatSpeaksFirstReachesGost() throws Exception {
        int port = Gost.freePort();
        try (Node warren = Node.start(service("socks5", ""));
                Gost gost = Gost.listening(
                        port,
                        "-L",
                        "tcp://127.0.0.1:" + port + "/" + banner.address(),
                        "-F",
                        "socks5://127.0.0.1:" + warren.port("s") + "?notls=true")) {
            assertThat(gost).isNotNull();
            for (int i = 0; i < 50; i++) {
                try (Wire client = Wire.to(Address.of("127.0.0.1", port))) {
                    client.expectText("banner");
                }
            }
        }
    }

    // --- gost is the server

    @ParameterizedTest
    @CsvSource({
        "socks5, notls=true, '', ''",
        "socks5, '', '', ''",
        "socks5, notls=true, '', alice:s3cret@",
        "socks5, '', '', alice:s3cret@",
        "socks5, '', 'notls: true', ''",
        "socks4, '', '', ''",
        "socks4a, '', 'disable4a: true', ''"
    })
    void weConnectThroughGost(String scheme, String query, String metadata, String user) throws Exception {
        int port = Gost.freePort();
        String auth = user.isEmpty() ? "" : "auth: {username: alice, password: s3cret},";
        for (Peer target : List.of(echo, echo6)) {
            if (target == echo6 && metadata.contains("disable4a")) {
                continue;
            }
            try (Gost gost = Gost.listening(port, "-L", scheme + "://" + user + "127.0.0.1:" + port + "?" + query);
                    Node warren = Node.start(forward(target.address(), scheme, auth, metadata, port))) {
                assertThat(gost).isNotNull();
                assertEchoes(warren.port("f"));
            }
        }
    }

    // --- curl

    @ParameterizedTest
    @ValueSource(strings = {"--socks5", "--socks5-hostname", "--socks4", "--socks4a"})
    void curlFetchesThroughUs(String flag) throws Exception {
        try (Node warren = Node.start(service(flag.startsWith("--socks5") ? "socks5" : "socks4", ""))) {
            String url = "http://localhost:" + web.address().port() + "/";
            assertThat(run("curl", "-4", "-sS", flag, "127.0.0.1:" + warren.port("s"), url))
                    .isEqualTo("hello");
        }
    }

    @Test
    void curlLogsInAndIsRefusedWithAWrongPassword() throws Exception {
        try (Node warren = Node.start(service("socks5", "login: yes"))) {
            String proxy = "127.0.0.1:" + warren.port("s");
            String url = "http://127.0.0.1:" + web.address().port() + "/";
            assertThat(run("curl", "-sS", "--socks5", proxy, "-U", "alice:s3cret", url))
                    .isEqualTo("hello");
            assertThat(run("curl", "-sS", "--socks5", proxy, "-U", "alice:wrong", url))
                    .contains("rejected by the SOCKS5 server");
        }
    }

    private static String run(String... command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(new ArrayList<>(List.of(command)))
                .redirectErrorStream(true)
                .start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(20, TimeUnit.SECONDS)).isTrue();
        return output;
    }
}
