package io.warren.protocol.socks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.warren.codec.Vectors;
import io.warren.fixture.MapSettings;
import io.warren.net.Address;
import io.warren.net.DialOptions;
import io.warren.net.Loops;
import io.warren.net.ProxyException;
import io.warren.net.ProxyException.Kind;
import io.warren.net.ProxyException.Side;
import io.warren.net.Stream;
import io.warren.net.TcpDial;
import io.warren.spi.Authenticator;
import io.warren.spi.Destination;
import io.warren.spi.Egress;
import io.warren.spi.Session;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class Socks4Test {
    private static Vertx vertx;
    private static Peer echo;

    @BeforeAll
    static void startUp() {
        vertx = Loops.create();
        echo = Peer.echo("127.0.0.1");
    }

    @AfterAll
    static void shutDown() {
        echo.close();
        Soon.result(vertx.close());
    }

    private static Service service(Egress egress, Optional<Authenticator> authenticator, String... options) {
        return Service.start(
                vertx,
                "127.0.0.1",
                scope -> new Socks4Handler(scope, Socks4Options.read(MapSettings.component(options))),
                authenticator,
                egress);
    }

    private static Service open(String... options) {
        return service(Service.always(vertx, echo.address()), Optional.empty(), options);
    }

    private static Kind failure(Service service) {
        Throwable failure = Soon.first(service.failures);
        assertThat(failure).isInstanceOf(ProxyException.class);
        return ((ProxyException) failure).kind();
    }

    private static Stream connect(Peer node, Address target, String... options) {
        Context context = vertx.getOrCreateContext();
        Socks4Connector connector = new Socks4Connector(
                Service.scope(vertx, context, Service.failing(Kind.INTERNAL), Optional.empty()),
                Socks4ConnectorOptions.read(MapSettings.component(options)));
        Session session = Session.of("s", Address.NONE, Address.NONE);
        return Soon.result(
                context,
                () -> Soon.deployed(connector, context)
                        .compose(v -> TcpDial.connect(context, node.address(), DialOptions.DEFAULT))
                        .compose(carrier -> connector
                                .connect(session, carrier, Destination.tcp(target))
                                .onFailure(e -> carrier.close())));
    }

    // --- the handler

    @ParameterizedTest
    @ValueSource(strings = {"connect-4a-domain", "connect-4a-ipv4", "connect-user", "connect-v4-ipv4"})
    void capturedClientGetsWhatTheCapturedServerSaid(String name) {
        Service service = open();
        try (Wire client = service.client()) {
            for (Vectors.Line line : Vectors.read("socks4/" + name).lines()) {
                if (line.fromClient()) {
                    client.send(line.hex());
                } else {
                    client.expect(line.hex());
                }
            }
            client.end().expectEnd();
        }
        String host = name.endsWith("ipv4") ? "192.0.2.10" : "example.internal";
        assertThat(Soon.first(service.asked)).isEqualTo(Destination.tcp(Address.of(host, 8080)));
    }

    @Test
    void userIsCheckedWithAnEmptyPassword() {
        Authenticator alice = (session, user, password) -> password.isEmpty()
                ? io.vertx.core.Future.succeededFuture(user)
                : io.vertx.core.Future.failedFuture("a password");
        Service service = service(Service.always(vertx, echo.address()), Optional.of(alice));
        try (Wire client = service.client()) {
            client.send("04 01 1f 90 c0 00 02 0a 61 6c 69 63 65 00").expect("00 5a 00 00 00 00 00 00");
        }
        assertThat(Soon.first(service.sessions).trace().user()).isEqualTo("alice");
    }

    @Test
    void capturedRefusalOfAUserIsRepeated() {
        Authenticator nobody = (session, user, password) -> io.vertx.core.Future.failedFuture(
                ProxyException.of(Kind.UNAUTHORIZED, Side.CLIENT, "wrong user name or password"));
        Service service = service(Service.always(vertx, echo.address()), Optional.of(nobody));
        Vectors exchange = Vectors.read("socks4/user-rejected");
        try (Wire client = service.client()) {
            client.send(exchange.all(true))
                    .expect(HexFormat.of().formatHex(exchange.all(false)))
                    .expectEnd();
        }
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void everyKindOfFailureHasItsReply(Kind kind) {
        Service service = service(Service.failing(kind), Optional.empty());
        String code = kind == Kind.DENIED ? "5c" : kind == Kind.UNAUTHORIZED ? "5d" : "5b";
        try (Wire client = service.client()) {
            client.send(Vectors.read("socks4/refused").all(true));
            client.expect("00 " + code + " 00 00 00 00 00 00").expectEnd();
        }
    }

    @Test
    void bindIsRejected() {
        try (Wire client = open().client()) {
            client.send("04 02 1f 90 c0 00 02 0a 00")
                    .expect("00 5b 00 00 00 00 00 00")
                    .expectEnd();
        }
    }

    @Test
    void everythingMayComeAtOnceOrByteByByte() {
        byte[] all = Vectors.read("socks4/connect-user").all(true);
        try (Wire client = open().client()) {
            client.send(all).expect("00 5a 00 00 00 00 00 00").expectText("hello");
        }
        try (Wire client = open().client()) {
            for (byte b : all) {
                client.send(b);
            }
            client.expect("00 5a 00 00 00 00 00 00").expectText("hello");
        }
    }

    @Test
    void everyTruncationEndsAsClosedByThePeer() {
        Service service = open();
        byte[] request = Vectors.read("socks4/connect-user").lines().get(0).bytes();
        for (int n = 0; n < request.length; n++) {
            try (Wire client = service.client()) {
                client.send(Arrays.copyOf(request, n)).end();
                assertThat(failure(service)).as("after %d bytes", n).isEqualTo(Kind.CLOSED);
            }
        }
    }

    @Test
    void silentClientIsClosedAfterTheReadTimeout() {
        Service service = open("readTimeout", "0.2s");
        try (Wire client = service.client()) {
            client.send("04 01 00 50").expectEnd();
        }
        assertThat(failure(service)).isEqualTo(Kind.TIMEOUT);
    }

    @Test
    void tooLongUserAndUnknownCommandAreProtocolErrors() {
        Service service = open();
        for (String hex : List.of("04 01 1f 90 c0 00 02 0a" + "61".repeat(256), "04 03 1f 90 c0 00 02 0a 00", "05")) {
            try (Wire client = service.client()) {
                client.send(hex).expectEnd();
            }
            assertThat(failure(service)).isEqualTo(Kind.PROTOCOL);
        }
    }

    @Test
    void garbageFailsInNoUnexpectedWay() {
        Service service = open("readTimeout", "0.1s");
        long seed = System.nanoTime();
        Random random = new Random(seed);
        for (int i = 0; i < 50; i++) {
            byte[] bytes = new byte[1 + random.nextInt(300)];
            random.nextBytes(bytes);
            bytes[0] = 4;
            bytes[bytes.length - 1] = 1;
            try (Wire client = service.client()) {
                client.send(Arrays.copyOf(bytes, Math.min(bytes.length, 7))).end();
                assertThat(Soon.first(service.failures)).as("seed %d", seed).isInstanceOf(ProxyException.class);
            }
        }
    }

    // --- the connector

    @ParameterizedTest
    @ValueSource(strings = {"connect-4a-domain", "connect-4a-ipv4", "connect-user", "connect-v4-ipv4"})
    void requestIsTheCapturedOne(String name) {
        Vectors exchange = Vectors.read("socks4/" + name);
        try (Peer node =
                Peer.talking(client -> client.expect(exchange.lines().get(0).hex())
                        .send(exchange.lines().get(1).hex())
                        .expectText("hello")
                        .sendText("hello"))) {
            String host = name.endsWith("ipv4") ? "192.0.2.10" : "example.internal";
            Stream stream = connect(
                    node,
                    Address.of(host, 8080),
                    name.equals("connect-v4-ipv4") ? "disable4a" : "x",
                    "true",
                    name.equals("connect-user") ? "auth.username" : "y",
                    "alice");
            Echoed.over(stream, "hello");
        }
    }

    @Test
    void nameIsResolvedHereForSocks4() {
        try (Peer node = Peer.talking(
                client -> client.expect("04 01 00 50 7f 00 00 01 00").send("00 5a 00 00 00 00 00 00"))) {
            connect(node, Address.of("localhost", 80), "disable4a", "true").close();
        }
    }

    @Test
    void ipv6TargetTravelsAsANameOrNotAtAll() {
        try (Peer node = Peer.talking(client ->
                client.expect("04 01 00 50 00 00 00 01 00 3a 3a 31 00").send("00 5a 00 00 00 00 00 00"))) {
            connect(node, Address.of("::1", 80)).close();
            assertThatThrownBy(() -> connect(node, Address.of("::1", 80), "disable4a", "true"))
                    .isInstanceOfSatisfying(
                            ProxyException.class, e -> assertThat(e.kind()).isEqualTo(Kind.RESOLVE));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"00 5b", "00 5c", "00 5d", "00 00", "04 5a"})
    void refusalIsTheUpstreams(String reply) {
        Kind kind = switch (reply) {
            case "00 5c" -> Kind.DENIED;
            case "00 5d" -> Kind.UNAUTHORIZED;
            case "04 5a" -> Kind.PROTOCOL;
            default -> Kind.UNREACHABLE;
        };
        try (Peer node = Peer.talking(client -> {
            client.read(22);
            client.send(reply + " 00 00 00 00 00 00");
        })) {
            assertThatThrownBy(() -> connect(node, Address.of("example.internal", 80)))
                    .isInstanceOfSatisfying(ProxyException.class, e -> {
                        assertThat(e.kind()).isEqualTo(kind);
                        assertThat(e.side()).isEqualTo(Side.UPSTREAM);
                    });
        }
    }

    @Test
    void nodeThatSaysNothingTimesOut() {
        try (Peer node = Peer.talking(client -> client.read(1000))) {
            assertThatThrownBy(() -> connect(node, Address.of("a", 80), "timeout", "0.2s"))
                    .isInstanceOfSatisfying(ProxyException.class, e -> {
                        assertThat(e.kind()).isEqualTo(Kind.TIMEOUT);
                        assertThat(e.side()).isEqualTo(Side.UPSTREAM);
                    });
        }
    }
}
