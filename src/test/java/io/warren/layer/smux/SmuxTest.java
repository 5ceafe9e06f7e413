package io.warren.layer.smux;

import static io.warren.layer.LoopbackPair.all;
import static io.warren.layer.LoopbackPair.echo;
import static io.warren.layer.LoopbackPair.pour;
import static io.warren.layer.LoopbackPair.some;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.Unpooled;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.warren.layer.LoopbackPair;
import io.warren.net.ProxyException;
import io.warren.net.Stream;
import io.warren.spi.Notice;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SmuxTest {
    private static final HexFormat HEX = HexFormat.of();

    private final LoopbackPair pair = new LoopbackPair();

    @AfterEach
    void close() {
        pair.close();
    }

    private SmuxSession client(int version) {
        return pair.on(() -> Future.succeededFuture(Smux.client(pair.client, SmuxOptions.version(version))));
    }

    private void server(int version, Consumer<Stream> accepted) {
        server(SmuxOptions.version(version), accepted);
    }

    private void server(SmuxOptions options, Consumer<Stream> accepted) {
        pair.on(() -> {
            Smux.server(pair.server, options, accepted);
            return Future.succeededFuture();
        });
    }

    private static Buffer random(int size) {
        byte[] bytes = new byte[size];
        new Random(size).nextBytes(bytes);
        return Buffer.buffer(bytes);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void manyStreamsEchoAtOnceAndEndWithTheirWholeReply(int version) {
        server(version, LoopbackPair::echo);
        SmuxSession mux = client(version);
        List<Future<Buffer>> replies = new ArrayList<>();
        Buffer sent = random(200_000);
        pair.on(() -> {
            for (int i = 0; i < 100; i++) {
                replies.add(mux.open().compose(stream -> {
                    Future<Buffer> reply = all(stream);
                    stream.write(sent.copy());
                    stream.end();
                    return reply.onComplete(r -> stream.close());
                }));
            }
            return Future.all(replies);
        });
        assertThat(replies).allSatisfy(r -> assertThat(r.result()).isEqualTo(sent));
        pair.until(() -> mux.streamCount() == 0);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void noticesPassBetweenTwoWhoAttendAndAQuestionIsAnswered(int version) {
        List<Notice> heard = new CopyOnWriteArrayList<>();
        SmuxSession agent = pair.on(() -> {
            SmuxSession session = Smux.server(pair.server, SmuxOptions.version(version), Stream::close);
            session.onNotice(heard::add);
            session.attend();
            return Future.succeededFuture(session);
        });
        SmuxSession member = client(version);
        pair.on(() -> {
            member.attend();
            return Future.succeededFuture();
        });
        pair.until(() -> member.notice(Notice.LEAVING));
        pair.until(() -> heard.contains(Notice.LEAVING));
        pair.on(() -> member.proven(Duration.ZERO));
        pair.on(() -> agent.proven(Duration.ZERO));
        pair.on(() -> agent.proven(Duration.ofSeconds(3)));
        pair.on(member::idle);
        Future<Void> idle = pair.on(() -> member.open().map(stream -> {
            Future<Void> later = member.idle();
            assertThat(later.isComplete()).isFalse();
            stream.close();
            return later;
        }));
        pair.until(idle::isComplete);
        pair.on(() -> {
            member.notice(Notice.REPLACED);
            return Future.succeededFuture();
        });
        pair.until(() -> heard.contains(Notice.REPLACED));
    }

    @Test
    void peerThatIsNoWarrenIsToldNothingAndProvesByWhatItSends() {
        SmuxSession session = client(1);
        Promise<Void> proof = Promise.promise();
        pair.on(() -> {
            session.attend();
            assertThat(session.notice(Notice.REPLACED)).isFalse();
            session.proven(Duration.ZERO).onComplete(proof);
            return Future.succeededFuture();
        });
        // Acknowledged by the kernel, though nobody there reads.
        pair.until(() -> proof.future().succeeded());
        pair.on(session::close);
        pair.until(() -> session.proven(Duration.ofSeconds(1)).failed());
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void tenMebibytesEachWayThroughOneStream(int version) {
        server(version, LoopbackPair::echo);
        SmuxSession mux = client(version);
        AtomicLong got = new AtomicLong();
        long total = 10L << 20;
        pair.on(() -> mux.open().compose(stream -> {
            Promise<Void> ended = Promise.promise();
            stream.handler(b -> got.addAndGet(b.length())).endHandler(v -> ended.complete());
            pour(stream, total, stream::end);
            return ended.future();
        }));
        assertThat(got).hasValue(total);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void serverHearsTheEndBeforeItAnswersAlsoOnTheFirstStream(int version) {
        server(
                version,
                stream -> all(stream).onSuccess(request -> {
                    stream.write(Buffer.buffer("got " + request.length()));
                    stream.close();
                }));
        SmuxSession mux = client(version);
        Buffer reply = pair.on(() -> mux.open().compose(stream -> {
            stream.write(random(5));
            assertThat(stream.halfCloses()).isTrue();
            stream.end();
            return all(stream);
        }));
        assertThat(reply.toString()).isEqualTo("got 5");
    }

    @Test
    void abortedStreamFailsAtTheOtherEndAndItsSiblingLives() {
        List<Stream> accepted = new ArrayList<>();
        server(2, accepted::add);
        SmuxSession mux = client(2);
        Stream broken = pair.on(mux::open);
        Stream healthy = pair.on(mux::open);
        pair.until(() -> accepted.size() == 2);
        pair.on(() -> {
            broken.abort();
            return Future.succeededFuture();
        });
        assertThatThrownBy(() -> pair.on(() -> all(accepted.get(0)))).hasMessage("reset by the peer");
        Buffer got = pair.on(() -> {
            echo(accepted.get(1));
            healthy.write(Buffer.buffer("still here"));
            return some(healthy, 10);
        });
        assertThat(got.toString()).isEqualTo("still here");
    }

    @Test
    void slowReaderHoldsUpItsOwnStreamOnly() {
        List<Stream> accepted = new ArrayList<>();
        server(2, accepted::add);
        SmuxSession mux = client(2);
        Stream slow = pair.on(mux::open);
        Stream fast = pair.on(mux::open);
        pair.until(() -> accepted.size() == 2);
        pair.on(() -> {
            pour(slow, 8 << 20, () -> {});
            return Future.succeededFuture();
        });
        pair.until(slow::writeQueueFull);
        Buffer got = pair.on(() -> {
            echo(accepted.get(1));
            fast.write(random(1 << 20));
            return some(fast, 1 << 20);
        });
        assertThat(got).isEqualTo(random(1 << 20));
        // What waits at the other end is what the peer may send unasked, and what our own queue holds.
        assertThat(pair.on(() -> Future.succeededFuture(slow.writeQueueFull()))).isTrue();
        AtomicLong late = new AtomicLong();
        pair.on(() -> {
            accepted.get(0).handler(b -> late.addAndGet(b.length()));
            return Future.succeededFuture();
        });
        pair.until(() -> late.get() == 8 << 20);
    }

    @Test
    void versionOneStopsReadingWhenItsBudgetWaitsForReadersAndGoesOnAfterwards() {
        List<Stream> accepted = new ArrayList<>();
        server(SmuxOptions.version(1).maxReceiveBytes(1 << 20), accepted::add);
        SmuxSession mux = client(1);
        Stream stream = pair.on(mux::open);
        AtomicInteger poured = new AtomicInteger();
        pair.on(() -> {
            pour(stream, 64 << 20, poured::incrementAndGet);
            return Future.succeededFuture();
        });
        pair.until(() -> stream.writeQueueFull() && accepted.size() == 1);
        assertThat(poured).hasValue(0);
        AtomicLong got = new AtomicLong();
        pair.on(() -> {
            accepted.get(0).handler(b -> got.addAndGet(b.length()));
            return Future.succeededFuture();
        });
        pair.until(() -> got.get() == 64 << 20);
    }

    @Test
    void sessionsEndIsEveryStreamsFailure() {
        List<Stream> accepted = new ArrayList<>();
        server(2, accepted::add);
        SmuxSession mux = client(2);
        Stream stream = pair.on(mux::open);
        pair.until(() -> accepted.size() == 1);
        Future<Buffer> end = pair.on(() -> Future.succeededFuture(all(stream)));
        pair.on(() -> pair.server.close());
        assertThatThrownBy(() -> LoopbackPair.await(end))
                .isInstanceOfSatisfying(
                        ProxyException.class, e -> assertThat(e.kind()).isEqualTo(ProxyException.Kind.CLOSED));
        assertThatThrownBy(() -> pair.on(mux::open)).hasMessage("smux session ended");
    }

    @Test
    void silentPeerEndsTheSession() {
        SmuxSession mux = pair.on(() -> Future.succeededFuture(Smux.client(
                pair.client, SmuxOptions.version(1).keepAlive(Duration.ofMillis(20), Duration.ofMillis(60)))));
        Stream stream = pair.on(mux::open);
        assertThatThrownBy(() -> pair.on(() -> all(stream))).hasMessageContaining("silent");
    }

    @Test
    void keepAliveHoldsAQuietSession() {
        SmuxOptions options = SmuxOptions.version(1).keepAlive(Duration.ofMillis(20), Duration.ofMillis(200));
        server(options, LoopbackPair::echo);
        SmuxSession mux = pair.on(() -> Future.succeededFuture(Smux.client(pair.client, options)));
        Promise<Void> later = Promise.promise();
        pair.context.owner().setTimer(600, t -> later.complete());
        LoopbackPair.await(later.future());
        assertThat(mux.isOpen()).isTrue();
    }

    // --- against the bytes of the reference implementation

    private static byte[] side(String name, char direction) {
        try {
            String hex = Files.readAllLines(Path.of("src/test/resources/vectors/smux", name)).stream()
                    .filter(line -> line.startsWith(direction + " "))
                    .map(line -> line.substring(2).replace(" ", ""))
                    .collect(Collectors.joining());
            return HEX.parseHex(hex);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"mtcp-v1.hex", "mtcp-v2.hex"})
    void referenceClientsFramesAreUnderstoodByteByByte(String name) {
        int version = name.contains("v2") ? 2 : 1;
        List<Buffer> got = new ArrayList<>();
        AtomicInteger ends = new AtomicInteger();
        server(version, stream -> {
            Buffer text = Buffer.buffer();
            got.add(text);
            assertThat(stream.halfCloses()).isFalse();
            stream.handler(b -> {
                text.appendBuffer(b);
                stream.write(b.copy());
            });
            stream.closed().onComplete(v -> ends.incrementAndGet());
        });
        for (byte b : side(name, '>')) {
            pair.on(() -> pair.client.send(Unpooled.wrappedBuffer(new byte[] {b})));
        }
        pair.until(() -> ends.get() == 2);
        assertThat(got).hasSize(2);
        assertThat(got.get(0).toString(StandardCharsets.ISO_8859_1)).endsWith("hello");
        assertThat(got.get(1).toString(StandardCharsets.ISO_8859_1)).endsWith("second");
    }

    @Test
    void ourFramesAreTheReferenceClientsBehindOneNopMore() {
        SmuxSession mux = client(1);
        Future<Buffer> sent = pair.on(() -> Future.succeededFuture(all(pair.server)));
        byte[] request = HEX.parseHex("0101000a02000701c000020a1f90" + "68656c6c6f");
        pair.on(() -> mux.open().compose(stream -> {
            stream.write(Buffer.buffer(request));
            return stream.close();
        }));
        pair.on(mux::close);
        assertThat(HEX.formatHex(LoopbackPair.await(sent).getBytes()))
                .isEqualTo("0103000052524157" + HEX.formatHex(side("mtls-v1-inside-tls.hex", '>')));
    }

    @Test
    void secondVersionTellsItsProgressAfterTheFirstRead() {
        server(2, stream -> stream.handler(b -> {}));
        Buffer reply = pair.on(() -> {
            pair.client.write(Buffer.buffer(HEX.parseHex("0200000003000000" + "0202040003000000" + "01010000")));
            return some(pair.client, 16);
        });
        assertThat(HEX.formatHex(reply.getBytes())).isEqualTo("0204080003000000" + "04000000" + "00000400");
    }

    @Test
    void peersWindowIsKept() {
        SmuxSession mux = client(2);
        AtomicLong payload = new AtomicLong();
        pair.on(() -> {
            pair.server.handler(b -> payload.addAndGet(b.length()));
            return Future.succeededFuture();
        });
        pair.on(() -> mux.open().compose(stream -> {
            stream.write(random(400_000));
            return Future.succeededFuture();
        }));
        long frames = 16 + 262144 + 8 * 8;
        pair.until(() -> payload.get() == frames);
        pair.on(() -> pair.server.write(Buffer.buffer(HEX.parseHex("0204080003000000" + "00000400" + "00000100"))));
        pair.until(() -> payload.get() == frames + 65536 + 2 * 8);
    }

    @Test
    void endTowardsAnotherSmuxIsNotToldAndCutsNothing() {
        SmuxSession mux = client(1);
        Stream stream = pair.on(mux::open);
        pair.on(() -> {
            stream.write(Buffer.buffer("hello"));
            stream.end();
            return pair.server.write(Buffer.buffer(HEX.parseHex("0102020003000000" + "6f6b")));
        });
        Future<Buffer> reply = pair.on(() -> Future.succeededFuture(some(stream, 4)));
        pair.until(() -> !stream.halfCloses());
        pair.on(() -> pair.server.write(Buffer.buffer(HEX.parseHex("0102020003000000" + "6f6b"))));
        assertThat(LoopbackPair.await(reply).toString()).isEqualTo("okok");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "0300000003000000",
                "0105000003000000",
                "0100010003000000aa",
                "0104080003000000aaaaaaaaaaaaaaaa",
                "48545450"
            })
    void badFramesEndTheSession(String hex) {
        server(1, stream -> stream.handler(b -> {}));
        pair.on(() -> pair.client.write(Buffer.buffer(HEX.parseHex(hex + "0000000000000000"))));
        pair.on(() -> all(pair.client).otherwiseEmpty());
    }

    @Test
    void peerThatIgnoresItsWindowEndsTheSession() {
        List<Stream> accepted = new ArrayList<>();
        server(2, accepted::add);
        Buffer flood = Buffer.buffer(HEX.parseHex("0200000003000000"));
        for (int i = 0; i < 20; i++) {
            flood.appendBytes(HEX.parseHex("0202ffff03000000")).appendBytes(new byte[65535]);
        }
        pair.on(() -> pair.client.write(flood));
        pair.on(() -> all(pair.client).otherwiseEmpty());
    }

    @Test
    void randomBytesNeverDoMoreThanEndTheSession() {
        long seed = System.nanoTime();
        System.out.println("seed " + seed);
        Random random = new Random(seed);
        for (int round = 0; round < 40; round++) {
            try (LoopbackPair one = new LoopbackPair()) {
                one.on(() -> {
                    Smux.server(one.server, SmuxOptions.version(2), stream -> stream.handler(b -> {}));
                    return Future.succeededFuture();
                });
                Buffer bytes = Buffer.buffer();
                for (int i = 0; i < 50; i++) {
                    byte[] payload = new byte[random.nextInt(20)];
                    random.nextBytes(payload);
                    bytes.appendByte((byte) (random.nextInt(50) == 0 ? random.nextInt() : 2))
                            .appendByte((byte) random.nextInt(random.nextInt(20) == 0 ? 256 : 5))
                            .appendShortLE((short) (random.nextInt(10) == 0 ? random.nextInt() : payload.length))
                            .appendIntLE(random.nextInt(6))
                            .appendBytes(payload);
                }
                one.on(() -> {
                    one.client.write(bytes);
                    one.client.end();
                    return all(one.client).otherwiseEmpty();
                });
            }
        }
    }
}
