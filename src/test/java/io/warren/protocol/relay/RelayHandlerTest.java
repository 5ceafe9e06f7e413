package io.warren.protocol.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.vertx.core.Future;
import io.warren.codec.Hello;
import io.warren.codec.RelayFeature;
import io.warren.codec.RelayMessage;
import io.warren.codec.RelayStatus;
import io.warren.codec.Vectors;
import io.warren.fixture.Rig;
import io.warren.layer.smux.SmuxOptions;
import io.warren.layer.sniff.Sniffing;
import io.warren.net.Address;
import io.warren.net.DialOptions;
import io.warren.net.ProxyException;
import io.warren.net.TcpDial;
import io.warren.net.TcpServer;
import io.warren.spi.Agent;
import io.warren.spi.Authenticator;
import io.warren.spi.Destination;
import io.warren.spi.Egress;
import io.warren.spi.Forwarder;
import io.warren.spi.Intent;
import io.warren.spi.Login;
import io.warren.spi.Network;
import io.warren.spi.Offer;
import io.warren.spi.Session;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class RelayHandlerTest {
    static final RelayHandlerOptions BINDING = options(true, "", false, Duration.ofSeconds(15));
    private static final RelayHandlerOptions DEFAULT = options(false, "", false, Duration.ofSeconds(15));
    private static final Authenticator ALICE =
            (session, user, password) -> user.equals("alice") && password.equals("s3cret")
                    ? Future.succeededFuture("alice")
                    : Future.failedFuture(ProxyException.of(
                            ProxyException.Kind.UNAUTHORIZED, ProxyException.Side.CLIENT, "wrong password"));

    private final Rig rig = new Rig();
    private Address echo;

    /** Every target is the echo server. */
    private Egress anywhere;

    static RelayHandlerOptions options(boolean bind, String bindHost, boolean hashHost, Duration patience) {
        return new RelayHandlerOptions(
                patience,
                bind,
                bindHost,
                Offer.Reach.MEMBER,
                hashHost,
                SmuxOptions.version(1),
                Duration.ZERO,
                Sniffing.OFF);
    }

    @BeforeEach
    void start() {
        echo = rig.echo().address();
        anywhere = (session, target) -> TcpDial.connect(rig.context, echo, DialOptions.DEFAULT);
    }

    @AfterEach
    void stop() {
        rig.close();
    }

    private Address serve(RelayHandlerOptions options, Egress egress) {
        return serve(options, egress, Optional.empty(), Optional.empty());
    }

    private Address serve(
            RelayHandlerOptions options,
            Egress egress,
            Optional<Authenticator> authenticator,
            Optional<Forwarder> forwarder) {
        RelayHandler handler = rig.deploy(new RelayHandler(rig.scope(egress, authenticator, forwarder), options));
        TcpServer server = rig.serve(handler, egress, new PortDirectory(rig.context));
        return server.address();
    }

    private static Egress failing(ProxyException.Kind kind) {
        return (session, target) -> Future.failedFuture(ProxyException.upstream(kind, "no"));
    }

    /** Plays the client's part of a capture, and compares what the server says in all. */
    private static void converse(Address server, String name) throws IOException {
        Vectors capture = Vectors.read("relay/" + name);
        try (Socket socket = Rig.connect(server)) {
            socket.getOutputStream().write(capture.all(true));
            byte[] expected = capture.all(false);
            assertThat(hex(socket.getInputStream().readNBytes(expected.length)))
                    .as(name)
                    .isEqualTo(hex(expected));
        }
    }

    private static String hex(byte[] bytes) {
        return HexFormat.ofDelimiter(" ").formatHex(bytes);
    }

    private static byte[] ask(Address server, String request) throws IOException {
        try (Socket socket = Rig.connect(server)) {
            socket.getOutputStream().write(Vectors.bytes(request));
            return readToTheEnd(socket.getInputStream());
        }
    }

    /** The end may be a reset when the server had not read everything. */
    private static byte[] readToTheEnd(InputStream in) {
        java.io.ByteArrayOutputStream all = new java.io.ByteArrayOutputStream();
        try {
            for (int b = in.read(); b >= 0; b = in.read()) {
                all.write(b);
            }
        } catch (java.net.SocketTimeoutException e) {
            throw new AssertionError("not closed", e);
        } catch (IOException reset) {
            return all.toByteArray();
        }
        return all.toByteArray();
    }

    @Test
    void capturedConnectsAreServed() throws IOException {
        Address server = serve(DEFAULT, anywhere);
        for (String name : new String[] {
            "connect-ipv4", "connect-ipv6", "connect-domain", "connect-domain-nodelay", "connect-domain-auth"
        }) {
            converse(server, name);
        }
        assertThat(((Intent.Connect) rig.intents.poll()).target())
                .isEqualTo(Destination.tcp(Address.of("192.0.2.10", 8080)));
        assertThat(((Intent.Connect) rig.intents.poll()).target())
                .isEqualTo(Destination.tcp(Address.of("2001:db8::10", 8080)));
        assertThat(((Intent.Connect) rig.intents.poll()).target())
                .isEqualTo(Destination.tcp(Address.of("example.internal", 8080)));
    }

    @Test
    void commandZeroIsConnect() throws IOException {
        Address server = serve(DEFAULT, anywhere);
        try (Socket socket = Rig.connect(server)) {
            socket.getOutputStream().write(Vectors.bytes("01 00 00 0a 02 00 07 01 c0 00 02 0a 1f 90"));
            assertThat(socket.getInputStream().readNBytes(4)).isEqualTo(Vectors.bytes("01 00 00 00"));
        }
    }

    @Test
    void serverThatSpeaksFirstIsHeardBeforeTheClientSaysAnything() throws IOException {
        TcpServer greeter = rig.on(() -> TcpServer.listen(
                rig.context,
                Address.of("127.0.0.1", 0),
                io.warren.net.ListenOptions.DEFAULT,
                stream -> stream.write(io.vertx.core.buffer.Buffer.buffer("220 hello"))));
        Address server = serve(
                DEFAULT, (session, target) -> TcpDial.connect(rig.context, greeter.address(), DialOptions.DEFAULT));
        try (Socket socket = Rig.connect(server)) {
            socket.getOutputStream().write(Vectors.bytes("01 01 00 0a 02 00 07 01 c0 00 02 0a 1f 90"));
            assertThat(new String(socket.getInputStream().readNBytes(13), java.nio.charset.StandardCharsets.US_ASCII))
                    .isEqualTo("\1\0\0\000220 hello");
        }
    }

    @Test
    void halfClosedClientGetsItsReply() throws IOException {
        Address server = serve(DEFAULT, anywhere);
        try (Socket socket = Rig.connect(server)) {
            socket.getOutputStream().write(Vectors.bytes("01 01 00 0a 02 00 07 01 c0 00 02 0a 1f 90 68 69"));
            socket.shutdownOutput();
            assertThat(socket.getInputStream().readAllBytes()).isEqualTo(Vectors.bytes("01 00 00 00 68 69"));
        }
    }

    @Test
    void requestByteByByteIsServed() throws IOException {
        Address server = serve(DEFAULT, anywhere);
        try (Socket socket = Rig.connect(server)) {
            socket.setTcpNoDelay(true);
            for (byte b : Vectors.bytes("01 01 00 0a 02 00 07 01 c0 00 02 0a 1f 90 68 69")) {
                socket.getOutputStream().write(b);
                socket.getOutputStream().flush();
            }
            assertThat(socket.getInputStream().readNBytes(6)).isEqualTo(Vectors.bytes("01 00 00 00 68 69"));
        }
    }

    @Test
    void capturedRefusalsAreGiven() throws IOException {
        converse(serve(DEFAULT, anywhere, Optional.of(ALICE), Optional.empty()), "connect-auth-missing");
        converse(serve(DEFAULT, failing(ProxyException.Kind.REFUSED)), "connect-refused");
        converse(serve(DEFAULT, anywhere), "status-01-associate");
        converse(serve(DEFAULT, anywhere), "status-01-connect-without-address");
        converse(serve(DEFAULT, failing(ProxyException.Kind.DENIED)), "status-03-bypass");
        converse(serve(DEFAULT, anywhere), "bind-tcp-forbidden");
        converse(serve(DEFAULT, anywhere), "udp-associate-forbidden");
    }

    @Test
    void everyFailureHasItsStatusAndTheConnectionEnds() throws IOException {
        for (ProxyException.Kind kind : ProxyException.Kind.values()) {
            int status = switch (kind) {
                case DENIED -> 3;
                case UNAUTHORIZED, RESOLVE, REFUSED, UNREACHABLE, CLOSED, PROTOCOL -> 7;
                case TIMEOUT -> 4;
                case LIMITED -> 5;
                case UNSUPPORTED -> 1;
                case INTERNAL -> 8;
            };
            byte[] answer = ask(serve(DEFAULT, failing(kind)), "01 01 00 0a 02 00 07 01 c0 00 02 0a 1f 90");
            assertThat(answer).as(kind.name()).isEqualTo(new byte[] {1, (byte) status, 0, 0});
        }
    }

    @Test
    void rightCredentialsNameTheUser() throws Exception {
        Address server = serve(DEFAULT, anywhere, Optional.of(ALICE), Optional.empty());
        converse(server, "connect-domain-auth");
        Intent intent = rig.intents.poll(5, TimeUnit.SECONDS);
        assertThat(intent.session().trace().user()).isEqualTo("alice");
    }

    @Test
    void otherProtocolsAndBrokenRequestsAreClosedWithoutAWord() throws IOException {
        Address server = serve(DEFAULT, anywhere);
        assertThat(ask(server, "05 01 00")).isEmpty();
        assertThat(ask(server, "01 01 00 04 02 00 07 01")).isEmpty();
        assertThat(ask(server, "01 01 00 0a 02 00 07 09 c0 00 02 0a 1f 90")).isEmpty();
        assertThat(rig.intents).isEmpty();
    }

    @Test
    void silentClientIsClosedInTime() throws IOException {
        Address server = serve(options(false, "", false, Duration.ofMillis(200)), anywhere);
        assertThat(ask(server, "01 01")).isEmpty();
        Rig.until(() -> !rig.failures.isEmpty());
        assertThat(rig.failures.get(0)).hasMessage("handshake not finished after 200 ms");
    }

    @Test
    void clientThatGoesAwayInTheMiddleIsNoFaultOfOurs() throws IOException {
        Address server = serve(DEFAULT, anywhere);
        try (Socket socket = Rig.connect(server)) {
            socket.getOutputStream().write(Vectors.bytes("01 01 00 0a 02"));
        }
        Rig.until(() -> !rig.failures.isEmpty());
        assertThat(rig.failures.get(0))
                .isInstanceOfSatisfying(
                        ProxyException.class, e -> assertThat(e.kind()).isEqualTo(ProxyException.Kind.CLOSED));
    }

    @Test
    void hashByHostHashesTheTarget() throws Exception {
        Address server = serve(options(false, "", true, Duration.ofSeconds(15)), anywhere);
        converse(server, "connect-domain");
        Session session = rig.intents.poll(5, TimeUnit.SECONDS).session();
        assertThat(session.hashSource()).isEqualTo("example.internal:8080");
    }

    @Test
    void serviceWithTargetsForwardsEveryCommand() throws IOException {
        FixedTarget target = new FixedTarget(Destination.tcp(Address.of("192.0.2.99", 99)));
        Forwarder forwarder = (session, network) -> Optional.of(target);
        Address server = serve(DEFAULT, anywhere, Optional.empty(), Optional.of(forwarder));
        for (String command : new String[] {"00", "01", "02", "03"}) {
            try (Socket socket = Rig.connect(server)) {
                socket.getOutputStream().write(Vectors.bytes("01 " + command + " 00 00 68 69"));
                assertThat(socket.getInputStream().readNBytes(6)).isEqualTo(Vectors.bytes("01 00 00 00 68 69"));
            }
        }
        assertThat(((Intent.Connect) rig.intents.poll()).target()).isEqualTo(target.destination());
        assertThat(target.successes).isEqualTo(4);
    }

    @Test
    void targetsThatCannotBeReachedAreMarkedAndSaid() throws IOException {
        FixedTarget target = new FixedTarget(Destination.tcp(Address.of("192.0.2.10", 9)));
        Forwarder forwarder = (session, network) -> Optional.of(target);
        converse(
                serve(DEFAULT, failing(ProxyException.Kind.REFUSED), Optional.empty(), Optional.of(forwarder)),
                "status-06-forward");
        assertThat(target.failures).isEqualTo(1);
        Forwarder none = (session, network) -> Optional.empty();
        assertThat(ask(serve(DEFAULT, anywhere, Optional.empty(), Optional.of(none)), "01 01 00 00"))
                .isEqualTo(Vectors.bytes("01 05 00 00"));
    }

    private static final class FixedTarget implements Forwarder.Target {
        private final Destination destination;
        volatile int failures;
        volatile int successes;

        FixedTarget(Destination destination) {
            this.destination = destination;
        }

        @Override
        public String name() {
            return "fixed";
        }

        @Override
        public Destination destination() {
            return destination;
        }

        @Override
        @SuppressWarnings("NonAtomicVolatileUpdate") // One event loop.
        public void failed() {
            failures++;
        }

        @Override
        @SuppressWarnings("NonAtomicVolatileUpdate") // One event loop.
        public void succeeded() {
            successes++;
        }
    }

    @Test
    void unixTargetTravelsAsAPath() throws Exception {
        Address server = serve(DEFAULT, anywhere);
        try (Socket socket = Rig.connect(server)) {
            socket.getOutputStream().write(Vectors.bytes("01 01 00 0e 04 00 02 00 10 02 00 06 03 02 2f 61 00 00"));
            assertThat(socket.getInputStream().readNBytes(4)).isEqualTo(Vectors.bytes("01 00 00 00"));
        }
        Intent.Connect intent = (Intent.Connect) rig.intents.poll(5, TimeUnit.SECONDS);
        assertThat(intent.target()).isEqualTo(new Destination(Network.UNIX, Address.unix("/a")));
    }

    // --- bind

    private static final String BIND_ANY_LOOPBACK = "01 02 00 0f 04 00 02 00 00 02 00 07 01 7f 00 00 01 00 00";

    /** Reads the response to a bind request, and gives the bound port. */
    private static int boundPort(InputStream in) throws IOException {
        byte[] response = in.readNBytes(14);
        assertThat(hex(response)).startsWith("01 00 00 0a 02 00 07 01");
        return ((response[12] & 0xff) << 8) | (response[13] & 0xff);
    }

    @Test
    void visitorsOfABoundPortArriveAsCaptured() throws IOException {
        Address server = serve(BINDING, anywhere);
        try (Socket agent = Rig.connect(server)) {
            agent.getOutputStream().write(Vectors.bytes(BIND_ANY_LOOPBACK));
            InputStream in = agent.getInputStream();
            int port = boundPort(in);
            for (String id : new String[] {"03", "05"}) {
                try (Socket visitor = Rig.connect(Address.of("127.0.0.1", port))) {
                    String own = HexFormat.of().toHexDigits((short) visitor.getLocalPort());
                    byte[] opening = Vectors.bytes("01 00 00 00 " + id + " 00 00 00 01 02 0e 00 " + id
                            + " 00 00 00 01 00 00 0a 02 00 07 01 7f 00 00 01 " + own);
                    assertThat(hex(skipNops(in, opening.length))).isEqualTo(hex(opening));
                    visitor.getOutputStream().write(Vectors.bytes("68 65 6c 6c 6f"));
                    byte[] data = Vectors.bytes("01 02 05 00 " + id + " 00 00 00 68 65 6c 6c 6f");
                    assertThat(hex(skipNops(in, data.length))).isEqualTo(hex(data));
                    agent.getOutputStream().write(data);
                    assertThat(visitor.getInputStream().readNBytes(5)).isEqualTo(Vectors.bytes("68 65 6c 6c 6f"));
                    byte[] fin = Vectors.bytes("01 01 00 00 " + id + " 00 00 00");
                    agent.getOutputStream().write(fin);
                    assertThat(visitor.getInputStream().read()).isEqualTo(-1);
                    assertThat(hex(skipNops(in, fin.length))).isEqualTo(hex(fin));
                }
            }
        }
    }

    /** The next {@code n} bytes behind keep-alive frames, of whatever stream id. */
    private static byte[] skipNops(InputStream in, int n) throws IOException {
        byte[] head = in.readNBytes(8);
        while (head.length == 8 && head[1] == 3) {
            head = in.readNBytes(8);
        }
        byte[] rest = in.readNBytes(n - 8);
        byte[] all = java.util.Arrays.copyOf(head, head.length + rest.length);
        System.arraycopy(rest, 0, all, head.length, rest.length);
        return all;
    }

    private RelayMessage introduced(Address server, Set<String> elsewhere) throws IOException {
        try (Socket agent = Rig.connect(server)) {
            Hello hello = Hello.of(new Login(new Agent("home", 0, 1), elsewhere, ""));
            ByteBuf request = RelayMessage.request(
                            RelayMessage.BIND,
                            Network.TCP,
                            List.of(
                                    new RelayFeature.Introduction(hello),
                                    new RelayFeature.Addr(Address.of("127.0.0.1", 0))))
                    .encode();
            request.readBytes(agent.getOutputStream(), request.readableBytes());
            request.release();
            byte[] header = agent.getInputStream().readNBytes(4);
            byte[] rest = agent.getInputStream().readNBytes((header[2] & 0xff) << 8 | (header[3] & 0xff));
            return RelayMessage.decode(Unpooled.wrappedBuffer(header, rest)).orElseThrow();
        }
    }

    @Test
    void agentThatIntroducesItselfLearnsWhereItIsAndIsRefusedWhereItDoesNotWantToBeTwice() throws IOException {
        Address server = serve(BINDING, anywhere);
        RelayMessage granted = introduced(server, Set.of("somewhere else"));
        String member = granted.hello().flatMap(Hello::member).orElseThrow();
        assertThat(granted.code()).isZero();
        assertThat(granted.addresses()).hasSize(1);
        RelayMessage refused = introduced(server, Set.of("somewhere else", member));
        assertThat(refused.code()).isEqualTo(RelayStatus.SERVICE_UNAVAILABLE.code());
        assertThat(refused.hello().flatMap(Hello::member)).contains(member);
        assertThatThrownBy(() -> RelayStatus.check(refused))
                .hasMessageMatching("relay status 5, home.* is attached here already");
    }

    @Test
    void boundPortClosesWithItsAgent() throws IOException {
        Address server = serve(BINDING, anywhere);
        int port;
        try (Socket agent = Rig.connect(server)) {
            agent.getOutputStream().write(Vectors.bytes(BIND_ANY_LOOPBACK));
            port = boundPort(agent.getInputStream());
        }
        Rig.until(() -> {
            try {
                Rig.connect(Address.of("127.0.0.1", port)).close();
                return false;
            } catch (IOException refused) {
                return true;
            }
        });
    }

    @Test
    void portInUseIsServiceUnavailable() throws IOException {
        // Not by this Vert.x, whose servers share a port.
        try (java.net.ServerSocket other = new java.net.ServerSocket(0, 1, java.net.InetAddress.getLoopbackAddress())) {
            String taken = HexFormat.of().toHexDigits((short) other.getLocalPort());
            assertThat(ask(serve(BINDING, anywhere), "01 02 00 0f 04 00 02 00 00 02 00 07 01 7f 00 00 01 " + taken))
                    .isEqualTo(Vectors.bytes("01 05 00 00"));
        }
    }

    @Test
    void boundUdpPortCarriesVisitorsDatagramsBothWays() throws IOException {
        Address server = serve(BINDING, anywhere);
        try (Socket agent = Rig.connect(server);
                java.net.DatagramSocket visitor =
                        new java.net.DatagramSocket(0, java.net.InetAddress.getLoopbackAddress())) {
            visitor.setSoTimeout(10_000);
            java.net.InetAddress loopback = java.net.InetAddress.getLoopbackAddress();
            int free;
            try (java.net.DatagramSocket probe = new java.net.DatagramSocket(0, loopback)) {
                free = probe.getLocalPort();
            }
            agent.getOutputStream()
                    .write(Vectors.bytes("01 82 00 0f 04 00 02 00 01 02 00 07 01 7f 00 00 01 "
                            + HexFormat.of().toHexDigits((short) free)));
            assertThat(boundPort(agent.getInputStream())).isEqualTo(free);
            visitor.send(new java.net.DatagramPacket(Vectors.bytes("68 69"), 2, loopback, free));
            byte[] frame = Vectors.bytes(
                    "00 02 ff 01 7f 00 00 01 " + HexFormat.of().toHexDigits((short) visitor.getLocalPort()) + "68 69");
            assertThat(hex(agent.getInputStream().readNBytes(frame.length))).isEqualTo(hex(frame));
            agent.getOutputStream().write(frame);
            java.net.DatagramPacket answer = new java.net.DatagramPacket(new byte[16], 16);
            visitor.receive(answer);
            assertThat(answer.getLength()).isEqualTo(2);
            assertThat(answer.getPort()).isEqualTo(free);
        }
    }

    @Test
    void bindAddressIsServedAsItWasMeant() {
        assertThat(BindAddress.of(Address.of("0.0.0.0::8000", 0), "")).isEqualTo(Address.of("", 8000));
        assertThat(BindAddress.of(Address.of("0.0.0.0::8000", 0), "127.0.0.1"))
                .isEqualTo(Address.of("127.0.0.1", 8000));
        assertThat(BindAddress.of(Address.of("0.0.0.0", 8000), "")).isEqualTo(Address.of("", 8000));
        assertThat(BindAddress.of(Address.of("::", 8000), "::1")).isEqualTo(Address.of("::1", 8000));
        assertThat(BindAddress.of(Address.NONE, "")).isEqualTo(Address.NONE);
        assertThat(BindAddress.of(Address.of("192.0.2.1", 80), "127.0.0.1")).isEqualTo(Address.of("192.0.2.1", 80));
        assertThat(BindAddress.of(Address.of("[::1]:80", 0), "")).isEqualTo(Address.of("::1", 80));
        assertThat(BindAddress.of(Address.of("web:80", 0), "")).isEqualTo(Address.of("web", 80));
        assertThat(BindAddress.of(Address.of("a:99999", 0), "")).isEqualTo(Address.of("a:99999", 0));
    }

    @Test
    void garbledBindRequestOfGostIsServed() throws Exception {
        Address server = serve(options(true, "127.0.0.1", false, Duration.ofSeconds(15)), anywhere);
        try (Socket agent = Rig.connect(server)) {
            agent.getOutputStream()
                    .write(Vectors.read("relay/bind-tcp-colon-port").all(true));
            Intent.Bind bind = (Intent.Bind) rig.intents.poll(5, TimeUnit.SECONDS);
            assertThat(bind.local()).isEqualTo(Destination.tcp(Address.of("127.0.0.1", 8000)));
        }
    }
}
