package io.warren.protocol.socks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.warren.codec.Vectors;
import io.warren.net.Address;
import io.warren.net.DialOptions;
import io.warren.net.Loops;
import io.warren.net.ProxyException;
import io.warren.net.ProxyException.Kind;
import io.warren.net.ProxyException.Side;
import io.warren.net.Stream;
import io.warren.net.TcpDial;
import io.warren.spi.Destination;
import io.warren.spi.Session;
import java.util.List;
import java.util.Optional;
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
                Socks5ConnectorOptions.read(Sections.of(options)));
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
}
