package io.warren.protocol.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import io.vertx.core.buffer.Buffer;
import io.warren.codec.Vectors;
import io.warren.fixture.Rig;
import io.warren.layer.smux.SmuxOptions;
import io.warren.net.Address;
import io.warren.net.DatagramFlow;
import io.warren.net.DialOptions;
import io.warren.net.Intake;
import io.warren.net.ListenOptions;
import io.warren.net.ProxyException;
import io.warren.net.Stream;
import io.warren.net.TcpDial;
import io.warren.net.TcpServer;
import io.warren.net.UdpSessions;
import io.warren.spi.Credentials;
import io.warren.spi.Destination;
import io.warren.spi.Egress;
import io.warren.spi.Inbound;
import io.warren.spi.Network;
import io.warren.spi.Secret;
import io.warren.spi.Session;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Against a scripted node. */
class RelayConnectorTest {
    private static final Destination TARGET = Destination.tcp(Address.of("192.0.2.10", 8080));
    private static final Credentials ALICE = new Credentials("alice", Secret.of("s3cret"));

    private final Rig rig = new Rig();
    private final Session session = Session.of("rig", Address.of("192.0.2.7", 40000), Address.NONE);
    private final AtomicReference<Stream> node = new AtomicReference<>();
    private final List<Inbound> peers = new CopyOnWriteArrayList<>();
    private Stream carrier;

    @BeforeEach
    void connect() {
        TcpServer server = rig.on(
                () -> TcpServer.listen(rig.context, Address.of("127.0.0.1", 0), ListenOptions.DEFAULT, node::set));
        carrier = rig.on(() -> TcpDial.connect(rig.context, server.address(), DialOptions.DEFAULT));
        Rig.until(() -> node.get() != null);
    }

    @AfterEach
    void stop() {
        rig.close();
    }

    private RelayConnector connector(Optional<Credentials> credentials, boolean waits) {
        return rig.deploy(new RelayConnector(
                new RelayConnectorOptions(credentials, Duration.ofMillis(300), waits, SmuxOptions.version(1))));
    }

    private RelayConnector connector() {
        return connector(Optional.empty(), false);
    }

    private void nodeSays(String hex) {
        rig.context.runOnContext(v -> node.get().write(Buffer.buffer(Vectors.bytes(hex))));
    }

    private String nodeHears(int bytes) {
        return HexFormat.ofDelimiter(" ")
                .formatHex(rig.on(() -> Intake.of(node.get(), Intake.PATIENCE).read(bytes))
                        .getBytes());
    }

    private static String firstLine(String name) {
        return Vectors.read("relay/" + name).lines().get(0).hex();
    }

    /** The header in a capture whose first line has {@code payload} bytes behind it. */
    private void hears(String name, int payload) {
        String line = firstLine(name);
        String header = line.substring(0, line.length() - 3 * payload);
        assertThat(nodeHears((header.length() + 1) / 3)).as(name).isEqualTo(header);
    }

    private Stream connected() {
        RelayConnector connector = connector();
        return rig.on(() -> connector.connect(session, carrier, TARGET));
    }

    private String read(Stream stream, int bytes) {
        return rig.on(() -> Intake.of(stream, Intake.PATIENCE).read(bytes)).toString();
    }

    @Test
    void connectSendsItsHeaderAtOnceAndTheDataBehindIt() {
        Stream stream = connected();
        rig.context.runOnContext(v -> stream.write(Buffer.buffer("hello")));
        String line = firstLine("connect-ipv4");
        assertThat(nodeHears((line.length() + 1) / 3)).isEqualTo(line);
        nodeSays("01 00 00 00 68 65 6c 6c 6f");
        assertThat(read(stream, 5)).isEqualTo("hello");
    }

    @Test
    void responseInPiecesIsTakenOff() {
        Stream stream = connected();
        for (String piece : new String[] {"01", "00 00", "00 68", "69"}) {
            nodeSays(piece);
        }
        assertThat(read(stream, 2)).isEqualTo("hi");
    }

    @Test
    void credentialsGoFirst() {
        RelayConnector connector = connector(Optional.of(ALICE), false);
        rig.on(() -> connector.connect(session, carrier, Destination.tcp(Address.of("example.internal", 8080))));
        hears("connect-domain-auth", 5);
    }

    @Test
    void pathGoesAsANameWithItsNetwork() {
        RelayConnector connector = connector();
        rig.on(() -> connector.connect(session, carrier, new Destination(Network.UNIX, Address.unix("/a"))));
        assertThat(nodeHears(18)).isEqualTo("01 01 00 0e 04 00 02 00 10 02 00 06 03 02 2f 61 00 00");
    }

