package io.warren.protocol.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.vertx.core.Future;
import io.warren.codec.Vectors;
import io.warren.fixture.Gost;
import io.warren.fixture.MapSettings;
import io.warren.fixture.Rig;
import io.warren.fixture.UdpEchoServer;
import io.warren.net.Address;
import io.warren.net.DatagramFlow;
import io.warren.net.DialOptions;
import io.warren.net.Intake;
import io.warren.net.ProxyException;
import io.warren.net.Stream;
import io.warren.net.TcpDial;
import io.warren.net.TcpServer;
import io.warren.spi.Destination;
import io.warren.spi.Session;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class HttpConnectorTest {
    private static final String ESTABLISHED = "HTTP/1.1 200 OK\r\n\r\n";
    private static final Map<String, Object> ALICE = MapSettings.entry("username", "alice", "password", "s3cret");

    private final Rig rig = new Rig();
    private final List<Stream> carriers = new CopyOnWriteArrayList<>();

    @AfterEach
    void closeRig() {
        // A connector whose greeting fails leaves that to who has dialled.
        carriers.forEach(carrier -> rig.on(carrier::close));
        rig.close();
    }

    private HttpConnector connector(Object... section) {
        return rig.deploy(new HttpConnector(HttpConnectorOptions.read(MapSettings.of(section))));
    }

    private Future<Stream> dial(Address node) {
        return TcpDial.connect(rig.context, node, DialOptions.DEFAULT).onSuccess(carriers::add);
    }

    private Stream connect(HttpConnector connector, Address node, String target) {
        return rig.on(() -> dial(node)
                .compose(carrier -> connector.connect(
                        Session.of("test", Address.NONE, Address.NONE),
                        carrier,
                        Destination.tcp(Address.parse(target)))));
    }

    private DatagramFlow associate(HttpConnector connector, Address node, Optional<Address> target) {
        return rig.on(() -> dial(node)
                .compose(carrier -> connector.associate(
                        Session.of("test", Address.NONE, Address.NONE),
                        carrier,
                        target.map(Destination::udp),
                        node,
                        null)));
    }

    private static String head(String vector) {
        String text = new String(Vectors.read("http/" + vector).all(true), StandardCharsets.ISO_8859_1);
        return text.substring(0, text.indexOf("\r\n\r\n") + 4);
    }

    @Test
    void requestsAreAsRecorded() throws IOException {
        try (Origin node = Origin.saying(ESTABLISHED)) {
            connect(connector(), node.address(), "example.internal:8080").close();
            connect(connector("auth", ALICE), node.address(), "example.internal:8080")
                    .close();
            connect(connector(), node.address(), "[2001:db8::10]:8080").close();
            associate(connector(), node.address(), Optional.of(Address.parse("192.0.2.10:5353")))
                    .close();
            associate(connector("auth", ALICE), node.address(), Optional.empty())
                    .close();
            assertThat(node.heads)
                    .containsExactly(
                            head("connect-domain"),
                            head("connect-auth"),
                            head("connect-ipv6"),
                            head("udp"),
                            head("udp-association"));
        }
    }

    @Test
    void configuredFieldsAreSentInOrder() throws IOException {
        try (Origin node = Origin.saying(ESTABLISHED)) {
            Map<String, Object> header = MapSettings.entry("x-b", "2", "A", "1", "user-agent", "me");
            connect(connector("metadata", MapSettings.entry("header", header)), node.address(), "x:1")
                    .close();
            assertThat(node.heads.get(0))
                    .isEqualTo("CONNECT x:1 HTTP/1.1\r\nHost: x:1\r\nUser-Agent: me\r\nA: 1\r\n"
                            .concat("Proxy-Connection: keep-alive\r\nX-B: 2\r\n\r\n"));
        }
    }

    @Test
    void whatComesBehindTheAnswerIsTheStreams() throws IOException {
        try (Origin node = Origin.saying(ESTABLISHED + "220 hello")) {
            Stream stream = connect(connector(), node.address(), "x:1");
            assertThat(rig.on(() -> Intake.of(stream, Duration.ofSeconds(5)).read(9)))
                    .hasToString("220 hello");
        }
    }

    @Test
    void refusalsAreToldApart() throws IOException {
        Map<Integer, ProxyException.Kind> kinds = Map.of(
                407, ProxyException.Kind.UNAUTHORIZED,
                403, ProxyException.Kind.DENIED,
                429, ProxyException.Kind.LIMITED,
                405, ProxyException.Kind.UNSUPPORTED,
                502, ProxyException.Kind.UNREACHABLE,
                503, ProxyException.Kind.UNREACHABLE,
                504, ProxyException.Kind.TIMEOUT,
                201, ProxyException.Kind.PROTOCOL);
        for (Map.Entry<Integer, ProxyException.Kind> entry : kinds.entrySet()) {
            try (Origin node = Origin.saying("HTTP/1.1 " + entry.getKey() + " Why", "Content-Length: 0", "", "")) {
                assertThatThrownBy(() -> connect(connector(), node.address(), "x:1"))
                        .hasMessage("http status " + entry.getKey() + " Why (expected: 200)")
                        .extracting(e -> ((ProxyException) e).kind())
                        .isEqualTo(entry.getValue());
            }
        }
    }

    @Test
    void aNodeThatSaysNothingOrNonsenseIsGivenUp() throws IOException {
        try (Origin silent = new Origin((head, in, out) -> in.read() >= 0);
                Origin smtp = Origin.saying("220 mail\r\n\r\n")) {
            HttpConnector hasty = connector("metadata", MapSettings.entry("timeout", Duration.ofMillis(200)));
            assertThatThrownBy(() -> connect(hasty, silent.address(), "x:1"))
                    .extracting(e -> ((ProxyException) e).kind())
                    .isEqualTo(ProxyException.Kind.TIMEOUT);
            assertThatThrownBy(() -> connect(hasty, smtp.address(), "x:1"))
                    .extracting(e -> ((ProxyException) e).kind())
                    .isEqualTo(ProxyException.Kind.PROTOCOL);
        }
    }

    @Test
    void streamsAndDatagramsPassBetweenOurOwnEnds() throws Exception {
        try (HttpProxy proxy = HttpProxy.withLogin("udp", true)) {
            roundTrips(connector("auth", ALICE), proxy.address());
        }
    }

    @Test
    void streamsAndDatagramsPassThroughTheRealGost() throws Exception {
        Gost.assume();
        Address address = Gost.freeAddress();
        String yaml = """
                services:
                - name: proxy
                  addr: %s
                  handler: {type: http, auth: {username: alice, password: s3cret}, metadata: {udp: true}}
                  listener: {type: tcp}
                """;
        try (Gost gost = Gost.start(address, yaml.formatted(address))) {
            roundTrips(connector("auth", ALICE), address);
            assertThatThrownBy(() -> connect(connector(), address, "127.0.0.1:1"))
                    .hasMessageContaining("407");
            assertThat(gost.isAlive()).isTrue();
        }
    }

    private void roundTrips(HttpConnector connector, Address node) throws Exception {
        TcpServer echo = rig.echo();
        Stream stream = connect(connector, node, echo.address().toString());
        rig.on(() -> stream.send(Unpooled.copiedBuffer("hello", StandardCharsets.US_ASCII)));
        assertThat(rig.on(() -> Intake.of(stream, Duration.ofSeconds(5)).read(5)))
                .hasToString("hello");
        try (UdpEchoServer one = new UdpEchoServer();
                UdpEchoServer two = new UdpEchoServer()) {
            datagrams(associate(connector, node, Optional.of(one.address())), Address.NONE, one.address());
            DatagramFlow any = associate(connector, node, Optional.empty());
            datagrams(any, one.address(), one.address());
            datagrams(any, two.address(), two.address());
        }
    }

    /** Echoes of several sizes; an empty datagram, which this framing cannot carry, harms nobody. */
    private void datagrams(DatagramFlow flow, Address to, Address from) throws InterruptedException {
        BlockingQueue<String> got = new LinkedBlockingQueue<>();
        rig.on(() -> {
            flow.receiver(new DatagramFlow.Receiver() {
                @Override
                public void packet(ByteBuf payload, Address peer) {
                    got.add(peer + " " + payload.readableBytes());
                    payload.release();
                }
            });
            return Future.succeededFuture();
        });
        for (int size : new int[] {1, 512, 1400, 4000}) {
            rig.on(() -> {
                flow.send(Unpooled.EMPTY_BUFFER, to);
                flow.send(Unpooled.wrappedBuffer(new byte[size]), to);
                flow.flush();
                return Future.succeededFuture();
            });
            assertThat(got.poll(5, TimeUnit.SECONDS)).isEqualTo(from + " " + size);
        }
    }

    @Test
    void theRealGostReachesStreamsAndDatagramsThroughUs() throws Exception {
        Gost.assume();
        Address tcp = Gost.freeAddress();
        Address udp = Gost.freeAddress();
        try (HttpProxy proxy = HttpProxy.withLogin("udp", true);
                UdpEchoServer datagrams = new UdpEchoServer()) {
            TcpServer echo = proxy.rig.echo();
            String yaml = """
                    services:
                    - {name: tcp, addr: %s, handler: {type: tcp, chain: c}, listener: {type: tcp}, forwarder: {nodes: [{name: t, addr: %s}]}}
                    - {name: udp, addr: %s, handler: {type: udp, chain: c}, listener: {type: udp}, forwarder: {nodes: [{name: t, addr: %s}]}}
                    chains:
                    - name: c
                      hops:
                      - name: h
                        nodes:
                        - name: us
                          addr: %s
                          connector: {type: http, auth: {username: alice, password: s3cret}}
                          dialer: {type: tcp}
                    """.formatted(tcp, echo.address(), udp, datagrams.address(), proxy.address());
            try (Gost gost = Gost.start(tcp, yaml);
                    DatagramSocket socket = new DatagramSocket()) {
                assertThat(Rig.exchange(tcp, "hello through gost")).isEqualTo("hello through gost");
                socket.setSoTimeout(5000);
                for (int size : new int[] {1, 512, 1400, 4000}) {
                    socket.send(
                            new DatagramPacket(new byte[size], size, InetAddress.getByName(udp.host()), udp.port()));
                    DatagramPacket back = new DatagramPacket(new byte[8000], 8000);
                    socket.receive(back);
                    assertThat(back.getLength()).isEqualTo(size);
                }
                assertThat(gost.isAlive()).isTrue();
            }
        }
    }
}
