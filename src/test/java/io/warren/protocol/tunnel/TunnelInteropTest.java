package io.warren.protocol.tunnel;

import static org.assertj.core.api.Assertions.assertThat;

import io.warren.fixture.Command;
import io.warren.fixture.EchoServer;
import io.warren.fixture.Gost;
import io.warren.fixture.Node;
import io.warren.fixture.Opened;
import io.warren.fixture.Ports;
import io.warren.fixture.Site;
import io.warren.fixture.UdpEchoServer;
import io.warren.fixture.Until;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A tunnel of an agent, a server and a visitor, each of them Warren or the real gost. */
class TunnelInteropTest {
    private static final String ID = "4d21094e-b74c-4916-86c1-d9fa36ea677b";
    private static final String SECRET_ID = "a4b2f7c8-5d1e-4f3a-9c6b-0e7d8f9a1b2c";

    private static final Duration PATIENCE = Duration.ofSeconds(10);

    @AutoClose
    private final Opened opened = new Opened();

    private final int server = Ports.free();
    private final int visitor = Ports.free();
    private EchoServer echo;
    private UdpEchoServer udpEcho;

    private enum Who {
        WARREN,
        GOST
    }

    @BeforeEach
    void start() throws IOException {
        echo = opened.keep(new EchoServer());
        udpEcho = opened.keep(new UdpEchoServer());
    }

    private void run(Who who, String yaml) throws Exception {
        opened.keep(who == Who.WARREN ? Node.start(yaml) : Gost.configured(yaml));
    }

    private void server(Who who) throws Exception {
        run(who, """
                services:
                  - name: server
                    addr: 127.0.0.1:%d
                    handler:
                      type: tunnel
                      auth: { username: alice, password: s3cret }
                      metadata: { ingress: rules }
                    listener: { type: tcp }
                ingresses:
                  - name: rules
                    rules:
                      - { hostname: srv-0.local, endpoint: %s }
                      - { hostname: "*.srv-1.local", endpoint: $%s }
                """.formatted(server, ID, ID));
        Until.holds(() -> Gost.isOpen(server));
    }

    private void agent(Who who, String network, int target) throws Exception {
        agent(who, network, target, "");
    }

    private void agent(Who who, String network, int target, String more) throws Exception {
        run(who, """
                services:
                  - name: agent
                    addr: :0
                    handler: { type: r%1$s }
                    listener: { type: r%1$s, chain: c }
                    forwarder: { nodes: [ { name: t, addr: "127.0.0.1:%2$d" } ] }
                """.formatted(network, target) + chain(ID + more));
    }

    private void visitor(Who who, String network, String id, String host) throws Exception {
        visitor(who, network, id, host, server);
    }

    private void visitor(Who who, String network, String id, String host, int node) throws Exception {
        run(who, """
                services:
                  - name: visitor
                    addr: 127.0.0.1:%2$d
                    handler: { type: %1$s, chain: c }
                    listener: { type: %1$s }
                    forwarder: { nodes: [ { name: t, addr: "%3$s:80" } ] }
                """.formatted(network, visitor, host) + chain(id, node));
        if (network.equals("tcp")) {
            Until.holds(() -> Gost.isOpen(visitor));
        }
    }

    private String chain(String id) {
        return chain(id, server);
    }

    private static String chain(String id, int node) {
        return """
                chains:
                  - name: c
                    hops:
                      - name: h
                        nodes:
                          - name: n
                            addr: 127.0.0.1:%d
                            connector:
                              type: tunnel
                              auth: { username: alice, password: s3cret }
                              metadata: { tunnel.id: %s }
                            dialer: { type: tcp }
                """.formatted(node, id);
    }

    /** What comes back, or why nothing does. */
    private String ask(String text) {
        try (Socket socket = new Socket("127.0.0.1", visitor)) {
            socket.setSoTimeout(5000);
            socket.getOutputStream().write(text.getBytes(StandardCharsets.UTF_8));
            return new String(socket.getInputStream().readNBytes(text.length()), StandardCharsets.UTF_8);
        } catch (IOException e) {
            return String.valueOf(e.getMessage());
        }
    }

    private void untilEchoed(String text) throws InterruptedException {
        Until.holds(() -> ask(text).equals(text));
    }

    private void untilDatagramEchoed(String text) throws Exception {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        try (DatagramSocket socket = new DatagramSocket(0, InetAddress.getLoopbackAddress())) {
            socket.setSoTimeout(300);
            Until.passes(PATIENCE, () -> {
                socket.send(new DatagramPacket(bytes, bytes.length, InetAddress.getLoopbackAddress(), visitor));
                DatagramPacket answer = new DatagramPacket(new byte[2000], 2000);
                socket.receive(answer);
                assertThat(new String(answer.getData(), 0, answer.getLength(), StandardCharsets.UTF_8))
                        .isEqualTo(text);
            });
        }
    }

    @ParameterizedTest(name = "server {0}, agent {1}, visitor {2}")
    @CsvSource({
        "WARREN, GOST, GOST",
        "GOST, WARREN, WARREN",
        "WARREN, WARREN, GOST",
        "GOST, GOST, WARREN",
        "WARREN, WARREN, WARREN"
    })
    void streamsPass(Who server, Who agent, Who visitor) throws Exception {
        server(server);
        agent(agent, "tcp", echo.port());
        visitor(visitor, "tcp", ID, "srv-0.local");
        untilEchoed("hello");
        assertThat(ask("x".repeat(100_000))).isEqualTo("x".repeat(100_000));
    }

