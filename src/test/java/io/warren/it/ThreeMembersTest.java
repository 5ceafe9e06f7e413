package io.warren.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.warren.fixture.EchoServer;
import io.warren.fixture.Gost;
import io.warren.fixture.Opened;
import io.warren.fixture.Ports;
import io.warren.fixture.Program;
import io.warren.fixture.Until;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The demonstration of {@code cluster/three-members} as processes, on other ports. */
class ThreeMembersTest {
    private static final Path DEMO = Path.of("cluster/three-members").toAbsolutePath();
    private static final List<String> HOSTS = List.of("127.0.0.1", "127.0.0.2", "127.0.0.3");

    @TempDir
    private Path directory;

    private final Program[] members = new Program[3];

    @AutoClose
    private final Opened opened = new Opened();

    private int hazelcast;
    private int agents;
    private int proxy;
    private boolean endsInOrder;
    private EchoServer tcp;
    private DatagramSocket udp;

    @BeforeEach
    void formation() throws Exception {
        hazelcast = Ports.free(HOSTS, 0, 100, 200);
        agents = Ports.free(HOSTS, 0);
        proxy = Ports.free(HOSTS, 0);
        tcp = opened.keep(new EchoServer());
        udp = opened.keep(new DatagramSocket(0, InetAddress.getByName("127.0.0.1")));
        new Thread(this::echo).start();
        for (int i = 0; i < 3; i++) {
            start(i);
        }
        for (Program member : members) {
            member.says("member is here member=relay-1 ");
            member.says("member is here member=relay-2 ");
            member.says("member is here member=relay-3 ");
        }
    }

    private static String host(int member) {
        return HOSTS.get(member);
    }

    private void start(int member) throws Exception {
        String text = Files.readString(DEMO.resolve("member-" + (member + 1) + ".yml"))
                .replace(":5701", ":" + hazelcast)
                .replace(":8421", ":" + agents)
                .replace(":1080", ":" + proxy);
        Path file = Files.writeString(directory.resolve("member-" + (member + 1) + ".yml"), text);
        members[member] = opened.keep(Program.warren(Optional.empty(), directory, "-C", file.toString()));
    }

    private void agent(String kind, int tcpPort, int udpPort, int... nodes) throws Exception {
        boolean gost = kind.startsWith("gost");
        boolean socks = kind.endsWith("socks5");
        endsInOrder = !gost;
        List<String> addresses = Arrays.stream(nodes)
                .mapToObj(member -> host(member) + ":" + (socks ? proxy : agents))
                .toList();
        String[] arguments = {
            "-L",
            "rtcp://:" + tcpPort + "/127.0.0.1:" + tcp.port(),
            "-L",
            "rudp://:" + udpPort + "/127.0.0.1:" + udp.getLocalPort(),
            "-F",
            (socks ? "socks5" : "relay") + "://alice:wonderland@" + String.join(",", addresses)
                    + "?strategy=fifo&maxFails=1&failTimeout=30s"
        };
        opened.keep(gost ? Gost.run(arguments) : Program.warren(Optional.empty(), directory, arguments));
    }

