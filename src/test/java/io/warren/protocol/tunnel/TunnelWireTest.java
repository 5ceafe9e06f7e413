package io.warren.protocol.tunnel;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.warren.codec.RelayFeature;
import io.warren.codec.RelayMessage;
import io.warren.codec.Vectors;
import io.warren.fixture.EchoServer;
import io.warren.fixture.Node;
import io.warren.fixture.Opened;
import io.warren.fixture.Until;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Byte for byte what the real gost's ends of a tunnel said, with one of them played. */
class TunnelWireTest {
    private static final String ID = "4d21094e-b74c-4916-86c1-d9fa36ea677b";
    private static final String OTHER = "aaaaaaaa-bbbb-4ccc-8ddd-eeeeeeeeeeee";
    private static final String RULES = "ingress: rules";

    @AutoClose
    private final Opened opened = new Opened();

    private int server;

    private void server(String handler, String metadata) throws Exception {
        Node node = Node.start("""
                services:
                  - name: server
                    addr: 127.0.0.1:0
                    bypass: forbidden
                    handler: { type: tunnel, %1$s metadata: { %2$s } }
                    listener: { type: tcp }
                bypasses:
                  - name: forbidden
                    matchers: [ forbidden.local ]
                ingresses:
                  - name: rules
                    rules:
                      - { hostname: srv-0.local, endpoint: %3$s }
                      - { hostname: srv-1.local, endpoint: $%3$s }
                      - { hostname: forbidden.local, endpoint: %3$s }
                """.formatted(handler, metadata, ID));
        opened.keep(node);
        server = node.port("server");
    }

    private Socket connect() throws IOException {
        Socket socket = new Socket("127.0.0.1", server);
        socket.setSoTimeout(5000);
        opened.keep(socket);
        return socket;
    }

    private static String hex(byte[] bytes) {
        return HexFormat.of().formatHex(bytes);
    }

    private static String read(Socket socket, int bytes) throws IOException {
        return hex(socket.getInputStream().readNBytes(bytes));
    }

    private static void send(Socket socket, byte[] bytes) throws IOException {
        socket.getOutputStream().write(bytes);
    }

    private static List<byte[]> lines(String vector, boolean fromClient) {
        return Vectors.read("tunnel/" + vector).lines().stream()
                .filter(line -> line.fromClient() == fromClient)
                .map(Vectors.Line::bytes)
                .toList();
    }

    /** Registers as the captured agent did; its connector's ID is the server's to choose. */
    @CanIgnoreReturnValue
    private Socket agent(String vector) throws IOException {
        Socket agent = connect();
        send(agent, lines(vector, true).get(0));
        byte[] expected = lines(vector, false).get(0);
        byte[] got = agent.getInputStream().readNBytes(expected.length);
        int id = expected.length - 20;
        assertThat(hex(Arrays.copyOf(got, id))).isEqualTo(hex(Arrays.copyOf(expected, id)));
        assertThat(hex(Arrays.copyOfRange(got, id + 16, got.length)))
                .isEqualTo(hex(Arrays.copyOfRange(expected, id + 16, expected.length)));
        return agent;
    }

    @ParameterizedTest
    @CsvSource({
        "bind-tcp, connect-tcp, ''",
        "bind-udp, connect-udp, ''",
        "bind-tcp-auth-weight, connect-tcp-auth, 'auth: { username: alice, password: s3cret },'"
    })
    void capturedVisitorReachesTheCapturedAgent(String bind, String connect, String handler) throws Exception {
        server(handler, RULES);
        Socket agent = agent(bind);
        Socket visitor = connect();
        List<byte[]> asked = lines(connect, true);
        List<byte[]> told = lines(connect, false);
        send(visitor, asked.get(0));
        assertThat(read(visitor, 4)).isEqualTo(hex(told.get(0)));
        List<byte[]> frames = lines(bind, false);
        for (byte[] frame : frames.subList(1, 3)) {
            assertThat(frame(agent)).isEqualTo(hex(frame));
        }
        send(visitor, asked.get(1));
        assertThat(payload(agent, frames.get(3))).isEqualTo(hex(frames.get(3)).substring(16));
        for (byte[] frame : lines(bind, true).subList(1, 3)) {
            send(agent, frame);
        }
        assertThat(read(visitor, told.get(1).length)).isEqualTo(hex(told.get(1)));
    }

    /** The next frame of the mux, without signs of life and window updates, which come when they come. */
    private static String frame(Socket socket) throws IOException {
        while (true) {
            byte[] header = socket.getInputStream().readNBytes(8);
            int length = (header[2] & 0xff) | (header[3] & 0xff) << 8;
            String payload = read(socket, length);
            if (header[1] != 3 && header[1] != 4) {
                return hex(header) + payload;
            }
        }
    }

    /** What frames of one stream carry, in however many of them, until it is as long as in {@code captured}. */
    private static String payload(Socket socket, byte[] captured) throws IOException {
        String all = "";
        while (all.length() < 2 * (captured.length - 8)) {
            String frame = frame(socket);
            assertThat(frame).startsWith("0202").contains("03000000");
            all += frame.substring(16);
        }
        return all;
    }

