package io.warren.net;

import static io.warren.net.Traffic.async;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.zip.CRC32;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What a join promises, for every way in which its bytes can move. */
@Timeout(120)
class LinkContractTest {
    private static final long MUCH = 20L << 20;

    /** Socket buffers of both kernels' ends at their largest, and what a relay may hold. */
    private static final long IN_FLIGHT = 28L << 20;

    @ParameterizedTest
    @EnumSource
    void halfClosedClientGetsAReplyLargerThanTheSocketBuffers(Way way) throws Exception {
        try (LinkFixture relay = new LinkFixture(way);
                Socket client = relay.client();
                Socket server = relay.accept()) {
            CompletableFuture<Traffic> request = async(() -> Traffic.receive(server));
            Traffic sent = Traffic.send(client, MUCH, 1);
            client.shutdownOutput();
            assertThat(request.get(30, SECONDS)).isEqualTo(sent);
            CompletableFuture<Traffic> replied = async(() -> {
                Traffic reply = Traffic.send(server, MUCH, 2);
                server.shutdownOutput();
                return reply;
            });
            Traffic got = Traffic.receive(client, Long.MAX_VALUE, 300_000);
            assertThat(got).isEqualTo(replied.get(30, SECONDS));
            assertThat(relay.outcome()).isNull();
            assertThat(relay.meter.in()).isEqualTo(MUCH);
            assertThat(relay.meter.out()).isEqualTo(MUCH);
        }
    }

    @ParameterizedTest
    @EnumSource
    void bothDirectionsAtOnceKeepEveryByte(Way way) throws Exception {
        try (LinkFixture relay = new LinkFixture(way);
                Socket client = relay.client();
                Socket server = relay.accept()) {
            CompletableFuture<Traffic> up = async(() -> sendAndEnd(client, MUCH, 3));
            CompletableFuture<Traffic> down = async(() -> sendAndEnd(server, MUCH, 4));
            CompletableFuture<Traffic> request = async(() -> Traffic.receive(server, Long.MAX_VALUE, 100_000));
            assertThat(Traffic.receive(client, Long.MAX_VALUE, 200_000)).isEqualTo(down.get(30, SECONDS));
            assertThat(request.get(30, SECONDS)).isEqualTo(up.get(30, SECONDS));
            assertThat(relay.outcome()).isNull();
            assertThat(relay.meter.in()).isEqualTo(MUCH);
            assertThat(relay.meter.out()).isEqualTo(MUCH);
        }
    }

    private static Traffic sendAndEnd(Socket socket, long bytes, long seed) throws IOException {
        Traffic sent = Traffic.send(socket, bytes, seed);
        socket.shutdownOutput();
        return sent;
    }

    @ParameterizedTest
    @EnumSource
    void readerThatStopsStopsTheSender(Way way) throws Exception {
        try (LinkFixture relay = new LinkFixture(way);
                Socket client = relay.client(64 * 1024);
                Socket server = relay.accept()) {
            long total = 96L << 20;
            AtomicLong up = new AtomicLong();
            AtomicLong down = new AtomicLong();
            CompletableFuture<Void> upDone = async(() -> fill(client, total, up));
            CompletableFuture<Void> downDone = async(() -> fill(server, total, down));
            LinkFixture.await("both senders held back", () -> stands(up) && stands(down));
            assertThat(up.get()).isLessThan(IN_FLIGHT);
            assertThat(down.get()).isLessThan(IN_FLIGHT);
            for (Stream stream : relay.streams) {
                assertThat(stream.channel().unsafe().outboundBuffer().totalPendingWriteBytes())
                        .isLessThan(1 << 20);
            }
            CompletableFuture<Traffic> request = async(() -> Traffic.receive(server));
            assertThat(Traffic.receive(client).bytes()).isEqualTo(total);
            assertThat(request.get(30, SECONDS).bytes()).isEqualTo(total);
            upDone.get(30, SECONDS);
            downDone.get(30, SECONDS);
            assertThat(relay.outcome()).isNull();
        }
    }