    @Test
    void everyRefusalEndsTheStream() {
        Stream stream = connected();
        AtomicReference<Throwable> failure = new AtomicReference<>();
        rig.context.runOnContext(v -> {
            stream.exceptionHandler(failure::set);
            stream.handler(bytes -> {});
        });
        nodeSays("01 07 00 00");
        Rig.await(stream.closed());
        Rig.until(() -> failure.get() != null);
        assertThat(failure.get()).hasMessage("relay status 7, network unreachable");
    }

    @Test
    void waitingConnectorKnowsEveryRefusal() {
        RelayConnector connector = connector(Optional.empty(), true);
        nodeSays("01 03 00 00");
        assertThatThrownBy(() -> rig.on(() -> connector.connect(session, carrier, TARGET)))
                .isInstanceOfSatisfying(
                        ProxyException.class, e -> assertThat(e.kind()).isEqualTo(ProxyException.Kind.DENIED));
    }

    @Test
    void silentNodeIsNotWaitedForForever() {
        RelayConnector connector = connector(Optional.empty(), true);
        assertThatThrownBy(() -> rig.on(() -> connector.connect(session, carrier, TARGET)))
                .isInstanceOfSatisfying(
                        ProxyException.class, e -> assertThat(e.kind()).isEqualTo(ProxyException.Kind.TIMEOUT));
    }

    @Test
    void nodeThatSpeaksSomethingElseIsAFailure() {
        RelayConnector connector = connector(Optional.empty(), true);
        nodeSays("48 54 54 50");
        assertThatThrownBy(() -> rig.on(() -> connector.connect(session, carrier, TARGET)))
                .hasMessage("relay version 72 (expected: 1)");
    }

    @Test
    void nodeThatClosesIsAFailure() {
        RelayConnector connector = connector(Optional.empty(), true);
        rig.context.runOnContext(v -> node.get().close());
        assertThatThrownBy(() -> rig.on(() -> connector.connect(session, carrier, TARGET)))
                .isInstanceOfSatisfying(
                        ProxyException.class, e -> assertThat(e.kind()).isEqualTo(ProxyException.Kind.CLOSED));
    }

    @Test
    void nameThatDoesNotFitIsRefusedBeforeAnythingIsSent() {
        RelayConnector connector = connector();
        Destination longName = Destination.tcp(Address.of("a".repeat(256), 80));
        assertThatThrownBy(() -> rig.on(() -> connector.connect(session, carrier, longName)))
                .isInstanceOfSatisfying(
                        ProxyException.class, e -> assertThat(e.kind()).isEqualTo(ProxyException.Kind.UNSUPPORTED));
    }

    // --- datagrams

    private List<String> receive(DatagramFlow flow) {
        List<String> received = new CopyOnWriteArrayList<>();
        rig.context.runOnContext(v -> flow.receiver((payload, peer) -> {
            received.add(peer + " " + payload.toString(StandardCharsets.UTF_8));
            payload.release();
        }));
        return received;
    }

    private void send(DatagramFlow flow, String text, Address to) {
        rig.context.runOnContext(v -> {
            flow.send(io.netty.buffer.Unpooled.copiedBuffer(text, StandardCharsets.UTF_8), to);
            flow.flush();
        });
    }

    @Test
    void datagramsToOneTargetAreAsCaptured() {
        RelayConnector connector = connector(Optional.of(ALICE), false);
        DatagramFlow flow = rig.on(() -> connector.associate(
                session,
                carrier,
                Optional.of(Destination.udp(Address.of("192.0.2.10", 5353))),
                Address.NONE,
                io.warren.relay.Direct.EGRESS));
        List<String> received = receive(flow);
        send(flow, "hello", Address.NONE);
        String line = firstLine("udp-connect-auth");
        assertThat(nodeHears((line.length() + 1) / 3)).isEqualTo(line);
        nodeSays("01 00 00 00 00 05 68 65 6c 6c 6f 00 00 00 02 68 69");
        Rig.until(() -> received.size() == 3);
        assertThat(received).containsExactly(":0 hello", ":0 ", ":0 hi");
    }