    private String answer(byte[] request) throws IOException {
        Socket visitor = connect();
        send(visitor, request);
        return hex(visitor.getInputStream().readAllBytes());
    }

    private static byte[] visit(String id, String host) {
        String name = hex(host.getBytes(java.nio.charset.StandardCharsets.US_ASCII));
        int address = host.length() + 4;
        return HexFormat.of()
                .parseHex("0101%04x".formatted(10 + 3 + address + 23)
                        + "0200070" + "1cb0071099c40"
                        + "02%04x03%02x".formatted(address, host.length())
                        + name
                        + "0050" + "030014" + id.replace("-", "") + "00000000");
    }

    @ParameterizedTest
    @ValueSource(strings = {"status-01-no-tunnel-id", "status-05-no-connector", "status-06-other-tunnel"})
    void capturedRefusalsAreGiven(String vector) throws Exception {
        server("", RULES);
        assertThat(answer(lines(vector, true).get(0)))
                .isEqualTo(hex(lines(vector, false).get(0)));
    }

    @ParameterizedTest
    @CsvSource({
        // the public visitor's ID: no rule, a private tunnel, nobody there
        OTHER + ", nowhere.local, 07",
        OTHER + ", srv-1.local, 06",
        OTHER + ", srv-0.local, 05",
        // a tunnel's own: no rule, a private one of its own, forbidden
        ID + ", nowhere.local, 06",
        ID + ", srv-1.local, 05",
        ID + ", forbidden.local, 03"
    })
    void refusalSaysWhyWithEntrypointId(String id, String host, String status) throws Exception {
        server("", RULES + ", entrypoint.id: " + OTHER);
        assertThat(answer(visit(id, host))).isEqualTo("01" + status + "0000");
    }

    @Test
    void directVisitorNeedsNoRule() throws Exception {
        server("", "tunnel.direct: true");
        assertThat(answer(visit(OTHER, "nowhere.local"))).isEqualTo("01050000");
        agent("bind-udp");
        Socket agent = connect();
        send(agent, lines("bind-tcp", true).get(0));
        // Without an ingress nobody is granted a name.
        byte[] reply = agent.getInputStream().readNBytes(50);
        assertThat(hex(reply)).startsWith("0100002e020014031061363236356336643938343761346265" + "1f91");
        Socket visitor = connect();
        send(visitor, visit(ID, "nowhere.local"));
        assertThat(read(visitor, 4)).isEqualTo("01000000");
    }

    @Test
    void wrongPasswordIsUnauthorizedAndOtherCommandsAreBad() throws Exception {
        server("auth: { username: alice, password: other },", RULES);
        assertThat(answer(lines("connect-tcp-auth", true).get(0))).isEqualTo("01020000");
        assertThat(answer(lines("connect-tcp", true).get(0))).isEqualTo("01020000");
        assertThat(answer(lines("bind-tcp", true).get(0))).isEqualTo("01020000");
        server("", RULES);
        byte[] request = lines("connect-tcp", true).get(0);
        for (byte command : new byte[] {0, 3, 4}) {
            request[1] = command;
            assertThat(answer(request)).isEqualTo("01010000");
        }
    }

    @Test
    void hostOfAnotherTunnelIsNotGranted() throws Exception {
        server("", RULES);
        byte[] bind = lines("bind-tcp", true).get(0);
        byte[] other = HexFormat.of()
                .parseHex(hex(bind)
                        .replace("046461736" + "8", "0b7372762d302e6c6f63616c")
                        .replace("0102002c", "01020033")
                        .replace("02000803", "02000f03")
                        .replace(ID.replace("-", ""), OTHER.replace("-", "")));
        Socket agent = connect();
        send(agent, other);
        assertThat(read(agent, 9)).isEqualTo("0100002e0200140310");
    }

    @Test
    void nothingCutOffOrRandomDisturbsTheServer() throws Exception {
        server("", RULES);
        byte[] request = lines("bind-tcp", true).get(0);
        for (int n = 1; n < request.length; n++) {
            try (Socket client = connect()) {
                send(client, Arrays.copyOf(request, n));
                client.shutdownOutput();
                assertThat(client.getInputStream().read()).as("%d bytes", n).isNegative();
            }
        }
        long seed = System.nanoTime();
        Random random = new Random(seed);
        for (int i = 0; i < 200; i++) {
            byte[] bytes = request.clone();
            for (int k = random.nextInt(4); k >= 0; k--) {
                bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
            }
            try (Socket client = connect()) {
                send(client, bytes);
                client.shutdownOutput();
                drain(client.getInputStream());
            } catch (IOException e) {
                // A reset is an answer, too.
            }
        }
        Until.holds(() -> {
            try {
                return answer(visit(OTHER, "srv-0.local")).equals("01060000");
            } catch (IOException e) {
                throw new AssertionError("seed " + seed, e);
            }
        });
    }