    private static Void fill(Socket socket, long total, AtomicLong progress) throws IOException {
        OutputStream out = socket.getOutputStream();
        byte[] chunk = new byte[64 * 1024];
        while (progress.get() < total) {
            out.write(chunk);
            progress.addAndGet(chunk.length);
        }
        socket.shutdownOutput();
        return null;
    }

    private static boolean stands(AtomicLong progress) {
        long before = progress.get();
        LockSupport.parkNanos(Duration.ofMillis(400).toNanos());
        return before > 0 && before == progress.get();
    }

    @ParameterizedTest
    @EnumSource
    void oneByteAndTheEndArrive(Way way) throws Exception {
        try (LinkFixture relay = new LinkFixture(way);
                Socket client = relay.client()) {
            client.getOutputStream().write('x');
            client.shutdownOutput();
            try (Socket server = relay.accept()) {
                assertThat(server.getInputStream().readAllBytes()).containsExactly('x');
                server.getOutputStream().write('y');
            }
            assertThat(client.getInputStream().readAllBytes()).containsExactly('y');
            assertThat(relay.outcome()).isNull();
            assertThat(relay.meter.in()).isEqualTo(1);
            assertThat(relay.meter.out()).isEqualTo(1);
        }
    }

    @ParameterizedTest
    @EnumSource
    void serverThatSpeaksAndEndsFirstStillGetsWhatTheClientSends(Way way) throws Exception {
        try (LinkFixture relay = new LinkFixture(way);
                Socket client = relay.client();
                Socket server = relay.accept()) {
            server.getOutputStream().write("220 hello".getBytes(StandardCharsets.US_ASCII));
            server.shutdownOutput();
            assertThat(new String(client.getInputStream().readAllBytes(), StandardCharsets.US_ASCII))
                    .isEqualTo("220 hello");
            CompletableFuture<Traffic> got = async(() -> Traffic.receive(server));
            Traffic sent = sendAndEnd(client, 3 << 20, 5);
            assertThat(got.get(30, SECONDS)).isEqualTo(sent);
            assertThat(relay.outcome()).isNull();
        }
    }

    @ParameterizedTest
    @EnumSource
    void resetOfTheClientReachesTheServer(Way way) throws Exception {
        try (LinkFixture relay = new LinkFixture(way);
                Socket client = relay.client();
                Socket server = relay.accept()) {
            exchange(client, server);
            reset(client);
            assertReset(server);
            assertClosed(relay.outcome());
        }
    }

    @ParameterizedTest
    @EnumSource
    void resetOfTheServerReachesTheClient(Way way) throws Exception {
        try (LinkFixture relay = new LinkFixture(way);
                Socket client = relay.client();
                Socket server = relay.accept()) {
            exchange(client, server);
            reset(server);
            assertReset(client);
            assertClosed(relay.outcome());
        }
    }

    @ParameterizedTest
    @EnumSource
    void resetOfAServerThatDoesNotReadReachesASenderThatWaits(Way way) throws Exception {
        try (LinkFixture relay = new LinkFixture(way);
                Socket client = relay.client();
                Socket server = relay.accept()) {
            AtomicLong progress = new AtomicLong();
            CompletableFuture<Void> sender = async(() -> fill(client, 1L << 30, progress));
            LinkFixture.await("sender held back", () -> stands(progress));
            reset(server);
            assertThatThrownBy(() -> sender.get(30, SECONDS)).hasRootCauseInstanceOf(SocketException.class);
            assertClosed(relay.outcome());
        }
    }

    @ParameterizedTest
    @EnumSource
    void resetAfterTheClientsEndReachesTheClient(Way way) throws Exception {
        try (LinkFixture relay = new LinkFixture(way);
                Socket client = relay.client();
                Socket server = relay.accept()) {
            client.shutdownOutput();
            assertThat(server.getInputStream().read()).isEqualTo(-1);
            reset(server);
            assertReset(client);
            assertClosed(relay.outcome());
        }
    }

