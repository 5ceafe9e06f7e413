package io.warren.protocol.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.warren.fixture.Gost;
import io.warren.fixture.Rig;
import io.warren.fixture.UdpEchoServer;
import io.warren.layer.smux.SmuxOptions;
import io.warren.net.Address;
import io.warren.net.DatagramFlow;
import io.warren.net.DialOptions;
import io.warren.net.Intake;
import io.warren.net.ProxyException;
import io.warren.net.Stream;
import io.warren.relay.Direct;
import io.warren.route.Chain;
import io.warren.route.Hop;
import io.warren.route.Marker;
import io.warren.route.Matcher;
import io.warren.route.Node;
import io.warren.route.NodeRules;
import io.warren.route.Selection;
import io.warren.route.Strategy;
import io.warren.spi.Destination;
import io.warren.spi.Dialer;
import io.warren.spi.Door;
import io.warren.spi.Egress;
import io.warren.spi.Inbound;
import io.warren.spi.Listener;
import io.warren.spi.Session;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Against the real gost, in both directions. */
class RelayInteropTest {
    private static final InetAddress LOOPBACK = InetAddress.getLoopbackAddress();

    private final Rig rig = new Rig();
    private final Session session = Session.of("rig", Address.of("192.0.2.7", 40000), Address.NONE);
    private Address echo;
    private UdpEchoServer udpEcho;

    @BeforeEach
    void start() throws IOException {
        echo = rig.echo().address();
        udpEcho = new UdpEchoServer();
    }

    @AfterEach
    void stop() {
        udpEcho.close();
        rig.close();
    }

    private int warren(boolean bind) {
        RelayHandler handler = rig.deploy(new RelayHandler(
                rig.scope(Direct.EGRESS), RelayHandlerTest.options(bind, "127.0.0.1", false, Duration.ofSeconds(15))));
        return rig.serve(handler, Direct.EGRESS, new PortDirectory(rig.context))
                .address()
                .port();
    }

    private static final class Plain extends VerticleBase implements Dialer {
        @Override
        public Future<Stream> dial(Session session, Address node, Egress below) {
            return below.connect(session, Destination.tcp(node));
        }
    }

    /** A chain of one hop with a relay node on each of these loopback ports. */
    private Egress chain(boolean waits, int... ports) {
        List<Node> nodes = new java.util.ArrayList<>();
        for (int port : ports) {
            nodes.add(new Node(
                    "gost-" + port,
                    Address.of("127.0.0.1", port),
                    rig.deploy(new Plain()),
                    rig.deploy(new RelayConnector(new RelayConnectorOptions(
                            Optional.empty(), Duration.ofSeconds(5), waits, SmuxOptions.version(1)))),
                    DialOptions.DEFAULT,
                    new NodeRules(
                            new Marker(1, Duration.ofSeconds(30), Clock.systemUTC()),
                            1,
                            false,
                            0,
                            target -> false,
                            Matcher.ALL,
                            Optional.empty(),
                            Optional.empty(),
                            0)));
        }
        return new Chain("chain", List.of(new Hop("hop", nodes, new Selection(Strategy.FIFO), target -> false)));
    }

    private static String datagram(DatagramSocket socket, int port, String text) throws IOException {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        DatagramPacket answer = new DatagramPacket(new byte[65535], 65535);
        for (int attempt = 0; attempt < 20; attempt++) {
            socket.send(new DatagramPacket(bytes, bytes.length, LOOPBACK, port));
            try {
                socket.receive(answer);
                return new String(answer.getData(), 0, answer.getLength(), StandardCharsets.UTF_8);
            } catch (java.net.SocketTimeoutException e) {
                // Not bound yet, or lost.
            }
        }
        throw new AssertionError("no answer from port " + port);
    }

    private static DatagramSocket udpClient() throws IOException {
        DatagramSocket socket = new DatagramSocket(0, LOOPBACK);
        socket.setSoTimeout(500);
        return socket;
    }

    // --- gost is the client

    @Test
    void gostReachesTargetsOverWarren() throws IOException {
        int warren = warren(false);
        for (String nodelay : new String[] {"false", "true"}) {
            int port = Gost.freePort();
            try (Gost gost = Gost.listening(
                    port,
                    "-L",
                    "tcp://127.0.0.1:" + port + "/" + echo,
                    "-F",
                    "relay://127.0.0.1:" + warren + "?nodelay=" + nodelay)) {
                try (Socket socket = Rig.connect(Address.of("127.0.0.1", port))) {
                    socket.getOutputStream().write("hello".getBytes(StandardCharsets.UTF_8));
                    assertThat(new String(socket.getInputStream().readNBytes(5), StandardCharsets.UTF_8))
                            .as(gost.log())
                            .isEqualTo("hello");
                }
            }
        }
    }