    private void echo() {
        try {
            byte[] buffer = new byte[2000];
            while (true) {
                DatagramPacket packet = new DatagramPacket(buffer, buffer.length);
                udp.receive(packet);
                udp.send(packet);
            }
        } catch (SocketException e) {
            // The test is over.
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Tries until the port is open and its agent answers. */
    private void eventuallyEchoes(int member, int port, int bytes, Duration patience) throws Exception {
        Until.passes(patience, () -> echoes(member, port, bytes));
    }

    private void echoes(int member, int port, int bytes) throws Exception {
        byte[] sent = new byte[bytes];
        new Random(bytes).nextBytes(sent);
        try (Socket visitor = new Socket(host(member), port)) {
            visitor.setSoTimeout(10_000);
            Thread writer = new Thread(() -> {
                try {
                    visitor.getOutputStream().write(sent);
                    visitor.shutdownOutput();
                } catch (IOException e) {
                    // The reader sees it.
                }
            });
            writer.start();
            // gost has no half-close on the way: its end comes late.
            byte[] got = visitor.getInputStream().readNBytes(bytes);
            writer.join();
            assertThat(endsInOrder && visitor.getInputStream().read() >= 0).isFalse();
            assertThat(Arrays.equals(got, sent))
                    .as("%d of %d bytes through %s", got.length, bytes, host(member))
                    .isTrue();
        }
    }

    private static void datagrams(int member, int port) throws Exception {
        try (DatagramSocket visitor = new DatagramSocket(0, InetAddress.getByName("127.0.0.1"))) {
            visitor.setSoTimeout(500);
            for (int length = 1; length <= 1400; length += length < 4 ? 1 : 349) {
                byte[] sent = new byte[length];
                new Random(length).nextBytes(sent);
                assertThat(exchange(visitor, sent, new InetSocketAddress(host(member), port)))
                        .as("%d bytes through %s", length, host(member))
                        .isEqualTo(sent);
            }
        }
    }

    private static byte[] exchange(DatagramSocket visitor, byte[] sent, InetSocketAddress where) throws IOException {
        DatagramPacket answer = new DatagramPacket(new byte[2000], 2000);
        for (int tries = 0; tries < 40; tries++) {
            try {
                visitor.send(new DatagramPacket(sent, sent.length, where));
                while (true) {
                    visitor.receive(answer);
                    byte[] got = Arrays.copyOf(answer.getData(), answer.getLength());
                    // The answer to an earlier try may come late.
                    if (Arrays.equals(got, sent)) {
                        return got;
                    }
                }
            } catch (SocketTimeoutException | ConnectException e) {
                // Not open yet, or lost as datagrams are.
            }
        }
        return new byte[0];
    }

    @ParameterizedTest(name = "agent: {0}")
    @ValueSource(strings = {"warren", "gost", "warren over socks5", "gost over socks5"})
    void portsBoundThroughEachMemberAnswerOnEachMember(String kind) throws Exception {
        if (kind.startsWith("gost")) {
            Gost.assume();
        }
        for (int owner = 0; owner < 3; owner++) {
            int tcpPort = Ports.free(HOSTS, 0);
            int udpPort = Ports.free(HOSTS, 0);
            agent(kind, tcpPort, udpPort, owner);
            for (int visited = 0; visited < 3; visited++) {
                eventuallyEchoes(visited, tcpPort, 1, Duration.ofSeconds(20));
                echoes(visited, tcpPort, 1 << 20);
                datagrams(visited, udpPort);
            }
        }
    }

    @ParameterizedTest(name = "agent: {0}")
    @ValueSource(strings = {"warren", "gost"})
    void endpointOfAKilledMemberIsBackOnTheSurvivors(String kind) throws Exception {
        if (kind.startsWith("gost")) {
            Gost.assume();
        }
        int tcpPort = Ports.free(HOSTS, 0);
        agent(kind, tcpPort, Ports.free(HOSTS, 0), 0, 1);
        for (int visited = 0; visited < 3; visited++) {
            eventuallyEchoes(visited, tcpPort, 1000, Duration.ofSeconds(20));
        }
        members[0].kill();
        Duration budget = Duration.ofSeconds(5);
        eventuallyEchoes(1, tcpPort, 1000, budget);
        eventuallyEchoes(2, tcpPort, 1000, budget);
        for (int survivor = 1; survivor < 3; survivor++) {
            members[survivor].says("member has left member=relay-1");
            assertThat(members[survivor].log()).doesNotContain("\n\tat ");
        }
    }

    @Test
    void memberThatIsToldToEndWhileAnAgentIsThereSaysNothingOfFaults() throws Exception {
        int tcpPort = Ports.free(HOSTS, 0);
        agent("warren", tcpPort, Ports.free(HOSTS, 0), 0);
        eventuallyEchoes(1, tcpPort, 1000, Duration.ofSeconds(20));
        members[0].signal("TERM");
        assertThat(members[0].exitCode()).isZero();
        members[1].says("member has left member=relay-1");
        for (Program member : members) {
            assertThat(member.log()).doesNotContain("\n\tat ").doesNotContain(" ERROR ");
        }
    }

    @Test
    void killingAnotherMemberIsNotNoticedAndItServesAgainWhenItIsBack() throws Exception {
        int tcpPort = Ports.free(HOSTS, 0);
        agent("warren", tcpPort, Ports.free(HOSTS, 0), 0);
        for (int visited = 0; visited < 3; visited++) {
            eventuallyEchoes(visited, tcpPort, 1000, Duration.ofSeconds(20));
        }
        members[2].kill();
        long until = System.nanoTime() + Duration.ofSeconds(4).toNanos();
        for (int i = 0; System.nanoTime() < until; i++) {
            echoes(i % 2, tcpPort, 1000);
        }
        start(2);
        members[2].says("joined member=relay-3");
        eventuallyEchoes(2, tcpPort, 1000, Duration.ofSeconds(5));
    }

    /** RFC 1928, section 4: one visitor for each request; what asks is any SOCKS client, not one of ours. */
    @Test
    void visitorOfAnotherMemberReachesAPlainSocksBindAndWaitsForTheNextOne() throws Exception {
        int port = Ports.free(HOSTS, 0);
        for (int i = 0; i < 3; i++) {
            try (Socket agent = new Socket(host(0), proxy)) {
                agent.setSoTimeout(10_000);
                bind(agent, port);
                int member = (i + 1) % 3;
                try (Socket visitor = eventuallyOpen(member, port)) {
                    byte[] second = agent.getInputStream().readNBytes(10);
                    assertThat(second[1]).as("second reply").isZero();
                    visitor.getOutputStream().write("knock".getBytes(StandardCharsets.US_ASCII));
                    assertThat(agent.getInputStream().readNBytes(5)).asString().isEqualTo("knock");
                    agent.getOutputStream().write("come in".getBytes(StandardCharsets.US_ASCII));
                    agent.shutdownOutput();
                    assertThat(visitor.getInputStream().readAllBytes())
                            .asString()
                            .isEqualTo("come in");
                }
            }
        }
    }

    /** The others hear of it after the agent does. */
    private static Socket eventuallyOpen(int member, int port) throws Exception {
        List<Socket> visitor = new ArrayList<>();
        Until.passes(Duration.ofSeconds(5), () -> visitor.add(new Socket(host(member), port)));
        return visitor.get(0);
    }

    private static void bind(Socket agent, int port) throws IOException {
        byte[] user = "alice".getBytes(StandardCharsets.US_ASCII);
        byte[] password = "wonderland".getBytes(StandardCharsets.US_ASCII);
        ByteBuffer request = ByteBuffer.allocate(64)
                .put(new byte[] {5, 1, 2, 1, (byte) user.length})
                .put(user)
                .put((byte) password.length)
                .put(password)
                .put(new byte[] {5, 2, 0, 1, 0, 0, 0, 0})
                .putShort((short) port);
        agent.getOutputStream().write(request.array(), 0, request.position());
        byte[] answers = agent.getInputStream().readNBytes(14);
        assertThat(answers).startsWith(5, 2, 1, 0, 5, 0);
    }
}
