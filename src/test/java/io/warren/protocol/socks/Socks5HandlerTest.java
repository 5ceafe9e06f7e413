package io.warren.protocol.socks;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.warren.codec.Vectors;
import io.warren.fixture.MapSettings;
import io.warren.net.Address;
import io.warren.net.Loops;
import io.warren.net.ProxyException;
import io.warren.net.ProxyException.Kind;
import io.warren.net.ProxyException.Side;
import io.warren.spi.Agent;
import io.warren.spi.Authenticator;
import io.warren.spi.Destination;
import io.warren.spi.Session;
import java.io.UncheckedIOException;
import java.util.ArrayList;
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

class Socks5HandlerTest {
    static final Authenticator ALICE = (session, user, password) -> user.equals("alice")
                    && (password.equals("s3cret") || password.isEmpty())
            ? Future.succeededFuture("alice")
            : Future.failedFuture(ProxyException.of(Kind.UNAUTHORIZED, Side.CLIENT, "wrong user name or password"));

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

    private static Service service(Optional<Authenticator> authenticator, String... options) {
        return Service.start(
                vertx,
                "127.0.0.1",
                scope -> new Socks5Handler(scope, Socks5Options.read(MapSettings.component(options))),
                authenticator,
                Service.always(vertx, echo.address()));
    }

    private static Service open(String... options) {
        return service(Optional.empty(), options);
    }

    private static Wire greeted(Service service) {
        return service.client().send("05 01 00").expect("05 00");
    }

    private static Kind failure(Service service) {
        Throwable failure = Soon.first(service.failures);
        assertThat(failure).isInstanceOf(ProxyException.class);
        return ((ProxyException) failure).kind();
    }

    @ParameterizedTest
    @ValueSource(strings = {"connect-ipv4", "connect-ipv6", "connect-domain", "connect-auth"})
    void capturedClientGetsWhatTheCapturedServerSaid(String name) {
        boolean login = name.endsWith("auth");
        Service service = service(login ? Optional.of(ALICE) : Optional.empty(), "notls", "true");
        try (Wire client = service.client()) {
            for (Vectors.Line line : Vectors.read("socks5/" + name).lines()) {
                if (line.fromClient()) {
                    client.send(line.hex());
                } else if (line.hex().startsWith("05 00 00")) {
                    assertThat(client.expectReply().host()).isEqualTo("127.0.0.1");
                } else {
                    client.expect(line.hex());
                }
            }
            client.end().expectEnd();
        }
        Address target = switch (name) {
            case "connect-ipv4" -> Address.of("192.0.2.10", 8080);
            case "connect-ipv6" -> Address.of("2001:db8::10", 8080);
            default -> Address.of("example.internal", 8080);
        };
        assertThat(Soon.first(service.asked)).isEqualTo(Destination.tcp(target));
        assertThat(Soon.first(service.sessions).trace().user()).isEqualTo(login ? "alice" : "");
    }

    @Test
    void wrongPasswordIsToldAndTheStreamClosed() {
        Service service = service(Optional.of(ALICE));
        try (Wire client = service.client()) {
            client.send("05 01 02").expect("05 02");
            client.send("01 05 61 6c 69 63 65 03 62 61 64").expect("01 01").expectEnd();
        }
        assertThat(failure(service)).isEqualTo(Kind.UNAUTHORIZED);
    }

    @Test
    void clientThatOffersNoLoginIsTurnedAway() {
        Service service = service(Optional.of(ALICE), "notls", "true");
        try (Wire client = service.client()) {
            client.send("05 02 00 80").expect("05 ff").expectEnd();
        }
        assertThat(failure(service)).isEqualTo(Kind.UNAUTHORIZED);
    }

    @Test
    void clientThatOffersNothingButALoginIsTurnedAwayWhenNobodyAsks() {
        try (Wire client = open("notls", "true").client()) {
            client.send("05 01 02").expect("05 ff").expectEnd();
        }
    }

