package io.warren.protocol.tunnel;

import static org.assertj.core.api.Assertions.assertThat;

import io.warren.codec.Vectors;
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
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
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
        SSLEngine engine = SSLContext.getDefault().createSSLEngine();
        engine.setUseClientMode(true);
        SSLParameters parameters = engine.getSSLParameters();
        parameters.setServerNames(List.of(new SNIHostName(name)));
        engine.setSSLParameters(parameters);
        ByteBuffer hello = ByteBuffer.allocate(64 * 1024);
        engine.wrap(ByteBuffer.allocate(0), hello);
        byte[] bytes = new byte[hello.flip().remaining()];
        hello.get(bytes);
        try (Socket socket = browser(entry)) {
            socket.getOutputStream().write(bytes);
            byte[] echoed = socket.getInputStream().readNBytes(bytes.length);
            return echoed.length == 0 ? "" : String.valueOf(java.util.Arrays.equals(echoed, bytes));
        }
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

    @ParameterizedTest
    @EnumSource(names = "WARREN")
    void relayProtocolIsForbidden(Agents who) throws Exception {
        agents(who, red.port(), blue.port());
        try (Socket socket = browser(entry)) {
            socket.getOutputStream()
                    .write(Vectors.read("tunnel/connect-tcp").lines().get(0).bytes());
            assertThat(HexFormat.of().formatHex(socket.getInputStream().readNBytes(4)))
                    .isEqualTo("01030000");
        }
    }
}
