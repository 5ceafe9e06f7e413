package io.warren.protocol.socks;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Vertx;
import io.warren.codec.Vectors;
import io.warren.fixture.MapSettings;
import io.warren.net.Address;
import io.warren.net.Loops;
import io.warren.spi.Destination;
import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The handler's datagrams: UDP ASSOCIATE, and gost's UDP tunnel. */
class SocksUdpTest {
    private static Vertx vertx;

    @BeforeAll
    static void startUp() {
        vertx = Loops.create();
    }

    @AfterAll
    static void shutDown() {
        Soon.result(vertx.close());
    }

    private static Service service(String host, String... options) {
        return Service.start(
                vertx,
                host,
                scope -> new Socks5Handler(scope, Socks5Options.read(MapSettings.component(options))),
                Optional.empty(),
                Service.datagrams(vertx, host));
    }

    private static Wire greeted(Service service) {
        return service.client().send("05 01 00").expect("05 00");
    }

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1", "::1"})
    void associateCarriesDatagramsBothWays(String host) {
        Service service = service(host, "udp", "true");
        try (Wire control = greeted(service);
                UdpWire client = new UdpWire(host);
                UdpWire echo = UdpWire.echo(host)) {
            Address relay = control.send("05 03 00 01 00 00 00 00 00 00").expectReply();
            assertThat(relay.host()).isEqualTo(host);
            byte[] datagram = UdpWire.wrapped(echo.address(), "hello");
            client.send(datagram, relay).expect(datagram);
            assertThat(Soon.first(service.asked)).isEqualTo(Destination.udp(echo.address()));
            byte[] large = UdpWire.wrapped(echo.address(), "x".repeat(20_000));
            client.send(large, relay).expect(large);
        }
    }

    @Test
    void nameIsTheTargetAndItsAnswerComesFromAnIp() {
        Service service = service("127.0.0.1", "udp", "true");
        try (Wire control = greeted(service);
                UdpWire client = new UdpWire("127.0.0.1");
                UdpWire echo = UdpWire.echo("127.0.0.1")) {
            Address relay = control.send("05 03 00 01 00 00 00 00 00 00").expectReply();
            Address name = Address.of("localhost", echo.address().port());
            client.send(UdpWire.wrapped(name, "dom"), relay).expect(UdpWire.wrapped(echo.address(), "dom"));
            assertThat(Soon.first(service.asked)).isEqualTo(Destination.udp(name));
        }
    }

    @Test
    void fragmentsGarbageAndStrangersAreDropped() {
        Service service = service("127.0.0.1", "udp", "true");
        try (Wire control = greeted(service);
                UdpWire client = new UdpWire("127.0.0.1");
                UdpWire stranger = new UdpWire("127.0.0.2");
                UdpWire echo = UdpWire.echo("127.0.0.1")) {
            Address relay = control.send("05 03 00 01 00 00 00 00 00 00").expectReply();
            byte[] fragment = UdpWire.wrapped(echo.address(), "fragment");
            fragment[2] = 5;
            byte[] good = UdpWire.wrapped(echo.address(), "good");
            stranger.send(UdpWire.wrapped(echo.address(), "stranger"), relay);
            client.send(fragment, relay).send(new byte[] {0, 0, 0, 9}, relay).send(new byte[0], relay);
            client.send(good, relay).expect(good);
            assertThat(service.asked).hasSize(1);
        }
    }

    @Test
    void answersFollowTheClientToItsLatestPort() {
        try (Wire control = greeted(service("127.0.0.1", "udp", "true"));
                UdpWire first = new UdpWire("127.0.0.1");
                UdpWire second = new UdpWire("127.0.0.1");
                UdpWire echo = UdpWire.echo("127.0.0.1")) {
            Address relay = control.send("05 03 00 01 00 00 00 00 00 00").expectReply();
            byte[] one = UdpWire.wrapped(echo.address(), "one");
            byte[] two = UdpWire.wrapped(echo.address(), "two");
            first.send(one, relay).expect(one);
            second.send(two, relay).expect(two);
        }
    }

    @Test
    void associationEndsWithItsControlStream() {
        Service service = service("127.0.0.1", "udp", "true");
        int port;
        try (Wire control = greeted(service)) {
            port = control.send("05 03 00 01 00 00 00 00 00 00")
                    .sendText("says nothing")
                    .expectReply()
                    .port();
            control.end().expectEnd();
        }
        Soon.holds(() -> isFree(port));
    }

