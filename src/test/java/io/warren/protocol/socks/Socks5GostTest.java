package io.warren.protocol.socks;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.warren.fixture.Gost;
import io.warren.fixture.MapSettings;
import io.warren.net.Address;
import io.warren.net.DatagramFlow;
import io.warren.net.DialOptions;
import io.warren.net.Loops;
import io.warren.net.ProxyException.Kind;
import io.warren.net.Stream;
import io.warren.net.TcpDial;
import io.warren.spi.Destination;
import io.warren.spi.Egress;
import io.warren.spi.Inbound;
import io.warren.spi.Session;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.BiFunction;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Binds and datagrams with the real gost at the other end. */
class Socks5GostTest {
    private static final Session SESSION = Session.of("s", Address.NONE, Address.NONE);

    private static Vertx vertx;

    @BeforeAll
    static void startUp() {
        Gost.assume();
        vertx = Loops.create();
    }

    @AfterAll
    static void shutDown() {
        if (vertx != null) {
            Soon.result(vertx.close());
        }
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    // --- gost is the client

    private static Service service(String... options) {
        return Service.start(
                vertx,
                "127.0.0.1",
                scope -> new Socks5Handler(scope, Socks5Options.read(secured(options))),
                Optional.empty(),
                Service.datagrams(vertx, "127.0.0.1"));
    }

    private static MapSettings secured(String... options) {
        List<String> all = new ArrayList<>(List.of(options));
        all.addAll(List.of("tls.certFile", TestCertificate.ONE.certFile.toString()));
        all.addAll(List.of("tls.keyFile", TestCertificate.ONE.keyFile.toString()));
        return MapSettings.component(all.toArray(String[]::new));
    }

    private static Gost agent(Service service, String listen, String query) {
        return Gost.run(
                "-L", listen, "-F", "socks5://127.0.0.1:" + service.address().port() + query);
    }

    @ParameterizedTest
    @ValueSource(strings = {"?notls=true", ""})
    void visitorsReachWhatGostBindsHere(String query) {
        int port = Gost.freePort();
        Service service = service("bind", "true");
        try (Peer echo = Peer.echo("127.0.0.1");
                Gost gost = agent(service, "rtcp://127.0.0.1:" + port + "/" + echo.address(), query)) {
            assertThat(gost).isNotNull();
            Address bound = Soon.first(service.ports);
            assertThat(bound.port()).isEqualTo(port);
            for (int i = 0; i < 20; i++) {
                try (Wire visitor = Wire.to(bound)) {
                    visitor.sendText("hello").expectText("hello");
                }
            }
        }
    }

    @Test
    void portOnAllAddressesIsBoundWhereItWasMeant() {
        int port = Gost.freePort();
        Service service = service("bind", "true", "bind.host", "127.0.0.1");
        try (Peer echo = Peer.echo("127.0.0.1");
                Gost gost = agent(service, "rtcp://:" + port + "/" + echo.address(), "?notls=true")) {
            assertThat(gost).isNotNull();
            assertThat(Soon.first(service.ports)).isEqualTo(Address.of("127.0.0.1", port));
        }
    }

    @Test
    void visitorsDatagramsReachWhatGostBindsHere() {
        int port = Gost.freePort();
        Service service = service("bind", "true", "udp", "true");
        try (UdpWire echo = UdpWire.echo("127.0.0.1");
                UdpWire visitor = new UdpWire("127.0.0.1");
                Gost gost = agent(service, "rudp://127.0.0.1:" + port + "/" + echo.address(), "?notls=true")) {
            assertThat(gost).isNotNull();
            Address bound = Soon.first(service.ports);
            visitor.send(bytes("hello"), bound).expect(bytes("hello"));
            visitor.send(bytes("again"), bound).expect(bytes("again"));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "?notls=true", "?relay=udp", "?notls=true&relay=udp"})
    void gostSendsDatagramsThroughUs(String query) {
        int port = Gost.freePort();
        Service service = service("udp", "true");
        try (UdpWire echo = UdpWire.echo("127.0.0.1");
                UdpWire client = new UdpWire("127.0.0.1");
                Gost gost = agent(service, "udp://127.0.0.1:" + port + "/" + echo.address(), query)) {
            assertThat(gost).isNotNull();
            Address entry = Address.of("127.0.0.1", port);
            client.insist(bytes("up?"), entry);
            for (int i = 0; i < 3; i++) {
                client.send(bytes("hello " + i), entry).expect(bytes("hello " + i));
            }
        }
    }

    // --- gost is the server

    private static <T> T ask(
            Context context, int node, BiFunction<Socks5Connector, Stream, Future<T>> what, String... options) {
        Socks5Connector connector = new Socks5Connector(
                Service.scope(vertx, context, Service.failing(Kind.INTERNAL), Optional.empty()),
                Socks5ConnectorOptions.read(MapSettings.component(options)));
        return Soon.result(
                context,
                () -> Soon.deployed(connector, context)
                        .compose(v -> TcpDial.connect(context, Address.of("127.0.0.1", node), DialOptions.DEFAULT))
                        .compose(carrier -> connector.handshake(SESSION, carrier))
                        .compose(ready -> what.apply(connector, ready)));
    }

    private static Gost proxy(int port, String query) {
        return Gost.listening(port, "-L", "socks5://127.0.0.1:" + port + "?bind=true&udp=true" + query);
    }

    @ParameterizedTest
    @ValueSource(strings = {"tunnel", "udp"})
    void weSendDatagramsThroughGost(String relay) {
        int port = Gost.freePort();
        try (Gost gost = proxy(port, "&notls=true");
                UdpWire echo = UdpWire.echo("127.0.0.1")) {
            assertThat(gost).isNotNull();
            Context context = vertx.getOrCreateContext();
            DatagramFlow flow = ask(
                    context,
                    port,
                    (connector, ready) -> connector.associate(
                            SESSION,
                            ready,
                            Optional.empty(),
                            Address.of("127.0.0.1", port),
                            Service.datagrams(vertx, "127.0.0.1")),
                    "relay",
                    relay);
            BlockingQueue<String> answers = new LinkedBlockingQueue<>();
            context.runOnContext(v -> flow.receiver((payload, peer) -> {
                answers.add(peer + " " + payload.toString(StandardCharsets.UTF_8));
                payload.release();
            }));
            for (Address to : new Address[] {
                echo.address(), Address.of("localhost", echo.address().port())
            }) {
                context.runOnContext(v -> {
                    ByteBuf payload = Unpooled.copiedBuffer("hello", StandardCharsets.UTF_8);
                    flow.send(payload, to);
                    flow.flush();
                });
                assertThat(Soon.first(answers)).isEqualTo(echo.address() + " hello");
            }
            Soon.result(context, flow::close);
        }
    }

    @Test
    void visitorsOfAPortThatGostBindsReachUs() {
        int port = Gost.freePort();
        try (Gost gost = proxy(port, "")) {
            assertThat(gost).isNotNull();
            Context context = vertx.getOrCreateContext();
            BlockingQueue<Inbound> peers = new LinkedBlockingQueue<>();
            Egress.Binding binding = ask(
                    context,
                    port,
                    (connector, ready) ->
                            connector.bind(SESSION, ready, Destination.tcp(Address.of("127.0.0.1", 0)), peers::add));
            for (int i = 0; i < 3; i++) {
                try (Wire visitor = Wire.to(binding.address())) {
                    visitor.sendText("hello");
                    Inbound peer = Soon.first(peers);
                    assertThat(peer.session().client().port()).isEqualTo(visitor.socket.getLocalPort());
                    Stream stream = peer.stream();
                    context.runOnContext(v -> stream.handler(stream::write));
                    visitor.expectText("hello");
                }
            }
            Soon.result(context, binding::release);
            Soon.result(binding.ended());
        }
    }

    @Test
    void datagramsToAPortThatGostBindsReachUs() {
        int port = Gost.freePort();
        int udp = Gost.freePort();
        try (Gost gost = proxy(port, "");
                UdpWire visitor = new UdpWire("127.0.0.1")) {
            assertThat(gost).isNotNull();
            Context context = vertx.getOrCreateContext();
            BlockingQueue<Inbound> peers = new LinkedBlockingQueue<>();
            Egress.Binding binding = ask(
                    context,
                    port,
                    (connector, ready) ->
                            connector.bind(SESSION, ready, Destination.udp(Address.of("127.0.0.1", udp)), peers::add));
            visitor.send(bytes("hello"), binding.address());
            Inbound peer = Soon.first(peers);
            assertThat(peer.session().client()).isEqualTo(visitor.address());
            DatagramFlow flow = peer.flow();
            context.runOnContext(v -> flow.receiver((payload, from) -> {
                flow.send(payload, from);
                flow.flush();
            }));
            visitor.expect(bytes("hello"));
            visitor.send(bytes("again"), binding.address()).expect(bytes("again"));
            Soon.result(context, binding::release);
        }
    }
}