    private static void drain(InputStream in) throws IOException {
        in.readAllBytes();
    }

    // --- our own agent and visitor, with a server that is played

    private Socket played(String service, String node) throws Exception {
        try (ServerSocket listening = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            opened.keep(Node.start("""
                    services:
                      - name: ours
                        %s
                    chains:
                      - name: c
                        hops:
                          - name: h
                            nodes:
                              - name: n
                                addr: 127.0.0.1:%d
                                connector: { type: tunnel, %s metadata: { tunnel.id: %s, tunnel.weight: %d } }
                                dialer: { type: tcp }
                    """.formatted(service, listening.getLocalPort(), node, ID, node.isEmpty() ? 0 : 5)));
            listening.setSoTimeout(5000);
            Socket accepted = listening.accept();
            accepted.setSoTimeout(5000);
            opened.keep(accepted);
            return accepted;
        }
    }

    /** The next request, without what only we say. */
    private static byte[] withoutIntroduction(Socket agent) throws IOException {
        byte[] header = agent.getInputStream().readNBytes(4);
        byte[] features = agent.getInputStream().readNBytes((header[2] & 0xff) << 8 | (header[3] & 0xff));
        RelayMessage request =
                RelayMessage.decode(Unpooled.wrappedBuffer(header, features)).orElseThrow();
        ByteBuf rest = new RelayMessage(
                        request.code(),
                        request.features().stream()
                                .filter(feature -> !(feature instanceof RelayFeature.Introduction))
                                .toList())
                .encode();
        try {
            return ByteBufUtil.getBytes(rest);
        } finally {
            rest.release();
        }
    }

    /** The request without the port of the address that it came from. */
    private static String withoutSourcePort(byte[] request) {
        String hex = hex(request);
        return hex.replaceFirst("(020007017f000001)....", "$1");
    }

    @ParameterizedTest
    @CsvSource({
        "tcp, dash:8081, bind-tcp, ''",
        "udp, ':0', bind-udp, ''",
        "tcp, dash:8081, bind-tcp-auth-weight, 'auth: { username: alice, password: s3cret },'"
    })
    void ownAgentSaysAndAnswersWhatTheCapturedOneDid(String network, String where, String vector, String auth)
            throws Exception {
        try (EchoServer echo = new EchoServer();
                io.warren.fixture.UdpEchoServer udpEcho = new io.warren.fixture.UdpEchoServer()) {
            int target = network.equals("tcp") ? echo.port() : udpEcho.port();
            Socket agent = played(
                    """
                    addr: "%1$s"
                    handler: { type: r%2$s }
                    listener: { type: r%2$s, chain: c }
                    forwarder: { nodes: [ { name: t, addr: "127.0.0.1:%3$d" } ] }
                    """.formatted(where, network, target)
                            .replace("\n", "\n    ")
                            .stripTrailing(),
                    auth);
            byte[] expected = lines(vector, true).get(0);
            assertThat(withoutSourcePort(withoutIntroduction(agent))).isEqualTo(withoutSourcePort(expected));
            List<byte[]> told = lines(vector, false);
            for (byte[] line : told.subList(0, 4)) {
                send(agent, line);
            }
            byte[] echoed = lines(vector, true).get(2);
            assertThat(payload(agent, echoed)).isEqualTo(hex(echoed).substring(16));
        }
    }

    @ParameterizedTest
    @CsvSource({
        "connect-tcp, ''",
        "connect-tcp-auth, 'auth: { username: alice, password: s3cret },'",
    })
    void ownVisitorSaysWhatTheCapturedOneDid(String vector, String auth) throws Exception {
        try (ServerSocket listening = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Node node = Node.start("""
                    services:
                      - name: ours
                        addr: 127.0.0.1:0
                        handler: { type: tcp, chain: c }
                        listener: { type: tcp }
                        forwarder: { nodes: [ { name: t, addr: "srv-0.local:80" } ] }
                    chains:
                      - name: c
                        hops:
                          - name: h
                            nodes:
                              - name: n
                                addr: 127.0.0.1:%d
                                connector: { type: tunnel, %s metadata: { tunnel.id: %s } }
                                dialer: { type: tcp }
                    """.formatted(listening.getLocalPort(), auth, ID));
            opened.keep(node);
            server = node.port("ours");
            Socket visitor = connect();
            listening.setSoTimeout(5000);
            try (Socket accepted = listening.accept()) {
                List<byte[]> said = lines(vector, true);
                List<byte[]> told = lines(vector, false);
                byte[] request = accepted.getInputStream().readNBytes(said.get(0).length);
                assertThat(withoutSourcePort(request)).isEqualTo(withoutSourcePort(said.get(0)));
                send(accepted, told.get(0));
                send(visitor, said.get(1));
                assertThat(read(accepted, said.get(1).length)).isEqualTo(hex(said.get(1)));
                send(accepted, told.get(1));
                assertThat(read(visitor, told.get(1).length)).isEqualTo(hex(told.get(1)));
            }
        }
    }
}