    @ParameterizedTest(name = "server {0}, agent {1}, visitor {2}")
    @CsvSource({"WARREN, GOST, GOST", "GOST, WARREN, WARREN", "WARREN, WARREN, WARREN"})
    void datagramsPass(Who server, Who agent, Who visitor) throws Exception {
        server(server);
        agent(agent, "udp", udpEcho.port());
        visitor(visitor, "udp", ID, "srv-0.local");
        untilDatagramEchoed("hello");
        untilDatagramEchoed("y".repeat(1400));
    }

    @ParameterizedTest(name = "server {0}, agent {1}, visitor {2}")
    @CsvSource({"WARREN, GOST, GOST", "GOST, WARREN, WARREN", "WARREN, WARREN, GOST", "WARREN, WARREN, WARREN"})
    void visitorsWithAnIdAreServedAtAnEntryPointWithoutARule(Who server, Who agent, Who visitor) throws Exception {
        int entry = Ports.free();
        run(server, """
                services:
                  - name: server
                    addr: 127.0.0.1:%d
                    handler:
                      type: tunnel
                      auth: { username: alice, password: s3cret }
                      metadata: { entrypoint: "127.0.0.1:%d" }
                    listener: { type: tcp }
                """.formatted(this.server, entry));
        Until.holds(() -> Gost.isOpen(this.server) && Gost.isOpen(entry));
        agent(agent, "tcp", echo.port());
        visitor(visitor, "tcp", ID, "anything.local", entry);
        untilEchoed("hello");
        assertThat(ask("x".repeat(100_000))).isEqualTo("x".repeat(100_000));
        agent(agent, "udp", udpEcho.port());
        visitor(visitor, "udp", ID, "anything.local", entry);
        untilDatagramEchoed("hello");
    }

    @Test
    void hiddenTunnelIsReachedByWhoKnowsItsIdOnly() throws Exception {
        server(Who.WARREN);
        agent(Who.GOST, "tcp", echo.port());
        visitor(Who.GOST, "tcp", ID, "a.srv-1.local");
        untilEchoed("hello");
        opened.closeLast();
        visitor(Who.GOST, "tcp", SECRET_ID, "a.srv-1.local");
        assertThat(ask("hello")).isNotEqualTo("hello");
    }

    private String greeting(Socket visitor) throws IOException {
        visitor.setSoTimeout(5000);
        visitor.getOutputStream().write("GET / HTTP/1.1\r\n\r\n".getBytes(StandardCharsets.UTF_8));
        String head = Site.head(visitor.getInputStream());
        return head.isEmpty() ? "" : new String(visitor.getInputStream().readNBytes(4), StandardCharsets.UTF_8);
    }

    @ParameterizedTest
    @CsvSource({"WARREN, GOST", "GOST, GOST", "WARREN, WARREN"})
    void severalAgentsHaveStreamsByTheirWeights(Who first, Who second) throws Exception {
        Site red = opened.keep(new Site("red "));
        Site blue = opened.keep(new Site("blue"));
        server(Who.WARREN);
        visitor(Who.WARREN, "tcp", ID, "srv-0.local");
        agent(first, "tcp", red.port(), ", tunnel.weight: 3");
        agent(second, "tcp", blue.port(), ", tunnel.weight: 1");
        Until.passes(PATIENCE, () -> {
            Map<String, Integer> counts = new HashMap<>();
            List<Socket> visitors = new ArrayList<>();
            try {
                for (int i = 0; i < 40; i++) {
                    Socket socket = new Socket("127.0.0.1", visitor);
                    visitors.add(socket);
                    counts.merge(greeting(socket), 1, Integer::sum);
                }
            } finally {
                for (Socket socket : visitors) {
                    socket.close();
                }
            }
            assertThat(counts).isEqualTo(Map.of("red ", 30, "blue", 10));
        });
        opened.closeLast();
        Until.passes(PATIENCE, () -> {
            for (int i = 0; i < 10; i++) {
                try (Socket socket = new Socket("127.0.0.1", visitor)) {
                    assertThat(greeting(socket)).isEqualTo("red ");
                }
            }
        });
    }

    @Test
    void ownAgentServesBrowsersAtAGostsEntryPoint() throws Exception {
        Site site = opened.keep(new Site("site"));
        int entry = Ports.free();
        run(Who.GOST, """
                services:
                  - name: server
                    addr: 127.0.0.1:%1$d
                    handler:
                      type: tunnel
                      auth: { username: alice, password: s3cret }
                      metadata: { entrypoint: "127.0.0.1:%2$d", tunnel: "srv-0.local:%3$s" }
                    listener: { type: tcp }
                """.formatted(server, entry, ID));
        Until.holds(() -> Gost.isOpen(server) && Gost.isOpen(entry));
        agent(Who.WARREN, "tcp", site.port());
        Until.passes(PATIENCE, () -> {
            String url = "http://127.0.0.1:" + entry;
            String body = Command.run("curl", "-sS", "--max-time", "5", "-H", "Host: srv-0.local", url)
                    .said();
            assertThat(body).startsWith("site\nGET / HTTP/1.1\r\nHost: srv-0.local");
        });
    }
}
