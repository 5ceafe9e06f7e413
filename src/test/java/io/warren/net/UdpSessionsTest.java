package io.warren.net;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class UdpSessionsTest {
    private final Vertx vertx = Way.PLAIN.vertx();
    private final List<DatagramFlow> sessions = new CopyOnWriteArrayList<>();
    private UdpSessions server;

    @AfterEach
    void close() {
        LinkFixture.get(vertx.close());
    }

    private void listen(UdpSessions.Options options, Consumer<DatagramFlow> accepted) {
        Context context = Datagrams.context(vertx);
        server = Datagrams.on(
                context,
                () -> UdpSessions.listen(context, Address.of("", 0), options, flow -> {
                    sessions.add(flow);
                    accepted.accept(flow);
                }));
    }

    private static void echo(DatagramFlow flow) {
        flow.receiver(new DatagramFlow.Receiver() {
            @Override
            public void packet(ByteBuf payload, Address peer) {
                flow.send(payload, peer);
            }

            @Override
            public void batchEnd() {
                flow.flush();
            }
        });
    }

    private byte ask(DatagramSocket client, int value) throws Exception {
        client.setSoTimeout(10_000);
        send(client, value);
        DatagramPacket answer = new DatagramPacket(new byte[10], 10);
        client.receive(answer);
        assertThat(answer.getLength()).isEqualTo(1);
        return answer.getData()[0];
    }

    private void send(DatagramSocket client, int value) throws Exception {
        InetSocketAddress to = new InetSocketAddress(
                InetAddress.getLoopbackAddress(), server.address().port());
        client.send(new DatagramPacket(new byte[] {(byte) value}, 1, to));
    }

    @Test
    void eachClientHasItsOwnSessionThatStaysWithKeepAlive() throws Exception {
        listen(UdpSessions.Options.DEFAULT.keepAlive(true), UdpSessionsTest::echo);
        try (DatagramSocket one = new DatagramSocket();
                DatagramSocket two = new DatagramSocket()) {
            for (int i = 0; i < 10; i++) {
                assertThat(ask(one, i)).isEqualTo((byte) i);
                assertThat(ask(two, 100 + i)).isEqualTo((byte) (100 + i));
            }
            assertThat(sessions).hasSize(2);
            assertThat(sessions.get(0).remote().port()).isEqualTo(one.getLocalPort());
            assertThat(sessions.get(1).remote().port()).isEqualTo(two.getLocalPort());
            assertThat(sessions.get(0).remote().host()).isEqualTo("127.0.0.1");
        }
    }

    @Test
    void answerGoesOutBeforeItsSessionIsClosed() throws Exception {
        listen(UdpSessions.Options.DEFAULT.keepAlive(true), session -> {
            // From a task of its own: no batch of datagrams ends after it.
            session.context().owner().setTimer(50, t -> {
                session.send(Unpooled.wrappedBuffer(new byte[] {9}), session.remote());
                session.close();
            });
        });
        try (DatagramSocket client = new DatagramSocket()) {
            assertThat(ask(client, 1)).isEqualTo((byte) 9);
        }
    }

    @Test
    void sessionEndsAfterItsFirstAnswerWithoutKeepAlive() throws Exception {
        listen(UdpSessions.Options.DEFAULT, UdpSessionsTest::echo);
        try (DatagramSocket client = new DatagramSocket()) {
            assertThat(ask(client, 1)).isEqualTo((byte) 1);
            LinkFixture.get(sessions.get(0).closed());
            assertThat(ask(client, 2)).isEqualTo((byte) 2);
            assertThat(sessions).hasSize(2);
            LinkFixture.get(sessions.get(1).closed());
            Boolean sentLater = Datagrams.on(
                    sessions.get(0).context(),
                    () -> io.vertx.core.Future.succeededFuture(sessions.get(0).send(Unpooled.buffer(), Address.NONE)));
            assertThat(sentLater).isFalse();
        }
    }

    @Test
    void busySessionOutlivesItsFirstAnswer() throws Exception {
        listen(UdpSessions.Options.DEFAULT, UdpSessionsTest::echo);
        try (DatagramSocket client = new DatagramSocket()) {
            // All of them are under way when the first is answered.
            for (int i = 0; i < 100; i++) {
                send(client, i);
            }
            client.setSoTimeout(10_000);
            DatagramPacket answer = new DatagramPacket(new byte[1], 1);
            for (int i = 0; i < 100; i++) {
                client.receive(answer);
                assertThat(answer.getData()[0]).isEqualTo((byte) i);
            }
            // One, unless this thread or the server's was held up for long.
            assertThat(sessions).hasSizeLessThan(5);
            LinkFixture.get(sessions.get(0).closed());
        }
    }

    @Test
    void quietSessionEndsAfterOneToTwoTimesItsTtl() throws Exception {
        listen(UdpSessions.Options.DEFAULT.keepAlive(true).ttl(Duration.ofMillis(400)), UdpSessionsTest::echo);
        try (DatagramSocket client = new DatagramSocket()) {
            long start = System.nanoTime();
            for (int i = 0; i < 10; i++) {
                assertThat(ask(client, i)).isEqualTo((byte) i);
                java.util.concurrent.locks.LockSupport.parkNanos(
                        Duration.ofMillis(100).toNanos());
            }
            long quiet = System.nanoTime();
            assertThat(quiet - start).isGreaterThan(Duration.ofSeconds(1).toNanos());
            assertThat(sessions).hasSize(1);
            LinkFixture.get(sessions.get(0).closed());
            assertThat(System.nanoTime() - quiet)
                    .isGreaterThan(Duration.ofMillis(200).toNanos());
            assertThat(ask(client, 3)).isEqualTo((byte) 3);
            assertThat(sessions).hasSize(2);
        }
    }

    @Test
    void clientsBeyondTheBacklogAndDatagramsBeyondTheQueueAreDropped() throws Exception {
        listen(new UdpSessions.Options(Duration.ofSeconds(5), true, false, 2, 3, 4096), flow -> {});
        try (DatagramSocket one = new DatagramSocket();
                DatagramSocket two = new DatagramSocket();
                DatagramSocket three = new DatagramSocket()) {
            for (int i = 0; i < 5; i++) {
                send(one, i);
            }
            send(two, 1);
            send(three, 1);
            LinkFixture.await("a client dropped", () -> server.dropped() == 1 && sessions.size() == 2);
            Datagrams.Inbox inbox = Datagrams.inbox(sessions.get(0));
            for (int i = 0; i < 3; i++) {
                assertThat(inbox.next().payload()).containsExactly(i);
            }
            assertThat(inbox.size()).isZero();
            send(three, 2);
            LinkFixture.await("room again", () -> sessions.size() == 3);
        }
    }

    @Test
    void sessionThatIsTurnedAwayLeavesRoomForTheNext() throws Exception {
        listen(UdpSessions.Options.DEFAULT, DatagramFlow::close);
        try (DatagramSocket client = new DatagramSocket()) {
            send(client, 1);
            send(client, 2);
            LinkFixture.await("two sessions", () -> sessions.size() == 2);
        }
    }

    @Test
    void statelessListenerMakesASessionOfEachDatagram() throws Exception {
        listen(new UdpSessions.Options(Duration.ofSeconds(5), false, true, 128, 128, 4096), UdpSessionsTest::echo);
        try (DatagramSocket client = new DatagramSocket()) {
            for (int i = 0; i < 5; i++) {
                assertThat(ask(client, i)).isEqualTo((byte) i);
            }
            assertThat(sessions).hasSize(5);
        }
    }

    @Test
    void closingTheListenerClosesItsSessions() throws Exception {
        listen(UdpSessions.Options.DEFAULT.keepAlive(true), UdpSessionsTest::echo);
        try (DatagramSocket client = new DatagramSocket()) {
            assertThat(ask(client, 1)).isEqualTo((byte) 1);
            server.close();
            LinkFixture.get(sessions.get(0).closed());
        }
    }
}