    @Test
    void associationIsAsCapturedAndSendsNoEmptyDatagrams() {
        RelayConnector connector = connector();
        nodeSays("01 00 00 16 02 00 13 04 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 b7 9a");
        DatagramFlow flow = rig.on(() ->
                connector.associate(session, carrier, Optional.empty(), Address.NONE, io.warren.relay.Direct.EGRESS));
        hears("udp-associate", 0);
        List<String> received = receive(flow);
        send(flow, "hello", Address.of("192.0.2.10", 5353));
        send(flow, "", Address.of("192.0.2.10", 5353));
        send(flow, "second", Address.of("example.internal", 5354));
        assertThat(nodeHears(15)).isEqualTo("00 05 ff 01 c0 00 02 0a 14 e9 68 65 6c 6c 6f");
        assertThat(nodeHears(29))
                .isEqualTo("00 06 ff 03 10 65 78 61 6d 70 6c 65 2e 69 6e 74 65 72 6e 61 6c 14 ea 73 65 63 6f 6e 64");
        nodeSays("00 00 ff 01 c0 00 02 0a 14 e9 00 02 ff 01 c0 00 02 0a 14 ea 68 69");
        Rig.until(() -> !received.isEmpty());
        assertThat(received).containsExactly("192.0.2.10:5354 hi");
    }

    // --- bind

    @CanIgnoreReturnValue
    private Egress.Binding bound(Network network, String response) {
        RelayConnector connector = connector(Optional.of(ALICE), false);
        nodeSays(response);
        return rig.on(() ->
                connector.bind(session, carrier, new Destination(network, Address.of("192.0.2.10", 8001)), peers::add));
    }

    @Test
    void visitorsArriveWithTheirAddresses() {
        Egress.Binding binding = bound(Network.TCP, "01 00 00 0a 02 00 07 01 c0 00 02 0a 1f 41");
        assertThat(binding.address()).isEqualTo(Address.of("192.0.2.10", 8001));
        hears("bind-tcp-auth", 0);
        nodeSays("01 00 00 00 03 00 00 00 01 02 0e 00 03 00 00 00 01 00 00 0a 02 00 07 01 c0 00 02 07 9c 40"
                + "01 02 05 00 03 00 00 00 68 65 6c 6c 6f");
        Rig.until(() -> peers.size() == 1);
        assertThat(peers.get(0).session().client()).isEqualTo(Address.of("192.0.2.7", 40000));
        assertThat(peers.get(0).session().service()).isEqualTo("rig");
        assertThat(read(peers.get(0).stream(), 5)).isEqualTo("hello");
    }

    @Test
    void wrongOrSilentVisitorsHoldUpNobody() {
        bound(Network.TCP, "01 00 00 0a 02 00 07 01 c0 00 02 0a 1f 41");
        nodeSays("01 00 00 00 03 00 00 00"
                + "01 00 00 00 05 00 00 00 01 02 04 00 05 00 00 00 01 07 00 00"
                + "01 00 00 00 07 00 00 00 01 02 04 00 07 00 00 00 48 54 54 50"
                + "01 00 00 00 09 00 00 00 01 02 0e 00 09 00 00 00 01 00 00 0a 02 00 07 01 c0 00 02 07 9c 41");
        Rig.until(() -> peers.size() == 1);
        assertThat(peers.get(0).session().client()).isEqualTo(Address.of("192.0.2.7", 40001));
    }

    @Test
    void bindingEndsWithItsCarrierAndTheOtherWayRound() {
        Egress.Binding binding = bound(Network.TCP, "01 00 00 0a 02 00 07 01 c0 00 02 0a 1f 41");
        rig.on(binding::release);
        Rig.await(binding.ended());
        assertThatThrownBy(() -> nodeHears(1000)).hasMessage("closed by the peer");
    }

    @Test
    void refusedBindingIsAFailure() {
        assertThatThrownBy(() -> bound(Network.TCP, "01 05 00 00")).hasMessage("relay status 5, service unavailable");
        assertThatThrownBy(() -> bound(Network.SERIAL, "01 05 00 00")).hasMessageContaining("expected: tcp or udp");
    }

    @Test
    void boundUdpPortIsOneFlowOfEverybody() {
        bound(Network.UDP, "01 00 00 0a 02 00 07 01 c0 00 02 0a 1f 41");
        Rig.until(() -> peers.size() == 1);
        assertThat(peers.get(0).session().client()).isEqualTo(Address.NONE);
        List<String> received = receive(peers.get(0).flow());
        nodeSays("00 05 ff 01 c0 00 02 07 9c 40 68 65 6c 6c 6f");
        Rig.until(() -> !received.isEmpty());
        assertThat(received).containsExactly("192.0.2.7:40000 hello");
    }

    @Test
    void boundUdpPortEndsWithItsNode() {
        Egress.Binding binding = bound(Network.UDP, "01 00 00 0a 02 00 07 01 c0 00 02 0a 1f 41");
        Rig.until(() -> peers.size() == 1);
        rig.context.runOnContext(v -> {
            UdpSessions.over(peers.get(0).flow(), UdpSessions.Options.DEFAULT, visitor -> {});
            node.get().end();
        });
        Rig.await(binding.ended());
    }
}
