package io.warren.protocol.tunnel;

import static org.assertj.core.api.Assertions.assertThat;

import io.warren.fixture.EchoServer;
import io.warren.fixture.Gost;
import io.warren.fixture.Node;
import io.warren.fixture.Opened;
import io.warren.fixture.Ports;
import io.warren.fixture.Site;
import io.warren.fixture.Until;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HexFormat;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Browsers at an entry point, with agents that are Warren or the real gost. */
class EntrypointTest {
    private static final String RED = "4d21094e-b74c-4916-86c1-d9fa36ea677b";
    private static final String BLUE = "a4b2f7c8-5d1e-4f3a-9c6b-0e7d8f9a1b2c";
    private static final String HIDDEN = "0fb1c2d3-5d1e-4f3a-9c6b-0e7d8f9a1b2c";
    private static final String ABSENT = "1fb1c2d3-5d1e-4f3a-9c6b-0e7d8f9a1b2c";

    @AutoClose
    private final Opened opened = new Opened();

    private final int server = Ports.free();
    private final int entry = Ports.free();
    private final int second = Ports.free();
    private Site red;
    private Site blue;
    private EchoServer echo;

    enum Agents {
        WARREN,
        GOST
    }

    @BeforeEach
    void start() throws Exception {
        red = opened.keep(new Site("red"));
        blue = opened.keep(new Site("blue"));
        echo = opened.keep(new EchoServer());
        opened.keep(Node.start("""
                services:
                  - name: server
                    addr: 127.0.0.1:%d
                    handler:
                      type: tunnel
                      metadata:
                        ingress: rules
                        entrypoint: 127.0.0.1:%d
                        entrypoints:
                          - { addr: "127.0.0.1:%d", ingress: others }
                    listener: { type: tcp }
                ingresses:
                  - name: rules
                    rules:
                      - { hostname: red.local, endpoint: %4$s }
                      - { hostname: "*.blue.local", endpoint: %5$s }
                      - { hostname: hidden.local, endpoint: $%6$s }
                      - { hostname: absent.local, endpoint: %7$s }
                  - name: others
                    rules: [ { hostname: red.local, endpoint: %5$s } ]
                """.formatted(server, entry, second, RED, BLUE, HIDDEN, ABSENT)));
    }

    private void agents(Agents who, int redTarget, int blueTarget) throws Exception {
        String yaml = agent(RED, redTarget, "")
                + agent(BLUE, blueTarget, "metadata: { proxyProtocol: 1 }")
                + agent(HIDDEN, blueTarget, "");
        String whole = "services:\n" + yaml + "chains:\n" + chain(RED) + chain(BLUE) + chain(HIDDEN);
        opened.keep(who == Agents.WARREN ? Node.start(whole) : Gost.configured(whole));
        Until.holds(() -> get("red.local", entry).startsWith("200") || (redTarget == echo.port() && isThere()));
    }

    private boolean isThere() {
        try {
            return !hello("red.local").isEmpty();
        } catch (Exception e) {
            return false;
        }
    }

    private static String agent(String id, int target, String handler) {
        return """
                  - name: agent-%1$s
                    addr: :0
                    handler: { type: rtcp, %3$s }
                    listener: { type: rtcp, chain: c-%1$s }
                    forwarder: { nodes: [ { name: t, addr: "127.0.0.1:%2$d" } ] }
                """.formatted(id, target, handler);
    }

    private String chain(String id) {
        return """
                  - name: c-%2$s
                    hops:
                      - name: h
                        nodes:
                          - name: n
                            addr: 127.0.0.1:%1$d
                            connector: { type: tunnel, metadata: { tunnel.id: %2$s } }
                            dialer: { type: tcp }
                """.formatted(server, id);
    }

    private static Socket browser(int port) throws IOException {
        Socket socket = new Socket("127.0.0.1", port);
        socket.setSoTimeout(5000);
        return socket;
    }

    private String get(String host, int port) {
        try (Socket socket = browser(port)) {
            return get(socket, host, "");
        } catch (IOException e) {
            return String.valueOf(e.getMessage());
        }
    }

    /** The status and the body. */
    private static String get(Socket socket, String host, String fields) throws IOException {
        socket.getOutputStream()
                .write(("GET / HTTP/1.1\r\nHost: " + host + "\r\n" + fields + "\r\n")
                        .getBytes(StandardCharsets.US_ASCII));
        return answer(socket.getInputStream());
    }

    private static String answer(InputStream in) throws IOException {
        String head = Site.head(in);
        if (head.isEmpty()) {
            return "end";
        }
        int at = head.indexOf("Content-Length: ");
        int length = at < 0 ? 0 : Integer.parseInt(head.substring(at + 16, head.indexOf('\r', at)));
        return head.substring(9, 12) + " " + new String(in.readNBytes(length), StandardCharsets.ISO_8859_1);
    }

