package io.warren.protocol.tunnel;

import static org.assertj.core.api.Assertions.assertThat;

import io.warren.fixture.EchoServer;
import io.warren.fixture.Gost;
import io.warren.fixture.Node;
import io.warren.fixture.Ports;
import io.warren.fixture.UdpEchoServer;
import io.warren.fixture.Until;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A tunnel of an agent, a server and a visitor, each of them Warren or the real gost. */
class TunnelInteropTest {
    private static final String ID = "4d21094e-b74c-4916-86c1-d9fa36ea677b";
    private static final String SECRET_ID = "a4b2f7c8-5d1e-4f3a-9c6b-0e7d8f9a1b2c";

    private final List<AutoCloseable> running = new ArrayList<>();
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
        echo = new EchoServer();
        udpEcho = new UdpEchoServer();
        Gost.assume();
    }

    @AfterEach
    void stop() throws Exception {
        for (AutoCloseable each : running) {
            each.close();
        }
        echo.close();
        udpEcho.close();
    }

    private void run(Who who, String yaml) throws Exception {
        running.add(0, who == Who.WARREN ? Node.start(yaml) : Gost.run("-C", file(yaml)));
    }

    private static String file(String yaml) throws IOException {
        return java.nio.file.Files.writeString(java.nio.file.Files.createTempFile("gost", ".yml"), yaml)
                .toString();
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
        run(who, """
                services:
                  - name: agent
                    addr: :0
                    handler: { type: r%1$s }
                    listener: { type: r%1$s, chain: c }
                    forwarder: { nodes: [ { name: t, addr: "127.0.0.1:%2$d" } ] }
                """.formatted(network, target) + chain(ID));
    }

    private void visitor(Who who, String network, String id, String host) throws Exception {
        run(who, """
                services:
                  - name: visitor
                    addr: 127.0.0.1:%2$d
                    handler: { type: %1$s, chain: c }
                    listener: { type: %1$s }
                    forwarder: { nodes: [ { name: t, addr: "%3$s:80" } ] }
                """.formatted(network, visitor, host) + chain(id));
        if (network.equals("tcp")) {
            Until.holds(() -> Gost.isOpen(visitor));
        }
    }

    private String chain(String id) {
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
                """.formatted(server, id);
    }

    private String ask(String text) throws IOException {
        try (Socket socket = new Socket("127.0.0.1", visitor)) {
            socket.setSoTimeout(5000);
            socket.getOutputStream().write(text.getBytes(StandardCharsets.UTF_8));
            return new String(socket.getInputStream().readNBytes(text.length()), StandardCharsets.UTF_8);
        } catch (IOException e) {
            return e.getMessage();
        }
    }

    private void untilEchoed(String text) throws InterruptedException {
        Until.holds(() -> {
            try {
                return ask(text).equals(text);
            } catch (IOException e) {
                return false;
            }
        });
    }

    private void untilDatagramEchoed(String text) throws Exception {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        try (DatagramSocket socket = new DatagramSocket(0, InetAddress.getLoopbackAddress())) {
            socket.setSoTimeout(300);
            Until.holds(() -> {
                try {
                    socket.send(new DatagramPacket(bytes, bytes.length, InetAddress.getLoopbackAddress(), visitor));
                    DatagramPacket answer = new DatagramPacket(new byte[2000], 2000);
                    socket.receive(answer);
                    return new String(answer.getData(), 0, answer.getLength(), StandardCharsets.UTF_8).equals(text);
                } catch (IOException e) {
                    return false;
                }
            });
        }
    }

    private void streams(Who server, Who agent, Who visitor) throws Exception {
        server(server);
        agent(agent, "tcp", echo.port());
        visitor(visitor, "tcp", ID, "srv-0.local");
        untilEchoed("hello");
        assertThat(ask("x".repeat(100_000))).isEqualTo("x".repeat(100_000));
    }

    private void datagrams(Who server, Who agent, Who visitor) throws Exception {
        server(server);
        agent(agent, "udp", udpEcho.port());
        visitor(visitor, "udp", ID, "srv-0.local");
        untilDatagramEchoed("hello");
        untilDatagramEchoed("y".repeat(1400));
    }

    @Test
    void streamsThroughWarrenBetweenGosts() throws Exception {
        streams(Who.WARREN, Who.GOST, Who.GOST);
    }

    @Test
    void streamsThroughGostBetweenWarrens() throws Exception {
        streams(Who.GOST, Who.WARREN, Who.WARREN);
    }

    @Test
    void streamsThroughWarrenFromAGostToAWarren() throws Exception {
        streams(Who.WARREN, Who.WARREN, Who.GOST);
    }

    @Test
    void streamsThroughGostFromAWarrenToAGost() throws Exception {
        streams(Who.GOST, Who.GOST, Who.WARREN);
    }

    @Test
    void streamsThroughWarrenBetweenWarrens() throws Exception {
        streams(Who.WARREN, Who.WARREN, Who.WARREN);
    }

    @Test
    void datagramsThroughWarrenBetweenGosts() throws Exception {
        datagrams(Who.WARREN, Who.GOST, Who.GOST);
    }

    @Test
    void datagramsThroughGostBetweenWarrens() throws Exception {
        datagrams(Who.GOST, Who.WARREN, Who.WARREN);
    }

    @Test
    void datagramsThroughWarrenBetweenWarrens() throws Exception {
        datagrams(Who.WARREN, Who.WARREN, Who.WARREN);
    }

    @Test
    void hiddenTunnelIsReachedByWhoKnowsItsIdOnly() throws Exception {
        server(Who.WARREN);
        agent(Who.GOST, "tcp", echo.port());
        visitor(Who.GOST, "tcp", ID, "a.srv-1.local");
        untilEchoed("hello");
        running.remove(0).close();
        visitor(Who.GOST, "tcp", SECRET_ID, "a.srv-1.local");
        assertThat(ask("hello")).isNotEqualTo("hello");
    }
}
