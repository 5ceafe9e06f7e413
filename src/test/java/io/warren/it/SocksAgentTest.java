package io.warren.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import io.vertx.core.Future;
import io.warren.fixture.EchoServer;
import io.warren.fixture.Gost;
import io.warren.fixture.LogLines;
import io.warren.fixture.Node;
import io.warren.fixture.Opened;
import io.warren.fixture.Ports;
import io.warren.fixture.UdpEchoServer;
import io.warren.fixture.Until;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Agents that bind over SOCKS5, at three members in this JVM and at a gost: what they say of themselves is heard by members, and disturbs nobody else. */
class SocksAgentTest {
    private static final List<String> HOSTS = List.of("127.0.0.1", "127.0.0.2", "127.0.0.3");
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @AutoClose
    private final Opened opened = new Opened();

    @AutoClose
    private final LogLines log = LogLines.record();

    private final List<Node> members = new ArrayList<>();
    private EchoServer echo;
    private UdpEchoServer udpEcho;
    private int proxies;
    private int port;

    @BeforeEach
    void start() throws Exception {
        echo = opened.keep(new EchoServer());
        udpEcho = opened.keep(new UdpEchoServer());
        proxies = Ports.free(HOSTS, 0);
        port = Ports.free(HOSTS, 0);
    }

    private void formation() throws Exception {
        int hazelcast = Ports.free(HOSTS, 0);
        String join = HOSTS.stream().map(h -> h + ":" + hazelcast).collect(Collectors.joining(", "));
        for (String host : HOSTS) {
            members.add(opened.keep(Node.start("""
                    cluster:
                      name: socks-agents
                      secret: change-me
                      member: HOST
                      addr: HOST:HAZELCAST
                      trunk: HOST:0
                      bus: HOST:0
                      join: [ JOIN ]
                      grace: 6s
                    services:
                    - name: proxies
                      addr: HOST:PROXIES
                      handler:
                        type: socks5
                        auth: { username: alice, password: wonderland }
                        metadata: { bind: true, bind.host: HOST }
                      listener: { type: tcp }
                    """.replace("HOST", host)
                    .replace("HAZELCAST", "" + hazelcast)
                    .replace("PROXIES", "" + proxies)
                    .replace("JOIN", join))));
        }
        for (Node member : members) {
            Until.passes(
                    PATIENCE,
                    () -> assertThat(member.warren().cluster().orElseThrow().members())
                            .hasSize(HOSTS.size()));
        }
    }

    private int target(String network) {
        return network.equals("tcp") ? echo.port() : udpEcho.port();
    }

    @CanIgnoreReturnValue
    private Node agent(String network, String more, int... order) throws Exception {
        return agent(
                network, more, "", Arrays.stream(order).mapToObj(HOSTS::get).toList());
    }

    @CanIgnoreReturnValue
    private Node agent(String network, String more, String connector, List<String> hosts) throws Exception {
        StringBuilder nodes = new StringBuilder();
        for (int i = 0; i < hosts.size(); i++) {
            nodes.append("""
                        - name: n-%d
                          addr: %s:%d
                          connector:
                            type: socks5
                            auth: { username: alice, password: wonderland }
                            metadata: { %s }
                          dialer: { type: tcp }
                    """.formatted(i, hosts.get(i), proxies, connector));
        }
        return opened.keep(Node.start("""
                services:
                - name: home-%1$s
                  addr: :%2$d
                  handler: { type: r%1$s }
                  listener: { type: r%1$s, chain: members, metadata: { %3$s } }
                  forwarder:
                    nodes:
                    - { name: echo, addr: "127.0.0.1:%4$d" }
                chains:
                - name: members
                  hops:
                  - name: members
                    selector: { strategy: fifo, maxFails: 1, failTimeout: 30s }
                    nodes:
                """.formatted(network, port, more, target(network)) + nodes));
    }

    /** How many agents are connected to that member. */
    private long serves(int member) {
        return members.get(member).warren().endpoints().registrants().stream()
                .filter(agent -> agent.endpoint().name().endsWith(":" + port))
                .count();
    }

    private void untilServes(int member, long count) throws Exception {
        Until.passes(PATIENCE, () -> assertThat(serves(member)).isEqualTo(count));
    }

    /** A visitor that stays. */
    private interface Visitor extends AutoCloseable {
        void exchange() throws IOException;

        @Override
        void close() throws IOException;
    }

    private Visitor visitor(String network, String host) throws IOException {
        return network.equals("tcp") ? stream(host) : datagrams(host);
    }

    private Visitor stream(String host) throws IOException {
        Socket socket = new Socket(host, port);
        socket.setSoTimeout(10_000);
        return new Visitor() {
            @Override
            public void exchange() throws IOException {
                socket.getOutputStream().write(new byte[] {1, 2, 3});
                assertThat(socket.getInputStream().readNBytes(3)).containsExactly(1, 2, 3);
            }

            @Override
            public void close() throws IOException {
                socket.close();
            }
        };
    }

