package io.warren.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@Timeout(120)
class UdpSocketTest {
    private static UdpSocket bind(Vertx vertx, String host) {
        Context context = Datagrams.context(vertx);
        return Datagrams.on(context, () -> UdpSocket.bind(context, Address.of(host, 0), UdpOptions.DEFAULT));
    }

    private static UdpSocket connect(Vertx vertx, Address target, String interfaces) {
        Context context = Datagrams.context(vertx);
        return Datagrams.on(
                context,
                () -> UdpSocket.connect(context, target, DialOptions.DEFAULT.from(interfaces, 0), UdpOptions.DEFAULT));
    }

    @ParameterizedTest
    @EnumSource(names = {"PLAIN", "PLAIN_IPV6", "NIO", "NIO_IPV6"})
    void datagramsOfEverySizeGoBothWays(Way way) throws Exception {
        Vertx vertx = way.vertx();
        UdpSocket server = bind(vertx, way.host().getHostAddress());
        UdpSocket client = connect(vertx, server.local(), "");
        Datagrams.Inbox atServer = Datagrams.inbox(server);
        Datagrams.Inbox atClient = Datagrams.inbox(client);
        SplittableRandom random = new SplittableRandom(1);
        for (int size : new int[] {1, 512, 1432, 1433, 4096, 9000, 60_000, 65_000}) {
            byte[] payload = new byte[size];
            random.nextBytes(payload);
            Datagrams.send(client, payload, Address.NONE);
            Datagrams.Packet got = atServer.next();
            assertThat(got.payload()).isEqualTo(payload);
            assertThat(got.peer()).isEqualTo(client.local());
            Datagrams.send(server, payload, got.peer());
            assertThat(atClient.next().payload()).isEqualTo(payload);
        }
        LinkFixture.get(client.close());
        LinkFixture.get(server.close());
        LinkFixture.get(vertx.close());
    }

    @ParameterizedTest
    @EnumSource(names = {"PLAIN", "NIO"})
    void socketWithoutAHostServesBothFamilies(Way way) throws Exception {
        Vertx vertx = way.vertx();
        UdpSocket server = bind(vertx, "");
        Datagrams.Inbox inbox = Datagrams.inbox(server);
        for (String host : new String[] {"127.0.0.1", "::1"}) {
            UdpSocket client = connect(vertx, server.local().withHost(host), "");
            Datagrams.Inbox answers = Datagrams.inbox(client);
            Datagrams.send(client, new byte[] {1}, Address.NONE);
            Datagrams.Packet got = inbox.next();
            assertThat(got.peer()).isEqualTo(client.local());
            assertThat(got.peer().host()).isEqualTo(host);
            Datagrams.send(server, new byte[] {2}, got.peer());
            assertThat(answers.next().payload()).containsExactly(2);
        }
        LinkFixture.get(vertx.close());
    }

    @ParameterizedTest
    @EnumSource(names = {"PLAIN", "PLAIN_IPV6", "NIO"})
    void runsOfEqualSizesArriveAsTheDatagramsTheyWere(Way way) throws Exception {
        Vertx vertx = way.vertx();
        try (DatagramSocket plain = new DatagramSocket(new InetSocketAddress(way.host(), 0))) {
            plain.setReceiveBufferSize(4 << 20);
            plain.setSoTimeout(10_000);
            UdpSocket client = connect(vertx, Address.of((InetSocketAddress) plain.getLocalSocketAddress()), "");
            int[] sizes = new int[150];
            Arrays.fill(sizes, 1200);
            sizes[70] = 300;
            sizes[71] = 1201;
            sizes[100] = 1;
            sizes[149] = 7;
            client.context().runOnContext(v -> {
                for (int i = 0; i < sizes.length; i++) {
                    byte[] payload = new byte[sizes[i]];
                    Arrays.fill(payload, (byte) i);
                    client.send(Unpooled.wrappedBuffer(payload), Address.NONE);
                }
                client.flush();
            });
            DatagramPacket packet = new DatagramPacket(new byte[2000], 2000);
            for (int i = 0; i < sizes.length; i++) {
                plain.receive(packet);
                assertThat(packet.getLength()).isEqualTo(sizes[i]);
                assertThat(packet.getData()[0]).isEqualTo((byte) i);
            }
        }
        LinkFixture.get(vertx.close());
    }