    @Test
    void gostSendsDatagramsOverWarren() throws IOException {
        int warren = warren(false);
        int port = Gost.freePort();
        try (Gost gost = Gost.run(
                        "-L",
                        "udp://127.0.0.1:" + port + "/127.0.0.1:" + udpEcho.port() + "?keepalive=true",
                        "-F",
                        "relay://127.0.0.1:" + warren);
                DatagramSocket client = udpClient()) {
            assertThat(datagram(client, port, "hello")).as(gost.log()).isEqualTo("hello");
            assertThat(datagram(client, port, "again")).isEqualTo("again");
        }
    }

    @Test
    void gostAgentIsServedAndItsVisitorsToo() throws IOException {
        int warren = warren(true);
        int bound = Gost.freePort();
        int garbled = Gost.freePort();
        try (Gost gost = Gost.run(
                "-L",
                "rtcp://127.0.0.1:" + bound + "/" + echo,
                "-L",
                "rtcp://:" + garbled + "/" + echo,
                "-F",
                "relay://127.0.0.1:" + warren)) {
            for (int port : new int[] {bound, garbled}) {
                Rig.until(() -> Gost.isOpen(port));
                for (int i = 0; i < 3; i++) {
                    try (Socket socket = Rig.connect(Address.of("127.0.0.1", port))) {
                        socket.getOutputStream().write("hello".getBytes(StandardCharsets.UTF_8));
                        assertThat(new String(socket.getInputStream().readNBytes(5), StandardCharsets.UTF_8))
                                .as(gost.log())
                                .isEqualTo("hello");
                    }
                }
            }
        }
        Rig.until(() -> !Gost.isOpen(bound));
    }

    @Test
    void gostAgentServesDatagramVisitors() throws IOException {
        int warren = warren(true);
        int bound = Gost.freePort();
        try (Gost gost = Gost.run(
                        "-L",
                        "rudp://127.0.0.1:" + bound + "/127.0.0.1:" + udpEcho.port(),
                        "-F",
                        "relay://127.0.0.1:" + warren);
                DatagramSocket one = udpClient();
                DatagramSocket other = udpClient()) {
            assertThat(datagram(one, bound, "hello")).as(gost.log()).isEqualTo("hello");
            assertThat(datagram(other, bound, "other")).isEqualTo("other");
            assertThat(datagram(one, bound, "again")).isEqualTo("again");
        }
    }

    // --- gost is the server

    @Test
    void warrenReachesTargetsOverGostWhateverItsNodelay() {
        for (String nodelay : new String[] {"false", "true"}) {
            int port = Gost.freePort();
            try (Gost gost = Gost.listening(port, "-L", "relay://127.0.0.1:" + port + "?nodelay=" + nodelay)) {
                Egress chain = chain(false, port);
                Stream stream = rig.on(() -> chain.connect(session, Destination.tcp(echo)));
                rig.context.runOnContext(v -> stream.write(io.vertx.core.buffer.Buffer.buffer("hello")));
                assertThat(rig.on(() -> Intake.of(stream, Intake.PATIENCE).read(5))
                                .toString())
                        .as(gost.log())
                        .isEqualTo("hello");
            }
        }
    }

    @Test
    void refusalOfGostEndsTheStreamOrIsWaitedFor() {
        int port = Gost.freePort();
        try (Gost gost = Gost.listening(port, "-L", "relay://127.0.0.1:" + port + "?nodelay=true")) {
            Destination closed = Destination.tcp(Address.of("127.0.0.1", Gost.freePort()));
            Egress eager = chain(false, port);
            Stream stream = rig.on(() -> eager.connect(session, closed));
            rig.on(() -> {
                stream.handler(bytes -> {});
                return stream.closed();
            });
            Egress waiting = chain(true, port);
            assertThatThrownBy(() -> rig.on(() -> waiting.connect(session, closed)))
                    .as(gost.log())
                    .isInstanceOfSatisfying(ProxyException.class, e -> {
                        assertThat(e.kind()).isEqualTo(ProxyException.Kind.UNREACHABLE);
                        assertThat(e.side()).isEqualTo(ProxyException.Side.UPSTREAM);
                    });
        }
    }