    @Test
    void exemptClientIsLetInWithAnyPasswordOrNone() {
        Authenticator exempting = new Authenticator() {
            @Override
            public Future<String> authenticate(Session session, String user, String password) {
                return Future.failedFuture("not to be asked");
            }

            @Override
            public boolean needs(Session session) {
                return false;
            }
        };
        Service service = service(Optional.of(exempting), "notls", "true");
        try (Wire client = service.client()) {
            client.send("05 02 00 02").expect("05 02").send("01 01 78 01 79").expect("01 00");
            client.send("05 01 00 01 c0 00 02 0a 1f 90").expectReply();
        }
        try (Wire client = greeted(service)) {
            client.send("05 01 00 01 c0 00 02 0a 1f 90").expectReply();
        }
    }

    @Test
    void clientMaySendByteByByte() {
        Service service = service(Optional.of(ALICE), "notls", "true");
        try (Wire client = service.client()) {
            for (byte b : Vectors.read("socks5/connect-auth").all(true)) {
                client.send(b);
            }
            client.expect("05 02 01 00").expectReply();
            client.expectText("hello");
        }
    }

    @Test
    void clientMaySendEverythingAtOnce() {
        Service service = service(Optional.of(ALICE), "notls", "true");
        try (Wire client = service.client()) {
            client.send(Vectors.read("socks5/connect-auth").all(true)).expect("05 02 01 00");
            client.expectReply();
            client.expectText("hello").end().expectEnd();
        }
    }

    @Test
    void everyTruncationEndsAsClosedByThePeer() {
        Service service = service(Optional.of(ALICE), "notls", "true");
        byte[] all = Vectors.read("socks5/connect-auth").all(true);
        for (int n = 0; n < all.length - "hello".length(); n++) {
            try (Wire client = service.client()) {
                client.send(Arrays.copyOf(all, n)).end();
                assertThat(failure(service)).as("after %d bytes", n).isEqualTo(Kind.CLOSED);
            }
        }
    }