    /** Of 512 bytes, 3,000 are what a sender of 20,000 a second sends while a loop is away for 150 ms. */
    @Test
    void burstsOfThreeThousandDatagramsPassWithoutLoss() throws Exception {
        Vertx vertx = Way.PLAIN.vertx();
        UdpSocket server = bind(vertx, "127.0.0.1");
        Context context = Datagrams.context(vertx);
        UdpSocket entry =
                Datagrams.on(context, () -> UdpSocket.bind(context, Address.of("127.0.0.1", 0), UdpOptions.DEFAULT));
        UdpSocket relay = Datagrams.on(
                context, () -> UdpSocket.connect(context, server.local(), DialOptions.DEFAULT, UdpOptions.DEFAULT));
        AtomicInteger received = new AtomicInteger();
        server.context()
                .runOnContext(v -> server.receiver((payload, peer) -> {
                    payload.release();
                    received.incrementAndGet();
                }));
        context.runOnContext(v -> entry.receiver(new DatagramFlow.Receiver() {
            @Override
            public void packet(ByteBuf payload, Address peer) {
                relay.send(payload, Address.NONE);
            }

            @Override
            public void batchEnd() {
                relay.flush();
            }
        }));
        int total = 40_000;
        try (DatagramSocket plain = new DatagramSocket()) {
            DatagramPacket packet =
                    new DatagramPacket(new byte[512], 512, entry.local().socket());
            for (int i = 0; i < total; i++) {
                int sent = i;
                if (sent % 3000 == 0) {
                    LinkFixture.await("the last burst", () -> received.get() == sent);
                }
                plain.send(packet);
            }
        }
        LinkFixture.await("all datagrams", () -> received.get() == total);
        assertThat(entry.dropped() + relay.dropped() + server.dropped()).isZero();
        LinkFixture.get(vertx.close());
    }

    @Test
    void queueWithoutAReceiverIsBoundedAndCountsWhatItDrops() throws Exception {
        Vertx vertx = Way.PLAIN.vertx();
        UdpSocket server = bind(vertx, "127.0.0.1");
        try (DatagramSocket plain = new DatagramSocket()) {
            for (int i = 0; i < 200; i++) {
                plain.send(new DatagramPacket(
                        new byte[] {(byte) i}, 1, server.local().socket()));
            }
            LinkFixture.await("dropped", () -> server.dropped() == 72);
            Datagrams.Inbox inbox = Datagrams.inbox(server);
            for (int i = 0; i < 128; i++) {
                assertThat(inbox.next().payload()).containsExactly(i);
            }
        }
        LinkFixture.get(vertx.close());
    }

    @ParameterizedTest
    @EnumSource(names = {"PLAIN", "NIO_IPV6"})
    void connectedSocketEndsWhenNobodyListensThereAndABoundOneStays(Way way) throws Exception {
        Vertx vertx = way.vertx();
        Address nobody;
        try (DatagramSocket gone = new DatagramSocket(new InetSocketAddress(way.host(), 0))) {
            nobody = Address.of((InetSocketAddress) gone.getLocalSocketAddress());
        }
        UdpSocket client = connect(vertx, nobody, "");
        Datagrams.Inbox inbox = Datagrams.inbox(client);
        Datagrams.send(client, new byte[] {1}, Address.NONE);
        LinkFixture.get(client.closed());
        LinkFixture.await("end", () -> inbox.ended);

        UdpSocket server = bind(vertx, way.host().getHostAddress());
        Datagrams.send(server, new byte[] {1}, nobody);
        UdpSocket other = connect(vertx, server.local(), "");
        Datagrams.send(other, new byte[] {2}, Address.NONE);
        assertThat(Datagrams.inbox(server).next().payload()).containsExactly(2);
        LinkFixture.get(vertx.close());
    }

    @Test
    void namesAreLookedUp() throws Exception {
        Vertx vertx = Way.PLAIN.vertx();
        UdpSocket server = bind(vertx, "");
        Datagrams.Inbox inbox = Datagrams.inbox(server);
        UdpSocket client = bind(vertx, "");
        Datagrams.send(client, new byte[] {5}, server.local().withHost("localhost"));
        assertThat(inbox.next().payload()).containsExactly(5);
        LinkFixture.get(vertx.close());
    }

    @Test
    void boundAddressThatIsTakenIsNamedInTheFailure() {
        Vertx vertx = Way.PLAIN.vertx();
        UdpSocket server = bind(vertx, "127.0.0.1");
        Context context = Datagrams.context(vertx);
        assertThatThrownBy(
                        () -> Datagrams.on(context, () -> UdpSocket.bind(context, server.local(), UdpOptions.DEFAULT)))
                .cause()
                .hasMessageContaining(server.local().toString())
                .hasMessageContaining("Address already in use");
        LinkFixture.get(vertx.close());
    }

    @Test
    void interfaceListIsTriedInOrder() throws Exception {
        Vertx vertx = Way.PLAIN.vertx();
        UdpSocket server = bind(vertx, "127.0.0.1");
        Datagrams.Inbox inbox = Datagrams.inbox(server);
        for (String list : new String[] {"127.0.0.3", "nowhere0,::1,127.0.0.3", "lo"}) {
            UdpSocket client = connect(vertx, server.local(), list);
            Datagrams.send(client, new byte[] {1}, Address.NONE);
            String host = list.equals("lo") ? "127.0.0.1" : "127.0.0.3";
            assertThat(inbox.next().peer().ip()).isEqualTo(InetAddress.getByName(host));
        }
        assertThatThrownBy(() -> connect(vertx, server.local(), "::1!,127.0.0.3"))
                .cause()
                .isInstanceOfSatisfying(
                        ProxyException.class, e -> assertThat(e.kind()).isEqualTo(ProxyException.Kind.UNREACHABLE));
        LinkFixture.get(vertx.close());
    }
}