    @Test
    void warrenSendsDatagramsOverGost() {
        int port = Gost.freePort();
        try (Gost gost = Gost.listening(port, "-L", "relay://127.0.0.1:" + port + "?bind=true")) {
            Egress chain = chain(false, port);
            Destination target = Destination.udp(Address.of("127.0.0.1", udpEcho.port()));
            DatagramFlow fixed = rig.on(() -> chain.associate(session, Optional.of(target)));
            assertThat(exchange(fixed, "hello", target.address()))
                    .as(gost.log())
                    .isEqualTo("hello");
            DatagramFlow any = rig.on(() -> chain.associate(session, Optional.empty()));
            assertThat(exchange(any, "any", target.address())).isEqualTo("any");
        }
    }

    private String exchange(DatagramFlow flow, String text, Address to) {
        List<String> answers = new CopyOnWriteArrayList<>();
        rig.context.runOnContext(v -> {
            flow.receiver((payload, peer) -> {
                answers.add(payload.toString(StandardCharsets.UTF_8));
                payload.release();
            });
            flow.send(io.netty.buffer.Unpooled.copiedBuffer(text, StandardCharsets.UTF_8), to);
            flow.flush();
        });
        Rig.until(() -> !answers.isEmpty());
        return answers.get(0);
    }

    private static final class Everybody implements Door {
        @Override
        public Future<Inbound> admit(Stream raw) {
            return Future.failedFuture("known only");
        }

        @Override
        public Optional<Inbound> admit(DatagramFlow raw) {
            return Optional.empty();
        }

        @Override
        public Future<Inbound> admit(Inbound known) {
            return Future.succeededFuture(known);
        }
    }

    private List<Inbound> listen(io.warren.spi.Transport transport, Egress chain, Address where) {
        Listener listener = rig.deploy(transport
                .listener()
                .orElseThrow()
                .read(io.warren.fixture.MapSettings.of())
                .apply(rig.scope(chain)));
        List<Inbound> arrivals = new CopyOnWriteArrayList<>();
        rig.on(() -> listener.listen(where, new Everybody(), visitor -> {
            arrivals.add(visitor);
            if (visitor.conduit() instanceof Stream stream) {
                stream.handler(stream::write);
            } else {
                DatagramFlow flow = visitor.flow();
                flow.receiver((payload, peer) -> {
                    flow.send(payload, peer);
                    flow.flush();
                });
            }
        }));
        return arrivals;
    }

    @Test
    void warrenAgentServesVisitorsOfGostAndReattachesElsewhere() throws IOException {
        int first = Gost.freePort();
        int second = Gost.freePort();
        int bound = Gost.freePort();
        List<Inbound> arrivals;
        try (Gost gost = Gost.listening(first, "-L", "relay://127.0.0.1:" + first + "?bind=true")) {
            arrivals = listen(
                    io.warren.transport.reverse.Reverse.TCP,
                    chain(false, first, second),
                    Address.of("127.0.0.1", bound));
            Rig.until(() -> Gost.isOpen(bound));
            visit(bound, arrivals, gost);
        }
        try (Gost gost = Gost.listening(second, "-L", "relay://127.0.0.1:" + second + "?bind=true")) {
            Rig.until(() -> Gost.isOpen(bound));
            visit(bound, arrivals, gost);
        }
    }

    private static void visit(int bound, List<Inbound> arrivals, Gost gost) throws IOException {
        try (Socket visitor = Rig.connect(Address.of("127.0.0.1", bound))) {
            visitor.getOutputStream().write("hello".getBytes(StandardCharsets.UTF_8));
            assertThat(new String(visitor.getInputStream().readNBytes(5), StandardCharsets.UTF_8))
                    .as(gost.log())
                    .isEqualTo("hello");
            Address own = Address.of("127.0.0.1", visitor.getLocalPort());
            assertThat(arrivals)
                    .extracting(arrival -> arrival.session().client())
                    .contains(own);
        }
    }

    @Test
    void warrenAgentServesDatagramVisitorsOfGost() throws IOException {
        int port = Gost.freePort();
        int bound = Gost.freePort();
        try (Gost gost = Gost.listening(port, "-L", "relay://127.0.0.1:" + port + "?bind=true");
                DatagramSocket one = udpClient();
                DatagramSocket other = udpClient()) {
            List<Inbound> arrivals =
                    listen(io.warren.transport.reverse.Reverse.UDP, chain(false, port), Address.of("127.0.0.1", bound));
            assertThat(datagram(one, bound, "hello")).as(gost.log()).isEqualTo("hello");
            assertThat(datagram(other, bound, "other")).isEqualTo("other");
            assertThat(arrivals)
                    .extracting(arrival -> arrival.session().client())
                    .contains(
                            Address.of("127.0.0.1", one.getLocalPort()), Address.of("127.0.0.1", other.getLocalPort()));
        }
    }
}
