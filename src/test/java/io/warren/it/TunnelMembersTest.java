package io.warren.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.warren.fixture.Gost;
import io.warren.fixture.Opened;
import io.warren.fixture.Ports;
import io.warren.fixture.Program;
import io.warren.fixture.Site;
import io.warren.fixture.UdpEchoServer;
import io.warren.fixture.Until;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A tunnel whose visitor, entry point and agent are at three members, as processes; agent and visitor are Warren or the real gost. */
class TunnelMembersTest {
    private static final String ID = "4d21094e-b74c-4916-86c1-d9fa36ea677b";
    private static final String[] HOSTS = {"127.0.0.1", "127.0.0.2", "127.0.0.3"};
    /** Three processes start at once, on a machine that others use too. */
    private static final Duration FORMATION = Duration.ofSeconds(90);

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @TempDir
    private Path directory;

    @AutoClose
    private final Opened opened = new Opened();

    private final Program[] members = new Program[3];
    private final int hazelcast = Ports.free();
    private final int tunnels = Ports.free();
    private final int entry = Ports.free();
    private final int visitor = Ports.free();
    private Site site;
    private UdpEchoServer udpEcho;

    @BeforeEach
    void formation() throws Exception {
        site = opened.keep(new Site("site"));
        udpEcho = opened.keep(new UdpEchoServer());
        for (int i = 0; i < 3; i++) {
            Path file = Files.writeString(directory.resolve("member-" + i + ".yml"), """
                    cluster:
                      name: tunnels
                      secret: change-me
                      member: m-%1$d
                      addr: %2$s:%3$d
                      trunk: %2$s:0
                      bus: %2$s:0
                      join: [ 127.0.0.1:%3$d, 127.0.0.2:%3$d, 127.0.0.3:%3$d ]
                    services:
                    - name: tunnels
                      addr: %2$s:%4$d
                      handler:
                        type: tunnel
                        auth: { username: alice, password: wonderland }
                        metadata: { entrypoint: "%2$s:%5$d", tunnel: "site.local:%6$s" }
                    """.formatted(
                            i, HOSTS[i], hazelcast, tunnels, entry, ID));
            members[i] = opened.keep(Program.warren(Optional.empty(), directory, "-C", file.toString()));
        }
        for (Program member : members) {
            for (int other = 0; other < 3; other++) {
                String here = "member is here member=m-" + other + " ";
                Until.passes(FORMATION, () -> assertThat(member.log()).contains(here));
            }
        }
    }

    private String node(int... at) {
        String addresses = String.join(
                ",", Arrays.stream(at).mapToObj(i -> HOSTS[i] + ":" + tunnels).toList());
        return "tunnel://alice:wonderland@" + addresses + "?tunnel.id=" + ID
                + "&strategy=fifo&maxFails=1&failTimeout=30s";
    }

    private void run(boolean gost, String... arguments) throws IOException {
        opened.keep(gost ? Gost.run(arguments) : Program.warren(Optional.empty(), directory, arguments));
    }

    private void agent(boolean gost) throws IOException {
        run(
                gost,
                "-L",
                "rtcp://:0/127.0.0.1:" + site.port(),
                "-L",
                "rudp://:0/127.0.0.1:" + udpEcho.port(),
                "-F",
                node(2, 1));
    }

    private void visitor(boolean gost) throws IOException {
        run(
                gost,
                "-L",
                "tcp://127.0.0.1:" + visitor + "/site.local:80",
                "-L",
                "udp://127.0.0.1:" + visitor + "/site.local:53?keepalive=true",
                "-F",
                node(0));
    }

    /** Sends a request and, behind the upgrade that it asks for, what then comes back. */
    private void echoes(String host, int port, int bytes) throws Exception {
        byte[] sent = new byte[bytes];
        new Random(bytes).nextBytes(sent);
        try (Socket socket = new Socket(host, port)) {
            socket.setSoTimeout(5000);
            socket.getOutputStream()
                    .write("GET / HTTP/1.1\r\nHost: site.local\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n"
                            .getBytes(StandardCharsets.US_ASCII));
            assertThat(Site.head(socket.getInputStream())).startsWith("HTTP/1.1 101 ");
            Thread writer = new Thread(() -> {
                try {
                    socket.getOutputStream().write(sent);
                } catch (IOException e) {
                    // The reader sees it.
                }
            });
            writer.start();
            byte[] got = socket.getInputStream().readNBytes(bytes);
            writer.join();
            assertThat(Arrays.equals(got, sent))
                    .as("%d of %d bytes", got.length, bytes)
                    .isTrue();
        }
    }

    private void datagramEchoes(int bytes) throws IOException {
        byte[] sent = new byte[bytes];
        new Random(bytes).nextBytes(sent);
        try (DatagramSocket socket = new DatagramSocket(0, InetAddress.getLoopbackAddress())) {
            socket.setSoTimeout(1000);
            socket.send(new DatagramPacket(sent, bytes, InetAddress.getLoopbackAddress(), visitor));
            DatagramPacket answer = new DatagramPacket(new byte[2000], 2000);
            socket.receive(answer);
            assertThat(Arrays.copyOf(answer.getData(), answer.getLength())).isEqualTo(sent);
        }
    }

    private void works() throws Exception {
        Until.passes(PATIENCE, () -> echoes("127.0.0.1", visitor, 5));
        echoes("127.0.0.1", visitor, 1_000_000);
        Until.passes(PATIENCE, () -> echoes(HOSTS[1], entry, 5));
        echoes(HOSTS[1], entry, 1_000_000);
        Until.passes(PATIENCE, () -> datagramEchoes(1000));
    }

    private void agentComesBackElsewhere(boolean gostAgent, boolean gostVisitor) throws Exception {
        agent(gostAgent);
        visitor(gostVisitor);
        works();
        members[2].kill();
        works();
    }

    @Test
    void visitorsAtAnotherMemberReachAWarrenAgentAlsoAfterItsMembersDeath() throws Exception {
        agentComesBackElsewhere(false, false);
    }

    @Test
    void visitorsAtAnotherMemberReachAGostAgentAlsoAfterItsMembersDeath() throws Exception {
        agentComesBackElsewhere(true, true);
    }
}
