package io.warren.protocol.socks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.vertx.core.Context;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.warren.codec.Vectors;
import io.warren.fixture.MapSettings;
import io.warren.net.Address;
import io.warren.net.DatagramFlow;
import io.warren.net.DialOptions;
import io.warren.net.Loops;
import io.warren.net.ProxyException;
import io.warren.net.ProxyException.Kind;
import io.warren.net.ProxyException.Side;
import io.warren.net.Stream;
import io.warren.net.TcpDial;
import io.warren.spi.Agent;
import io.warren.spi.Destination;
import io.warren.spi.Egress;
import io.warren.spi.Inbound;
import io.warren.spi.Login;
import io.warren.spi.Session;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class Socks5ConnectorTest {
    private static final Session SESSION = Session.of("s", Address.NONE, Address.NONE);

    private static Vertx vertx;

    @BeforeAll
    static void startUp() {
        vertx = Loops.create();
    }

    @AfterAll
    static void shutDown() {
        Soon.result(vertx.close());
    }

    private static Stream connect(Address node, Address target, String... options) {
        Context context = vertx.getOrCreateContext();
        Socks5Connector connector = new Socks5Connector(
                Service.scope(vertx, context, Service.failing(Kind.INTERNAL), Optional.empty()),
                Socks5ConnectorOptions.read(MapSettings.component(options)));
        return Soon.result(
                context,
                () -> Soon.deployed(connector, context)
                        .compose(v -> TcpDial.connect(context, node, DialOptions.DEFAULT))
                        .compose(carrier -> connector
                                .handshake(SESSION, carrier)
                                .compose(ready -> connector.connect(SESSION, ready, Destination.tcp(target)))
                                .onFailure(e -> carrier.close())));
    }

    private static void assertFailure(Kind kind, Peer node, String... options) {
        assertThatThrownBy(() -> connect(node.address(), Address.of("192.0.2.10", 9), options))
                .isInstanceOfSatisfying(ProxyException.class, e -> {
                    assertThat(e.kind()).as(e.getMessage()).isEqualTo(kind);
                    assertThat(e.side()).isEqualTo(Side.UPSTREAM);
                });
    }

    /** A node that says its lines and insists on the others. */
    private static Peer playing(String vector) {
        List<Vectors.Line> lines = Vectors.read("socks5/" + vector).lines();
        return Peer.talking(client -> lines.forEach(line -> {
            if (line.fromClient()) {
                client.expect(line.hex());
            } else {
                client.send(line.hex());
            }
        }));
    }

    @ParameterizedTest
    @CsvSource({
        "connect-ipv4, 192.0.2.10, ''",
        "connect-ipv6, 2001:db8::10, ''",
        "connect-domain, example.internal, ''",
        "connect-auth, example.internal, alice"
    })
    void whatIsSentIsTheCapturedExchange(String vector, String host, String user) {
        try (Peer node = playing(vector)) {
            Stream stream = connect(
                    node.address(),
                    Address.of(host, 8080),
                    "notls",
                    "true",
                    "auth.username",
                    user,
                    "auth.password",
                    "s3cret");
            Echoed.over(stream, "hello");
        }
    }

    @Test
    void bytesBehindTheReplyAreTheTargets() {
        try (Peer node = Peer.talking(client -> client.expect("05 01 00")
                .send("05 00")
                .expect("05 01 00 01 c0 00 02 0a 1f 90")
                .send("05 00 00 01 00 00 00 00 00 00 68 65 6c 6c 6f")
                .expectText("hello"))) {
            Echoed.over(connect(node.address(), Address.of("192.0.2.10", 8080), "notls", "true"), "hello");
        }
    }

    @Test
    void refusedLoginIsUnauthorized() {
        try (Peer node = playing("auth-failed")) {
            assertFailure(
                    Kind.UNAUTHORIZED, node, "notls", "true", "auth.username", "alice", "auth.password", "s3cret");
        }
    }

    @Test
    void emptyLoginIsSentToANodeThatInsists() {
        try (Peer node = Peer.talking(client ->
                client.expect("05 01 00").send("05 02").expect("01 00 00").send("01 01"))) {
            assertFailure(Kind.UNAUTHORIZED, node, "notls", "true");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "1, UNREACHABLE",
        "2, DENIED",
        "3, UNREACHABLE",
        "4, UNREACHABLE",
        "5, REFUSED",
        "6, TIMEOUT",
        "7, UNSUPPORTED",
        "8, UNSUPPORTED",
        "9, UNREACHABLE"
    })
    void everyReplyCodeIsAKindOfFailure(int code, Kind kind) {
        try (Peer node = Peer.talking(client -> client.expect("05 01 00")
                .send("05 00")
                .expect("05 01 00 01 c0 00 02 0a 00 09")
                .send("05 0" + code + " 00 01 00 00 00 00 00 00"))) {
            assertFailure(kind, node, "notls", "true");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"04 00", "05 01", "05 00 04 00 00 01", "05 00 05 00 00 09", "48 54 54 50"})
    void wrongBytesAreTheNodesProtocolError(String reply) {
        try (Peer node = Peer.talking(client -> {
            client.send(reply).read(1000);
        })) {
            assertFailure(Kind.PROTOCOL, node, "notls", "true");
        }
    }

    @Test
    void noAcceptableMethodIsUnauthorized() {
        try (Peer node = Peer.talking(client -> client.send("05 ff").read(3))) {
            assertFailure(Kind.UNAUTHORIZED, node, "notls", "true");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "05", "05 00", "05 00 05 00 00 01 00"})
    void nodeThatStopsTimesOutAndOneThatLeavesIsClosed(String begin) {
        try (Peer silent = Peer.talking(client -> client.send(begin).read(1000));
                Peer leaving = Peer.talking(client -> client.send(begin).end().read(1000))) {
            assertFailure(Kind.TIMEOUT, silent, "notls", "true", "timeout", "0.2s");
            assertFailure(Kind.CLOSED, leaving, "notls", "true");
        }
    }

    // --- the methods with TLS

    /** As {@link #playing}, under TLS behind the second line. */
    private static Peer playingInside(String vector) {
        List<Vectors.Line> lines = Vectors.read("socks5/" + vector).lines();
        return Peer.talking(client -> {
            client.expect(lines.get(0).hex()).send(lines.get(1).hex());
            try (Wire inside = client.secured(false)) {
                for (Vectors.Line line : lines.subList(2, lines.size())) {
                    if (line.fromClient()) {
                        inside.expect(line.hex());
                    } else {
                        inside.send(line.hex());
                    }
                }
                inside.sendText("hello");
            }
        });
    }

    @ParameterizedTest
    @CsvSource({"connect-inside-tls, ''", "connect-inside-tls-auth, alice"})
    void capturedExchangeInsideTlsIsRepeated(String vector, String user) {
        try (Peer node = playingInside(vector)) {
            Address target = Address.of("example.internal", 8080);
            Echoed.over(connect(node.address(), target, "auth.username", user, "auth.password", "s3cret"), "hello");
        }
    }

    @Test
    void verifiedNodeMustBeTheOneThatWasReached() {
        String ca = TestCertificate.ONE.certFile.toString();
        try (Peer node = playingInside("connect-inside-tls")) {
            Address target = Address.of("example.internal", 8080);
            Echoed.over(connect(node.address(), target, "tls.secure", "true", "tls.caFile", ca), "hello");
        }
        try (Peer node = Peer.talking(client -> {
            client.expect("05 02 00 80").send("05 80").secured(false).close();
        })) {
            assertFailure(Kind.PROTOCOL, node, "tls.secure", "true");
        }
    }

    @Test
    void nodeThatTurnsToTlsUnaskedOrNeverFinishesIsAtFault() {
        try (Peer unasked = Peer.talking(
                        client -> client.expect("05 01 00").send("05 80").read(1000));
                Peer silent = Peer.talking(
                        client -> client.expect("05 02 00 80").send("05 80").read(10_000))) {
            assertFailure(Kind.PROTOCOL, unasked, "notls", "true");
            assertFailure(Kind.TIMEOUT, silent, "timeout", "0.3s");
        }
    }

    // --- bind

    private static Egress.Binding bind(
            Socks5Connector connector, Context context, Address node, BlockingQueue<Inbound> peers) {
        Destination local = Destination.tcp(Address.of("192.0.2.10", 8005));
        return Soon.result(
                context,
                () -> TcpDial.connect(context, node, DialOptions.DEFAULT)
                        .compose(carrier -> connector
                                .handshake(SESSION, carrier)
                                .compose(ready -> connector.bind(SESSION, ready, local, peers::add))
                                .onFailure(e -> carrier.close())));
    }

    private static Socks5Connector connector(Context context) {
        Socks5Connector connector = new Socks5Connector(
                Service.scope(vertx, context, Service.failing(Kind.INTERNAL), Optional.empty()),
                Socks5ConnectorOptions.read(MapSettings.component("notls", "true")));
        Soon.result(context, () -> Soon.deployed(connector, context).mapEmpty());
        return connector;
    }

    @Test
    void capturedMuxBindGivesAVisitorWithItsAddress() {
        List<Vectors.Line> lines = Vectors.read("socks5/mux-bind").lines();
        try (Peer node = Peer.talking(client -> client.expect(lines.get(0).hex())
                .send(lines.get(1).hex())
                .expect(lines.get(2).hex())
                .send(lines.get(3).hex() + lines.get(4).hex() + lines.get(5).hex())
                .expect(lines.get(6).hex())
                .read(1000))) {
            Context context = vertx.getOrCreateContext();
            BlockingQueue<Inbound> peers = new LinkedBlockingQueue<>();
            Egress.Binding binding = bind(connector(context), context, node.address(), peers);
            assertThat(binding.address()).isEqualTo(Address.of("127.0.0.1", 8005));
            Inbound peer = Soon.first(peers);
            assertThat(peer.session().client()).isEqualTo(Address.of("192.0.2.7", 40000));
            Echoed.over(peer.stream(), "hello");
            Soon.result(context, binding::release);
            Soon.result(binding.ended());
        }
    }

    @Test
    void nodeWithoutMuxBindIsAskedForAPlainOneFromThenOn() {
        try (Peer node = Peer.talking(client -> {
            client.expect("05 01 00").send("05 00");
            byte[] request = client.read(10);
            if (request[1] == 2) {
                client.send("05 00 00 01 7f 00 00 01 1f 45").send("05 00 00 01 c0 00 02 07 9c 40");
                client.sendText("hello").expectText("hello");
                client.sendText("hello").read(1);
            } else {
                client.send("05 07 00 01 00 00 00 00 00 00");
            }
        })) {
            Context context = vertx.getOrCreateContext();
            Socks5Connector connector = connector(context);
            BlockingQueue<Inbound> peers = new LinkedBlockingQueue<>();
            assertThatThrownBy(() -> bind(connector, context, node.address(), peers))
                    .isInstanceOfSatisfying(
                            ProxyException.class, e -> assertThat(e.kind()).isEqualTo(Kind.UNSUPPORTED));
            Egress.Binding binding = bind(connector, context, node.address(), peers);
            Inbound peer = Soon.first(peers);
            assertThat(peer.session().client()).isEqualTo(Address.of("192.0.2.7", 40000));
            Soon.result(binding.ended());
            Soon.result(context, binding::release);
            Echoed.over(peer.stream(), "hello");
        }
    }

    @Test
    void bindEndsWithTheNode() {
        try (Peer node = Peer.talking(client -> client.expect("05 01 00")
                .send("05 00")
                .expect("05 f2 00 01 c0 00 02 0a 1f 45")
                .send("05 00 00 01 7f 00 00 01 1f 45"))) {
            Context context = vertx.getOrCreateContext();
            Egress.Binding binding = bind(connector(context), context, node.address(), new LinkedBlockingQueue<>());
            Soon.result(binding.ended());
        }
    }

    // --- datagrams

    private static Address bind(Address node, Session session) {
        Context context = vertx.getOrCreateContext();
        Socks5Connector connector = new Socks5Connector(
                Service.scope(vertx, context, Service.failing(Kind.INTERNAL), Optional.empty()),
                Socks5ConnectorOptions.read(MapSettings.component("notls", "true")));
        return Soon.result(
                context,
                () -> Soon.deployed(connector, context)
                        .compose(v -> TcpDial.connect(context, node, DialOptions.DEFAULT))
                        .compose(carrier -> connector
                                .handshake(session, carrier)
                                .compose(ready -> connector.bind(
                                        session, ready, Destination.udp(Address.of("127.0.0.1", 5353)), peer -> {}))
                                .map(Egress.Binding::address)
                                .onFailure(e -> carrier.close())));
    }

    private static Session agent() {
        Session session = Session.of("s", Address.NONE, Address.NONE);
        session.trace().login(new Login(new Agent("home", 0, 7), Set.of(), ""));
        return session;
    }

    private static final String ASKED = "05 f3 00 01 7f 00 00 01 14 e9";
    private static final String GRANTED = "05 00 00 01 7f 00 00 01 14 e9";

    @Test
    void agentOffersToIntroduceItselfAndDoesNotWhereNobodyWantsIt() {
        try (Peer node = Peer.talking(client ->
                client.expect("05 02 00 d7").send("05 00").expect(ASKED).send(GRANTED))) {
            Session session = agent();
            assertThat(bind(node.address(), session)).isEqualTo(Address.of("127.0.0.1", 5353));
            assertThat(session.trace().member()).isEmpty();
        }
    }

    @Test
    void agentIntroducesItselfBehindWhatWasChosen() {
        try (Peer node = Peer.talking(client -> client.expect("05 02 00 d7")
                .send("05 d7 05 00")
                .expect("00 0e 01 00 08 68 6f 6d 65 2f 30 40 37 05 00 00 " + ASKED)
                .send("00 07 03 00 01 62 05 00 00 " + GRANTED))) {
            Session session = agent();
            assertThat(bind(node.address(), session)).isEqualTo(Address.of("127.0.0.1", 5353));
            assertThat(session.trace().member()).contains("b");
        }
    }

    @Test
    void refusedAgentKnowsByWhomAndWhy() {
        try (Peer node = Peer.talking(client -> client.expect("05 02 00 d7")
                .send("05 d7 05 00")
                .expect("00 0e 01 00 08 68 6f 6d 65 2f 30 40 37 05 00 00 " + ASKED)
                .send("00 04 03 00 01 62 05 02 00 01 00 00 00 00 00 00 00 09 03 00 01 62 04 00 02 6e 6f"))) {
            Session session = agent();
            assertThatThrownBy(() -> bind(node.address(), session))
                    .isInstanceOfSatisfying(
                            ProxyException.class, e -> assertThat(e.kind()).isEqualTo(Kind.DENIED))
                    .hasMessageContaining("reply 2 (no)");
            assertThat(session.trace().member()).contains("b");
        }
    }

    @Test
    void introductionThatWasNotOfferedIsAFault() {
        try (Peer node = Peer.talking(client -> client.expect("05 01 00").send("05 d7 05 00"))) {
            assertFailure(Kind.PROTOCOL, node, "notls", "true");
        }
    }

    private static final class Packets implements DatagramFlow.Receiver {
        private final BlockingQueue<String> packets = new LinkedBlockingQueue<>();
        private final Promise<Void> ended = Promise.promise();

        @Override
        public void ended() {
            ended.tryComplete();
        }

        @Override
        public void packet(ByteBuf payload, Address peer) {
            packets.add(peer + " " + payload.toString(StandardCharsets.UTF_8));
            payload.release();
        }
    }

    private static Packets reading(Context context, DatagramFlow flow) {
        Packets packets = new Packets();
        context.runOnContext(v -> flow.receiver(packets));
        return packets;
    }

    private static void send(Context context, DatagramFlow flow, Address to, String text) {
        context.runOnContext(v -> {
            flow.send(Unpooled.copiedBuffer(text, StandardCharsets.UTF_8), to);
            flow.flush();
        });
    }

    private static DatagramFlow associate(
            Context context, Address node, Optional<Destination> target, String... options) {
        Socks5Connector connector = new Socks5Connector(
                Service.scope(vertx, context, Service.failing(Kind.INTERNAL), Optional.empty()),
                Socks5ConnectorOptions.read(MapSettings.component(options)));
        return Soon.result(
                context,
                () -> Soon.deployed(connector, context)
                        .compose(v -> TcpDial.connect(context, node, DialOptions.DEFAULT))
                        .compose(carrier -> connector
                                .handshake(SESSION, carrier)
                                .compose(ready -> connector.associate(
                                        SESSION, ready, target, node, Service.datagrams(vertx, "127.0.0.1")))
                                .onFailure(e -> carrier.close())));
    }

    @Test
    void capturedTunnelCarriesDatagramsToManyTargets() {
        try (Peer node = playing("udp-tun-association")) {
            Context context = vertx.getOrCreateContext();
            DatagramFlow flow = associate(context, node.address(), Optional.empty(), "notls", "true");
            Packets packets = reading(context, flow);
            send(context, flow, Address.of("192.0.2.10", 5353), "hello");
            assertThat(Soon.first(packets.packets)).isEqualTo("192.0.2.10:5353 hello");
            send(context, flow, Address.of("example.internal", 5354), "dom");
            assertThat(Soon.first(packets.packets)).isEqualTo("192.0.2.10:5354 dom");
            Soon.result(packets.ended.future());
            Soon.result(context, flow::close);
        }
    }

    @Test
    void associationForOneTargetSendsThereWhateverIsSaid() {
        try (Peer node = playing("udp-tun-association")) {
            Context context = vertx.getOrCreateContext();
            Optional<Destination> target = Optional.of(Destination.udp(Address.of("192.0.2.10", 5353)));
            DatagramFlow flow = associate(context, node.address(), target, "notls", "true");
            Packets packets = reading(context, flow);
            send(context, flow, Address.of("127.0.0.1", 1), "hello");
            assertThat(Soon.first(packets.packets)).isEqualTo("192.0.2.10:5353 hello");
            Soon.result(context, flow::close);
        }
    }

    @Test
    void relayOverUdpSpeaksRfc1928BesideTheCarrierAndEndsWithIt() {
        BlockingQueue<Wire> control = new LinkedBlockingQueue<>();
        try (UdpWire relay = UdpWire.echo("127.0.0.1");
                Peer node = Peer.talking(client -> {
                    client.expect("05 01 00").send("05 00").expect("05 03 00 01 00 00 00 00 00 00");
                    // A wildcard stands for the node itself.
                    client.send("05 00 00 01 00 00 00 00"
                            + String.format("%04x", relay.address().port()));
                    control.add(client);
                    client.read(1);
                })) {
            Context context = vertx.getOrCreateContext();
            DatagramFlow flow = associate(context, node.address(), Optional.empty(), "notls", "true", "relay", "udp");
            Packets packets = reading(context, flow);
            send(context, flow, Address.of("2001:db8::10", 5353), "hello");
            assertThat(Soon.first(packets.packets)).isEqualTo("[2001:db8::10]:5353 hello");
            Soon.first(control).close();
            Soon.result(flow.closed());
        }
    }

    @Test
    void capturedUdpBindGivesAFlowForAVisitor() {
        List<Vectors.Line> lines = Vectors.read("socks5/udp-tun-bind").lines();
        try (Peer node = Peer.talking(client -> {
            client.expect("05 01 00").send("05 00").expect(lines.get(2).hex());
            client.send(lines.get(3).hex())
                    .send(lines.get(4).hex())
                    .expect(lines.get(5).hex());
        })) {
            Context context = vertx.getOrCreateContext();
            Socks5Connector connector = connector(context);
            BlockingQueue<Inbound> peers = new LinkedBlockingQueue<>();
            Destination local = Destination.udp(Address.of("192.0.2.10", 5306));
            Egress.Binding binding = Soon.result(
                    context,
                    () -> TcpDial.connect(context, node.address(), DialOptions.DEFAULT)
                            .compose(carrier -> connector
                                    .handshake(SESSION, carrier)
                                    .compose(ready -> connector.bind(SESSION, ready, local, peers::add))));
            assertThat(binding.address()).isEqualTo(Address.of("192.0.2.10", 5306));
            Inbound peer = Soon.first(peers);
            assertThat(peer.session().client()).isEqualTo(Address.of("192.0.2.7", 40000));
            Packets packets = reading(context, peer.flow());
            assertThat(Soon.first(packets.packets)).isEqualTo("192.0.2.7:40000 hello");
            send(context, peer.flow(), Address.NONE, "hello");
            Soon.result(binding.ended());
        }
    }
}