    @ParameterizedTest
    @EnumSource
    void requestsOnOneConnectionGoToTheirHosts(Agents who) throws Exception {
        agents(who, red.port(), blue.port());
        try (Socket socket = browser(entry)) {
            for (int i = 0; i < 3; i++) {
                assertThat(get(socket, "red.local", "")).startsWith("200 red\nGET / HTTP/1.1\r\nHost: red.local");
                assertThat(get(socket, "a.blue.local", "")).startsWith("200 blue\nPROXY TCP4 127.0.0.1 ");
            }
        }
        assertThat(get("RED.local:80", entry)).startsWith("200 red");
    }

    @ParameterizedTest
    @EnumSource
    void siteLearnsOfTheSessionAndOfNothingMore(Agents who) throws Exception {
        agents(who, red.port(), blue.port());
        assertThat(get("red.local", entry))
                .contains("Gost-Forwarded-Node: ", "Gost-Sid: ", "Connection: close\r\n")
                .doesNotContain("X-Forwarded-For");
    }

    @ParameterizedTest
    @EnumSource
    void visitorsAddressReachesTheTargetBehindAProxyHeader(Agents who) throws Exception {
        agents(who, red.port(), blue.port());
        try (Socket socket = browser(entry)) {
            assertThat(get(socket, "a.blue.local", "X-Forwarded-For: 203.0.113.9, 10.0.0.1\r\n"))
                    .startsWith("200 blue\nPROXY TCP4 203.0.113.9 ");
        }
    }

    @ParameterizedTest
    @EnumSource
    void unknownAndPrivateHostsAreABadGatewayAndAbsentOnesUnavailable(Agents who) throws Exception {
        agents(who, red.port(), blue.port());
        assertThat(get("nowhere.local", entry)).startsWith("502");
        assertThat(get("hidden.local", entry)).startsWith("502");
        assertThat(get("absent.local", entry)).startsWith("503");
        assertThat(get("red.local", second)).startsWith("200 blue");
        assertThat(get("a.blue.local", second)).startsWith("502");
    }

    @ParameterizedTest
    @EnumSource
    void webSocketGoesOnBehindItsUpgrade(Agents who) throws Exception {
        agents(who, red.port(), blue.port());
        try (Socket socket = browser(entry)) {
            assertThat(get(socket, "red.local", "Connection: Upgrade\r\nUpgrade: websocket\r\n"))
                    .startsWith("101");
            socket.getOutputStream().write("hello".getBytes(StandardCharsets.US_ASCII));
            assertThat(new String(socket.getInputStream().readNBytes(5), StandardCharsets.US_ASCII))
                    .isEqualTo("hello");
        }
    }

    private String hello(String name) throws Exception {
        return TlsVisitor.hello("127.0.0.1", entry, name);
    }

    @ParameterizedTest
    @EnumSource
    void tlsGoesByItsServerName(Agents who) throws Exception {
        agents(who, echo.port(), blue.port());
        assertThat(hello("red.local")).isEqualTo("true");
        assertThat(hello("nowhere.local")).isEmpty();
        assertThat(hello("hidden.local")).isEmpty();
        assertThat(hello("absent.local")).isEmpty();
    }

    /** @return what is answered, and then what the site says to a request behind it */
    private String relay(String request) throws IOException {
        try (Socket socket = browser(entry)) {
            socket.getOutputStream().write(HexFormat.of().parseHex(request));
            String status = HexFormat.of().formatHex(socket.getInputStream().readNBytes(4));
            return status.equals("01000000") ? status + " " + get(socket, "any.local", "") : status;
        }
    }

    private static String request(int command, String id) {
        String addresses = "020007" + "01" + "c0000207" + "1234" + "02000b" + "03" + "07" + "612e6c6f63616c" + "0050";
        String tunnel = id.isEmpty() ? "" : "030014" + id.replace("-", "") + "00000000";
        String features = addresses + tunnel;
        return "01%02x%04x".formatted(command, features.length() / 2) + features;
    }

    @ParameterizedTest
    @EnumSource
    void whoKnowsTheIdOfATunnelIsServedThoughItIsPrivate(Agents who) throws Exception {
        agents(who, red.port(), blue.port());
        assertThat(relay(request(1, RED))).startsWith("01000000 200 red");
        assertThat(relay(request(1, BLUE))).startsWith("01000000 200 blue\nPROXY TCP4 192.0.2.7 ");
        Until.passes(
                Duration.ofSeconds(20),
                () -> assertThat(relay(request(1, HIDDEN))).startsWith("01000000 200 blue"));
        assertThat(relay(request(1, ABSENT))).isEqualTo("01050000");
        assertThat(relay(request(1, ""))).isEqualTo("01010000");
        assertThat(relay(request(1, "00000000-0000-0000-0000-000000000000"))).isEqualTo("01010000");
    }

    @ParameterizedTest
    @EnumSource(names = "WARREN")
    void nobodyBindsAtAnEntryPoint(Agents who) throws Exception {
        agents(who, red.port(), blue.port());
        assertThat(relay(request(2, RED))).isEqualTo("01030000");
    }
}