    @Test
    void silentClientIsClosedAfterTheReadTimeout() {
        Service service = open("readTimeout", "0.2s");
        for (String begin : List.of("", "05", "05 01 00", "05 01 00 05 01 00")) {
            try (Wire client = service.client()) {
                client.send(begin);
                assertThat(failure(service)).as("after \"%s\"", begin).isEqualTo(Kind.TIMEOUT);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "04 01 00 50 7f 00 00 01 00",
                "47 45 54 20 2f",
                "05 00",
                "05 01 00 04 01 00 01 c0 00 02 0a 1f 90",
                "05 01 00 05 01 00 02 c0 00 02 0a 1f 90",
                "05 01 00 05 01 00 03 03 61 00 62 00 50"
            })
    void wrongBytesAreAProtocolErrorAndCloseWithoutAReply(String hex) {
        Service service = open("notls", "true");
        try (Wire client = service.client()) {
            client.send(hex);
            if (hex.startsWith("05 01 00")) {
                client.expect("05 00");
            }
            client.expectEnd();
        }
        assertThat(failure(service)).isEqualTo(Kind.PROTOCOL);
    }

    @Test
    void garbageFailsInNoUnexpectedWay() {
        Service service = open("notls", "true", "readTimeout", "0.1s");
        long seed = System.nanoTime();
        Random random = new Random(seed);
        for (int i = 0; i < 50; i++) {
            byte[] bytes = new byte[random.nextInt(300)];
            random.nextBytes(bytes);
            try (Wire client = service.client()) {
                client.send("05 01 00").send(bytes).end();
                assertThat(Soon.first(service.failures)).as("seed %d", seed).isInstanceOf(ProxyException.class);
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void everyKindOfFailureHasItsReply(Kind kind) {
        Service service = Service.start(
                vertx,
                "127.0.0.1",
                scope -> new Socks5Handler(scope, Socks5Options.read(MapSettings.component())),
                Optional.empty(),
                Service.failing(kind));
        int code = switch (kind) {
            case DENIED -> 2;
            case UNREACHABLE -> 3;
            case RESOLVE, TIMEOUT -> 4;
            case REFUSED -> 5;
            case UNSUPPORTED -> 7;
            case UNAUTHORIZED, LIMITED, PROTOCOL, CLOSED, INTERNAL -> 1;
        };
        try (Wire client = greeted(service)) {
            client.send("05 01 00 01 c0 00 02 0a 00 09");
            client.expect("05 0" + code + " 00 01 00 00 00 00 00 00").expectEnd();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"02", "03", "f2", "f3"})
    void whatIsNotEnabledIsNotAllowed(String command) {
        try (Wire client = greeted(open())) {
            client.send("05 " + command + " 00 01 00 00 00 00 00 00");
            client.expect("05 02 00 01 00 00 00 00 00 00").expectEnd();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"00", "04", "f0", "f1", "ff"})
    void unknownCommandIsUnsupported(String command) {
        try (Wire client = greeted(open("bind", "true", "udp", "true"))) {
            client.send("05 " + command + " 00 01 00 00 00 00 00 00");
            client.expect("05 07 00 01 00 00 00 00 00 00").expectEnd();
        }
    }

    @Test
    void emptyHostIsTheProxyItself() {
        Service service = open();
        try (Wire client = greeted(service)) {
            client.send("05 01 00 03 00 00 50").expectReply();
        }
        assertThat(Soon.first(service.asked)).isEqualTo(Destination.tcp(Address.of("127.0.0.1", 80)));
    }

    @Test
    void hashGoesByTheTargetWhenAsked() {
        Service service = open("hash", "host");
        try (Wire client = greeted(service)) {
            client.send("05 01 00 01 c0 00 02 0a 1f 90").expectReply();
        }
        assertThat(Soon.first(service.sessions).hashSource()).isEqualTo("192.0.2.10:8080");
    }

    @Test
    void serverThatSpeaksFirstIsHeardAfterTheReply() {
        try (Peer banner = Peer.talking(client -> client.sendText("banner"))) {
            Service service = Service.start(
                    vertx,
                    "127.0.0.1",
                    scope -> new Socks5Handler(scope, Socks5Options.read(MapSettings.component())),
                    Optional.empty(),
                    Service.always(vertx, banner.address()));
            try (Wire client = greeted(service)) {
                client.send("05 01 00 01 c0 00 02 0a 1f 90").expectReply();
                client.expectText("banner").expectEnd();
            }
        }
    }

    @Test
    void bindGivesItsStreamToTheOneVisitor() {
        try (Wire client = greeted(open("bind", "true"))) {
            Address bound = client.send("05 02 00 01 7f 00 00 01 00 00").expectReply();
            assertThat(bound.host()).isEqualTo("127.0.0.1");
            try (Wire visitor = Wire.to(bound)) {
                visitor.sendText("hello");
                assertThat(client.expectReply().port()).isEqualTo(visitor.socket.getLocalPort());
                client.expectText("hello").sendText("yo");
                visitor.expectText("yo").end();
                client.expectEnd();
            }
        }
    }

    @Test
    void bytesBeforeTheVisitorAreTheVisitors() {
        try (Wire client = greeted(open("bind", "true"))) {
            Address bound = client.send("05 02 00 01 7f 00 00 01 00 00").expectReply();
            client.sendText("early");
            try (Wire visitor = Wire.to(bound)) {
                visitor.expectText("early");
                client.expectReply();
            }
        }
    }

    @Test
    void bindNamesThePublicHostAndEndsWithItsClient() {
        Service service = open("bind", "true", "publicAddr", "203.0.113.1");
        try (Wire client = greeted(service)) {
            assertThat(client.send("05 02 00 01 7f 00 00 01 00 00")
                            .expectReply()
                            .host())
                    .isEqualTo("203.0.113.1");
        }
        Address port = Soon.first(service.ports);
        Soon.holds(() -> !listens(port));
    }

    @Test
    void muxBindGivesEachVisitorAStreamThatNamesIt() {
        try (Wire client = greeted(open("bind", "true", "publicAddr", "203.0.113.1"))) {
            Address bound = client.send("05 f2 00 01 7f 00 00 01 00 00").expectReply();
            assertThat(bound.host()).isEqualTo("203.0.113.1");
            Address reachable = Address.of("127.0.0.1", bound.port());
            try (Wire first = Wire.to(reachable)) {
                first.sendText("hello");
                greetedBySmux(client).expect("01 00 00 00 03 00 00 00").expect("01 02 0a 00 03 00 00 00");
                assertThat(client.expectReply().port()).isEqualTo(first.socket.getLocalPort());
                client.expect("01 02 05 00 03 00 00 00").expectText("hello");
                try (Wire second = Wire.to(reachable)) {
                    client.expect("01 00 00 00 05 00 00 00").expect("01 02 0a 00 05 00 00 00");
                    assertThat(client.expectReply().port()).isEqualTo(second.socket.getLocalPort());
                    client.send("01 02 03 00 05 00 00 00").sendText("two");
                    second.expectText("two");
                }
                client.send("01 02 03 00 03 00 00 00").sendText("one");
                first.expectText("one");
            }
        }
    }

    /** Our smux says at first that it is ours, in a NOP that others ignore. */
    private static Wire greetedBySmux(Wire client) {
        return client.expect("01 03 00 00 52 52 41 57");
    }

    @Test
    void muxBindForGost2LeavesTheNamesOut() {
        try (Wire client = greeted(open("bind", "true", "comp", "true"))) {
            Address bound = client.send("05 f2 00 01 7f 00 00 01 00 00").expectReply();
            try (Wire visitor = Wire.to(bound)) {
                visitor.sendText("hello");
                greetedBySmux(client).expect("01 00 00 00 03 00 00 00").expect("01 02 05 00 03 00 00 00");
                client.expectText("hello");
            }
        }
    }

    private static boolean listens(Address address) {
        try (Wire visitor = Wire.to(address)) {
            return visitor.socket.isConnected();
        } catch (UncheckedIOException refused) {
            return false;
        }
    }

    @Test
    void wildcardBindTakesTheConfiguredHost() {
        Service service = open("bind", "true", "bind.host", "127.0.0.1");
        try (Wire client = greeted(service)) {
            client.send("05 02 00 01 00 00 00 00 00 00").expectReply();
        }
        assertThat(Soon.first(service.ports).host()).isEqualTo("127.0.0.1");
    }

    @Test
    void portThatIsTakenIsAFailure() {
        try (Wire client = greeted(open("bind", "true"))) {
            client.send("05 02 00 01 7f 00 00 01"
                    + String.format("%04x", echo.address().port()));
            client.expect("05 01 00 01 00 00 00 00 00 00").expectEnd();
        }
    }

    @Test
    void ipv6ClientIsServedOverIpv6() {
        try (Peer echo6 = Peer.echo("::1")) {
            Service service = Service.start(
                    vertx,
                    "::1",
                    scope -> new Socks5Handler(scope, Socks5Options.read(MapSettings.component("bind", "true"))),
                    Optional.empty(),
                    Service.always(vertx, echo6.address()));
            try (Wire client = greeted(service)) {
                assertThat(client.send("05 01 00 01 c0 00 02 0a 1f 90")
                                .expectReply()
                                .host())
                        .isEqualTo("::1");
                client.sendText("hello").expectText("hello");
            }
            try (Wire client = greeted(service)) {
                Address bound = client.send("05 02 00 04 00000000000000000000000000000001 00 00")
                        .expectReply();
                assertThat(bound.host()).isEqualTo("::1");
                try (Wire visitor = Wire.to(bound)) {
                    assertThat(client.expectReply().port()).isEqualTo(visitor.socket.getLocalPort());
                }
            }
        }
    }

    // --- the methods with TLS

    private static Service secure(Optional<Authenticator> authenticator, String... more) {
        List<String> options = new ArrayList<>(List.of(more));
        options.addAll(List.of(
                "tls.certFile", TestCertificate.ONE.certFile.toString(),
                "tls.keyFile", TestCertificate.ONE.keyFile.toString()));
        return service(authenticator, options.toArray(String[]::new));
    }

    @Test
    void requestTravelsInsideTlsWhenItIsOffered() {
        Vectors inside = Vectors.read("socks5/connect-inside-tls");
        try (Wire plain = secure(Optional.empty()).client()) {
            plain.send(inside.lines().get(0).hex()).expect(inside.lines().get(1).hex());
            try (Wire client = plain.secured(true)) {
                client.send(inside.lines().get(2).hex()).expectReply();
                client.sendText("hello").expectText("hello").end();
                client.expectEnd();
            }
        }
    }

    @Test
    void loginTravelsInsideTlsWhenItIsOffered() {
        Vectors inside = Vectors.read("socks5/connect-inside-tls-auth");
        Service service = secure(Optional.of(ALICE));
        try (Wire plain = service.client()) {
            plain.send(inside.lines().get(0).hex()).expect(inside.lines().get(1).hex());
            try (Wire client = plain.secured(true)) {
                client.send(inside.lines().get(2).hex()).expect("01 00");
                client.send(inside.lines().get(4).hex()).expectReply();
                client.sendText("hello").expectText("hello");
            }
        }
        assertThat(Soon.first(service.sessions).trace().user()).isEqualTo("alice");
    }

    @Test
    void withoutTlsGostsClientFallsBack() {
        try (Wire client = open("notls", "true").client()) {
            client.send("05 02 00 80").expect("05 00");
        }
    }

    @Test
    void wrongBytesInsteadOfTlsAreAProtocolErrorAndSilenceATimeout() {
        Service service = secure(Optional.empty(), "readTimeout", "0.3s");
        try (Wire client = service.client()) {
            client.send("05 01 80").expect("05 80").sendText("no TLS at all");
            assertThat(failure(service)).isEqualTo(Kind.PROTOCOL);
        }
        try (Wire client = service.client()) {
            client.send("05 01 80").expect("05 80");
            assertThat(failure(service)).isEqualTo(Kind.TIMEOUT);
            // An alert of TLS may come before the end.
            client.read(1000);
        }
    }

    /** {@code home/0@7}, which knows signals. */
    private static final String AGENT = "00 0e 01 00 08 68 6f 6d 65 2f 30 40 37 05 00 00";

    /** @return the server's own, in hexadecimal digits */
    private static String introduction(Wire client) {
        byte[] length = client.read(2);
        return HexFormat.of().formatHex(client.read((length[0] & 255) << 8 | (length[1] & 255)));
    }

    @Test
    void agentThatIntroducesItselfIsToldTheMemberAndKnown() {
        Service service = service(Optional.of(ALICE), "notls", "true", "bind", "true");
        try (Wire client = service.client()) {
            client.send("05 03 00 02 d7").expect("05 d7 05 02");
            client.send("01 05 61 6c 69 63 65 06 73 33 63 72 65 74").expect("01 00");
            client.send(AGENT).send("05 02 00 01 7f 00 00 01 00 00");
            assertThat(introduction(client)).startsWith("030024").endsWith("050000");
            assertThat(client.expectReply().port()).isPositive();
        }
        assertThat(Soon.first(service.sessions).trace().login().orElseThrow().agent())
                .isEqualTo(new Agent("home", 0, 7));
    }

    @Test
    void refusalBehindAnIntroductionSaysWhy() {
        Service service = service(Optional.empty(), "notls", "true");
        try (Wire client = service.client()) {
            client.send("05 02 00 d7").expect("05 d7 05 00");
            client.send(AGENT).send("05 f2 00 01 7f 00 00 01 00 00");
            assertThat(introduction(client)).startsWith("030024");
            client.expect("05 02 00 01 00 00 00 00 00 00");
            // BIND is not enabled
            assertThat(introduction(client)).contains("04001342494e44206973206e6f7420656e61626c6564");
            client.expectEnd();
        }
    }

    @Test
    void introductionIsNoLogin() {
        Service service = service(Optional.of(ALICE), "notls", "true", "bind", "true");
        try (Wire client = service.client()) {
            client.send("05 02 00 d7").expect("05 d7 05 ff").expectEnd();
        }
        assertThat(failure(service)).isEqualTo(Kind.UNAUTHORIZED);
    }
}