    private static boolean isFree(int port) {
        try (DatagramSocket socket = new DatagramSocket(new InetSocketAddress("127.0.0.1", port))) {
            return socket.isBound();
        } catch (IOException taken) {
            return false;
        }
    }

    @Test
    void portComesFromTheRangeUntilItIsFull() throws IOException {
        int port;
        try (DatagramSocket probe = new DatagramSocket(new InetSocketAddress("127.0.0.1", 0))) {
            port = probe.getLocalPort();
        }
        Service service = service("127.0.0.1", "udp", "true", "udp.minPort", "" + port, "udp.maxPort", "" + port);
        try (Wire control = greeted(service);
                Wire late = greeted(service)) {
            assertThat(control.send("05 03 00 01 00 00 00 00 00 00")
                            .expectReply()
                            .port())
                    .isEqualTo(port);
            late.send("05 03 00 01 00 00 00 00 00 00")
                    .expect("05 01 00 01 00 00 00 00 00 00")
                    .expectEnd();
        }
    }

    @Test
    void publicAddressIsToldWhenItIsAnIp() {
        try (Wire control = greeted(service("127.0.0.1", "udp", "true", "publicAddr", "203.0.113.1"));
                Wire named = greeted(service("127.0.0.1", "udp", "true", "publicAddr", "proxy.example"))) {
            assertThat(control.send("05 03 00 01 00 00 00 00 00 00")
                            .expectReply()
                            .host())
                    .isEqualTo("203.0.113.1");
            assertThat(named.send("05 03 00 01 00 00 00 00 00 00").expectReply().host())
                    .isEqualTo("127.0.0.1");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1", "::1"})
    void tunnelCarriesFramesBothWaysAndSkipsEmptyOnes(String host) {
        Service service = service(host, "udp", "true");
        try (Wire client = greeted(service);
                UdpWire echo = UdpWire.echo(host)) {
            client.send("05 f3 00 01 00 00 00 00 00 00").expectReply();
            byte[] frame = UdpWire.framed(echo.address(), "hello");
            client.send("00 00 ff 01 c0 00 02 0a 14 e9").send(frame);
            client.expect(HexFormat.of().formatHex(frame));
            Address name = Address.of("localhost", echo.address().port());
            if (host.equals("127.0.0.1")) {
                client.send(UdpWire.framed(name, "dom"));
                client.expect(HexFormat.of().formatHex(UdpWire.framed(echo.address(), "dom")));
            }
            client.end().expectEnd();
        }
    }

    @Test
    void wrongFrameEndsTheTunnel() {
        try (Wire client = greeted(service("127.0.0.1", "udp", "true"))) {
            client.send("05 f3 00 01 00 00 00 00 00 00").expectReply();
            client.send("00 05 ff 09 00 00").expectEnd();
        }
    }

    @Test
    void tunnelWithAPortIsABindForManyVisitors() throws IOException {
        int port;
        try (DatagramSocket probe = new DatagramSocket(new InetSocketAddress("127.0.0.1", 0))) {
            port = probe.getLocalPort();
        }
        Service service = service("127.0.0.1", "bind", "true");
        try (Wire client = greeted(service);
                UdpWire first = new UdpWire("127.0.0.1");
                UdpWire second = new UdpWire("127.0.0.1")) {
            Address bound = client.send("05 f3 00 01 7f 00 00 01" + String.format("%04x", port))
                    .expectReply();
            assertThat(bound).isEqualTo(Address.of("127.0.0.1", port));
            for (UdpWire visitor : new UdpWire[] {first, second, first}) {
                visitor.send("ping".getBytes(StandardCharsets.UTF_8), bound);
                client.expect(HexFormat.of().formatHex(UdpWire.framed(visitor.address(), "ping")));
                client.send(UdpWire.framed(visitor.address(), "pong"));
                visitor.expect("pong".getBytes(StandardCharsets.UTF_8));
            }
        }
        Soon.holds(() -> isFree(port));
    }

    @Test
    void capturedTunnelRequestIsAnswered() {
        Vectors exchange = Vectors.read("socks5/udp-tun-association");
        try (Wire client = service("127.0.0.1", "udp", "true").client()) {
            client.send(exchange.lines().get(0).hex())
                    .expect(exchange.lines().get(1).hex())
                    .send(exchange.lines().get(2).hex())
                    .expectReply();
        }
    }
}