    private Visitor datagrams(String host) throws IOException {
        DatagramSocket socket = new DatagramSocket();
        socket.setSoTimeout(10_000);
        socket.connect(new InetSocketAddress(host, port));
        return new Visitor() {
            @Override
            public void exchange() throws IOException {
                socket.send(new DatagramPacket(new byte[] {1, 2, 3}, 3));
                DatagramPacket answer = new DatagramPacket(new byte[10], 10);
                socket.receive(answer);
                assertThat(answer.getLength()).isEqualTo(3);
            }

            @Override
            public void close() {
                socket.close();
            }
        };
    }

    private void untilServed(String network, String host) throws Exception {
        Until.passes(PATIENCE, () -> {
            try (Visitor visitor = visitor(network, host)) {
                visitor.exchange();
            }
        });
    }

    @ParameterizedTest
    @ValueSource(strings = {"tcp", "udp"})
    void laterSessionOfAnAgentTakesThePlaceOfTheEarlierOneAtAnotherMember(String network) throws Exception {
        formation();
        agent(network, "agent: home", 0);
        untilServes(0, 1);
        untilServed(network, HOSTS.get(1));
        agent(network, "agent: home", 2);
        untilServes(2, 1);
        Until.passes(
                PATIENCE,
                () -> assertThat(members.get(0).warren().endpoints().replacements())
                        .isEqualTo(1));
        // Whoever has lost the name hears of it.
        Until.passes(
                PATIENCE,
                () -> assertThat(log.warnings("reverse"))
                        .contains("another process has taken this agent's name: going on under one of its own"));
        untilServed(network, HOSTS.get(1));
    }

    @ParameterizedTest
    @ValueSource(strings = {"tcp", "udp"})
    void visitorsGoOnWhileTheMemberOfTheirAgentIsDrained(String network) throws Exception {
        formation();
        agent(network, "", 0, 1, 2);
        untilServes(0, 1);
        untilServed(network, HOSTS.get(2));
        try (Visitor staying = visitor(network, HOSTS.get(2))) {
            staying.exchange();
            Future<Void> draining = members.get(0).warren().drain();
            Until.passes(PATIENCE, () -> assertThat(serves(1) + serves(2)).isEqualTo(1));
            for (int i = 0; i < 50; i++) {
                staying.exchange();
                TimeUnit.MILLISECONDS.sleep(10);
            }
            if (network.equals("udp")) {
                // A stream would be waited for; datagrams go by the new place as soon as there is a pause.
                while (!draining.isComplete()) {
                    staying.exchange();
                    TimeUnit.MILLISECONDS.sleep(10);
                }
            }
        }
        Until.passes(PATIENCE, () -> assertThat(serves(0)).isZero());
        untilServed(network, HOSTS.get(2));
    }

    @Test
    void twoSessionsAreAtDifferentMembersThoughTheSameOneIsThereTwice() throws Exception {
        formation();
        agent("tcp", "sessions: 2", 0, 0, 1);
        untilServes(0, 1);
        untilServes(1, 1);
        untilServed("tcp", HOSTS.get(2));
    }

    @Test
    void refusalSaysWhy() throws Exception {
        formation();
        opened.keep(Node.start("""
                services:
                - name: closed
                  addr: 127.0.0.9:%d
                  handler: { type: socks5, auth: { username: alice, password: wonderland } }
                  listener: { type: tcp }
                """.formatted(proxies)));
        agent("tcp", "", "", List.of("127.0.0.9"));
        Until.passes(
                PATIENCE,
                () -> assertThat(log.warnings("reverse"))
                        .anyMatch(line -> line.endsWith("reply 2 (BIND is not enabled)")));
    }

    @ParameterizedTest
    @CsvSource({"tcp, ''", "tcp, notls: true", "udp, ''", "udp, notls: true"})
    void gostIsNotDisturbed(String network, String connector) throws Exception {
        opened.keep(Gost.listening(
                proxies, "-L", "socks5://alice:wonderland@127.0.0.1:" + proxies + "?bind=true&udp=true"));
        agent(network, "agent: home", connector, List.of("127.0.0.1"));
        untilServed(network, "127.0.0.1");
        try (Visitor one = visitor(network, "127.0.0.1");
                Visitor two = visitor(network, "127.0.0.1")) {
            for (int i = 0; i < 20; i++) {
                one.exchange();
                two.exchange();
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"tcp", "udp"})
    void gostsAgentsAreServedAsBefore(String network) throws Exception {
        formation();
        opened.keep(Gost.run(
                "-L",
                "r" + network + "://:" + port + "/127.0.0.1:" + target(network),
                "-F",
                "socks5://alice:wonderland@" + HOSTS.get(0) + ":" + proxies));
        untilServes(0, 1);
        untilServed(network, HOSTS.get(1));
    }
}