    private static void assertClosed(Throwable outcome) {
        assertThat(outcome)
                .isInstanceOfSatisfying(
                        ProxyException.class, e -> assertThat(e.kind()).isEqualTo(ProxyException.Kind.CLOSED));
    }

    private static void exchange(Socket client, Socket server) throws IOException {
        client.getOutputStream().write('a');
        assertThat(server.getInputStream().read()).isEqualTo('a');
        server.getOutputStream().write('b');
        assertThat(client.getInputStream().read()).isEqualTo('b');
    }

    private static void reset(Socket socket) throws IOException {
        socket.setSoLinger(true, 0);
        socket.close();
    }

    private static void assertReset(Socket socket) {
        assertThatThrownBy(() -> {
                    while (socket.getInputStream().read() >= 0) {
                        // what was sent before
                    }
                })
                .isInstanceOf(SocketException.class)
                .hasMessageContaining("reset");
    }

    @ParameterizedTest
    @EnumSource
    void manyConnectionsAtOnceWithRandomSizesAndEnds(Way way) throws Exception {
        long seed = System.nanoTime();
        System.out.println(way + " seed " + seed);
        int connections = 500;
        try (LinkFixture relay = new LinkFixture(way)) {
            CompletableFuture<Void> servers = async(() -> {
                for (int i = 0; i < connections; i++) {
                    Socket server = relay.accept();
                    CompletableFuture<Void> unused = async(() -> answer(server));
                }
                return null;
            });
            List<Socket> clients = new ArrayList<>();
            for (int i = 0; i < connections; i++) {
                clients.add(relay.client());
            }
            servers.get(30, SECONDS);
            SplittableRandom random = new SplittableRandom(seed);
            List<CompletableFuture<Void>> asked = new ArrayList<>();
            AtomicLong total = new AtomicLong();
            for (Socket client : clients) {
                SplittableRandom own = random.split();
                asked.add(async(() -> ask(client, own, total)));
            }
            for (CompletableFuture<Void> one : asked) {
                one.get(60, SECONDS);
            }
            for (int i = 0; i < connections; i++) {
                assertThat(relay.outcome()).isNull();
            }
            assertThat(relay.meter.in()).isEqualTo(total.get() + 8L * connections);
            assertThat(relay.meter.out()).isEqualTo(total.get() + 16L * connections);
        }
    }

    /** Reads to the end; then as much back, behind its length and checksum. */
    private static Void answer(Socket socket) throws IOException {
        try (socket) {
            Traffic got = Traffic.receive(socket);
            DataOutputStream out = new DataOutputStream(socket.getOutputStream());
            out.writeLong(got.bytes());
            out.writeLong(got.checksum());
            Traffic sent = Traffic.send(socket, got.bytes() - 8, got.bytes());
            assertThat(sent.bytes()).isEqualTo(got.bytes() - 8);
        }
        return null;
    }

    private static Void ask(Socket socket, SplittableRandom random, AtomicLong total) throws IOException {
        try (socket) {
            int size = random.nextInt(random.nextInt(1, 200_000));
            total.addAndGet(size);
            CRC32 sum = new CRC32();
            byte[] request = new byte[size + 8];
            random.nextBytes(request);
            sum.update(request);
            int split = random.nextInt(request.length);
            socket.getOutputStream().write(request, 0, split);
            socket.getOutputStream().write(request, split, request.length - split);
            socket.shutdownOutput();
            DataInputStream in = new DataInputStream(socket.getInputStream());
            assertThat(in.readLong()).isEqualTo(request.length);
            assertThat(in.readLong()).isEqualTo(sum.getValue());
            assertThat(Traffic.receive(socket).bytes()).isEqualTo(size);
        }
        return null;
    }

    @ParameterizedTest
    @EnumSource
    void urgentByteHoldsNothingBack(Way way) throws Exception {
        try (LinkFixture relay = new LinkFixture(way)) {
            for (int round = 0; round < 20; round++) {
                try (Socket client = relay.client();
                        Socket server = relay.accept()) {
                    int before = round * 3000;
                    CompletableFuture<Traffic> got = async(() -> Traffic.receive(server, before + 100_000L, 0));
                    Traffic.send(client, before, 6);
                    client.sendUrgentData('!');
                    Traffic.send(client, 100_000, 7);
                    // Whether the urgent byte itself comes through is not promised.
                    assertThat(got.get(30, SECONDS).bytes()).isEqualTo(before + 100_000L);
                    client.shutdownOutput();
                    assertThat(Traffic.receive(server).bytes()).isLessThan(2);
                }
                assertThat(relay.outcome()).isNull();
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void bytesBehindAnUrgentOneArriveAlthoughNothingFollows(Way way) throws Exception {
        try (LinkFixture relay = new LinkFixture(way);
                Socket client = relay.client();
                Socket server = relay.accept()) {
            exchange(client, server);
            CountDownLatch sent = new CountDownLatch(1);
            relay.streams.get(0).context().runOnContext(v -> {
                try {
                    // All of it is to be there when the loop looks.
                    assertThat(sent.await(30, SECONDS)).isTrue();
                } catch (InterruptedException e) {
                    throw new IllegalStateException(e);
                }
            });
            Traffic.send(client, 100, 6);
            client.sendUrgentData('!');
            Traffic.send(client, 100, 7);
            sent.countDown();
            assertThat(Traffic.receive(server, 200, 0).bytes()).isEqualTo(200);
        }
    }

    /** The other ways leave such a pair to its linger time: there a channel with an ended input does not look at errors any more. */
    @ParameterizedTest
    @EnumSource(names = {"PLAIN", "PLAIN_IPV6"})
    void resetOfAServerThatHadEndedIsNoticedAtOnce(Way way) throws Exception {
        try (LinkFixture relay = new LinkFixture(way);
                Socket client = relay.client();
                Socket server = relay.accept()) {
            server.shutdownOutput();
            assertThat(client.getInputStream().read()).isEqualTo(-1);
            reset(server);
            assertClosed(relay.outcome());
        }
    }

    @ParameterizedTest
    @EnumSource
    void silentPairEndsAfterItsIdleTime(Way way) throws Exception {
        Relaying how = Relaying.counting(new Meter()).idleAfter(Duration.ofMillis(600));
        try (LinkFixture relay = new LinkFixture(way, how, 0);
                Socket client = relay.client();
                Socket server = relay.accept()) {
            long start = System.nanoTime();
            while (System.nanoTime() - start < Duration.ofMillis(1200).toNanos()) {
                exchange(client, server);
                LockSupport.parkNanos(Duration.ofMillis(100).toNanos());
            }
            long silent = System.nanoTime();
            assertThat(client.getInputStream().read()).isEqualTo(-1);
            assertThat(server.getInputStream().read()).isEqualTo(-1);
            assertThat(Duration.ofNanos(System.nanoTime() - silent)).isLessThan(Duration.ofSeconds(5));
            assertThat(relay.outcome())
                    .isInstanceOfSatisfying(
                            ProxyException.class, e -> assertThat(e.kind()).isEqualTo(ProxyException.Kind.TIMEOUT));
        }
    }

    @ParameterizedTest
    @EnumSource
    void halfClosedPairEndsWhenItsOtherDirectionIsSilentForTheLingerTime(Way way) throws Exception {
        Relaying how = new Relaying(Duration.ZERO, Duration.ofMillis(600), new Meter());
        try (LinkFixture relay = new LinkFixture(way, how, 0);
                Socket client = relay.client();
                Socket server = relay.accept()) {
            client.shutdownOutput();
            assertThat(server.getInputStream().read()).isEqualTo(-1);
            long start = System.nanoTime();
            while (System.nanoTime() - start < Duration.ofMillis(1200).toNanos()) {
                server.getOutputStream().write('r');
                assertThat(client.getInputStream().read()).isEqualTo('r');
                LockSupport.parkNanos(Duration.ofMillis(100).toNanos());
            }
            assertThat(client.getInputStream().read()).isEqualTo(-1);
            assertThat(relay.outcome()).isNull();
        }
    }

    @ParameterizedTest
    @EnumSource
    void whatAHandshakeReadAheadIsDeliveredFirst(Way way) throws Exception {
        try (LinkFixture relay = new LinkFixture(way, Relaying.counting(new Meter()), 4);
                Socket client = relay.client()) {
            byte[] all = new byte[300_004];
            new SplittableRandom(8).nextBytes(all);
            CompletableFuture<Void> sender = async(() -> {
                client.getOutputStream().write(all);
                client.shutdownOutput();
                return null;
            });
            try (Socket server = relay.accept()) {
                assertThat(server.getInputStream().readAllBytes()).isEqualTo(Arrays.copyOfRange(all, 4, all.length));
            }
            sender.get(30, SECONDS);
            assertThat(client.getInputStream().read()).isEqualTo(-1);
            assertThat(relay.outcome()).isNull();
            assertThat(relay.meter.in()).isEqualTo(300_000);
        }
    }

    @ParameterizedTest
    @EnumSource
    void replyToAHalfClosedClientIsNotCutByAnUpstreamWithoutHalfClose(Way way) throws Exception {
        try (LinkFixture relay = new LinkFixture(way)) {
            relay.prepare = stream -> {
                if (relay.streams.size() == 2) {
                    Pipeline.of(stream).endsOutput(null);
                }
            };
            try (Socket client = relay.client();
                    Socket server = relay.accept()) {
                client.getOutputStream().write("please".getBytes(StandardCharsets.US_ASCII));
                client.shutdownOutput();
                assertThat(new String(server.getInputStream().readNBytes(6), StandardCharsets.US_ASCII))
                        .isEqualTo("please");
                CompletableFuture<Traffic> reply = async(() -> sendAndEnd(server, MUCH, 9));
                assertThat(Traffic.receive(client, Long.MAX_VALUE, 100_000)).isEqualTo(reply.get(30, SECONDS));
                assertThat(server.getInputStream().read()).isEqualTo(-1);
            }
            assertThat(relay.outcome()).isNull();
        }
    }

    @ParameterizedTest
    @EnumSource
    void uploadBehindAFinishedReplyIsNotCutByAClientWithoutHalfClose(Way way) throws Exception {
        try (LinkFixture relay = new LinkFixture(way)) {
            relay.prepare = stream -> {
                if (relay.streams.size() == 1) {
                    Pipeline.of(stream).endsOutput(null);
                }
            };
            try (Socket client = relay.client();
                    Socket server = relay.accept()) {
                server.shutdownOutput();
                CompletableFuture<Traffic> upload = async(() -> sendAndEnd(client, MUCH, 10));
                assertThat(Traffic.receive(server)).isEqualTo(upload.get(30, SECONDS));
                assertThat(client.getInputStream().read()).isEqualTo(-1);
            }
            assertThat(relay.outcome()).isNull();
        }
    }

    @ParameterizedTest
    @EnumSource
    void idlePairEndsAlthoughItsReaderHasStopped(Way way) throws Exception {
        Relaying how = Relaying.counting(new Meter()).idleAfter(Duration.ofMillis(500));
        try (LinkFixture relay = new LinkFixture(way, how, 0);
                Socket client = relay.client();
                Socket server = relay.accept()) {
            AtomicLong progress = new AtomicLong();
            CompletableFuture<Void> sender = async(() -> fill(client, 1L << 30, progress));
            assertThat(relay.outcome()).isInstanceOf(ProxyException.class);
            relay.streams.forEach(stream -> LinkFixture.get(stream.closed()));
            assertThatThrownBy(() -> sender.get(30, SECONDS)).hasRootCauseInstanceOf(SocketException.class);
            assertThat(server.isClosed()).isFalse();
        }
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.MATCH_NONE, names = ".*ANOTHER_LOOP.*")
    void onlyPlainSocketsOnEpollAreSpliced(Way way) throws Exception {
        try (LinkFixture relay = new LinkFixture(way);
                Socket client = relay.client();
                Socket server = relay.accept()) {
            exchange(client, server);
            assertThat(relay.spliced).isEqualTo(way == Way.PLAIN || way == Way.PLAIN_IPV6);
        }
    }

    @ParameterizedTest
    @EnumSource
    void eachDirectionKeepsToItsPace(Way way) throws Exception {
        // A second's worth goes at once, the rest takes a second.
        Relaying how = Relaying.counting(new Meter()).paced(new SteadyPace(400_000), new SteadyPace(2_000_000));
        try (LinkFixture relay = new LinkFixture(way, how, 0);
                Socket client = relay.client();
                Socket server = relay.accept()) {
            long start = System.nanoTime();
            CompletableFuture<Traffic> up = async(() -> sendAndEnd(client, 800_000, 11));
            CompletableFuture<Traffic> down = async(() -> sendAndEnd(server, 4_000_000, 12));
            CompletableFuture<Traffic> request = async(() -> Traffic.receive(server));
            assertThat(Traffic.receive(client)).isEqualTo(down.get(30, SECONDS));
            long downNanos = System.nanoTime() - start;
            assertThat(request.get(30, SECONDS)).isEqualTo(up.get(30, SECONDS));
            long upNanos = System.nanoTime() - start;
            assertThat(Duration.ofNanos(upNanos)).isBetween(Duration.ofMillis(700), Duration.ofSeconds(4));
            assertThat(Duration.ofNanos(downNanos)).isBetween(Duration.ofMillis(700), Duration.ofSeconds(4));
            assertThat(relay.outcome()).isNull();
        }
    }

    @ParameterizedTest
    @EnumSource
    void closingOneStreamEndsThePair(Way way) throws Exception {
        try (LinkFixture relay = new LinkFixture(way);
                Socket client = relay.client();
                Socket server = relay.accept()) {
            exchange(client, server);
            Stream one = relay.streams.get(0);
            one.context().runOnContext(v -> one.close());
            assertThat(client.getInputStream().read()).isEqualTo(-1);
            assertThat(server.getInputStream().read()).isEqualTo(-1);
            relay.streams.forEach(stream -> LinkFixture.get(stream.closed()));
            assertThat(relay.outcome()).isNull();
        }
    }

    @ParameterizedTest
    @EnumSource
    void descriptorsAreGivenBack(Way way) throws Exception {
        try (LinkFixture relay = new LinkFixture(way)) {
            rounds(relay, 1);
            int before = descriptors();
            rounds(relay, 40);
            // A few pipes are kept for the next connection.
            LinkFixture.await("descriptors back", () -> descriptors() <= before + 2 * 16);
        }
    }

    private static void rounds(LinkFixture relay, int rounds) throws Exception {
        for (int i = 0; i < rounds; i++) {
            try (Socket client = relay.client();
                    Socket server = relay.accept()) {
                CompletableFuture<Traffic> got = async(() -> Traffic.receive(server));
                Traffic.send(client, 1 << 20, i);
                if (i % 3 == 0) {
                    reset(client);
                } else {
                    client.shutdownOutput();
                    assertThat(got.get(30, SECONDS).bytes()).isEqualTo(1 << 20);
                }
            }
        }
        for (int i = 0; i < rounds; i++) {
            Throwable unused = relay.outcome();
        }
    }

    private static int descriptors() {
        String[] open = new File("/proc/self/fd").list();
        return open == null ? 0 : open.length;
    }
}
