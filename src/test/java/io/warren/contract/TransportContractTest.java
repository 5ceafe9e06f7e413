package io.warren.contract;

import static io.warren.layer.LoopbackPair.all;
import static io.warren.layer.LoopbackPair.pour;
import static io.warren.layer.LoopbackPair.some;
import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.warren.layer.LoopbackPair;
import io.warren.net.Address;
import io.warren.net.DialOptions;
import io.warren.net.Stream;
import io.warren.net.TcpDial;
import io.warren.spi.Dialer;
import io.warren.spi.Transport;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What every stream transport promises between two Warren ends. */
class TransportContractTest {
    static List<Transport> transports() {
        return Contract.transports();
    }

    private final TransportRig rig = new TransportRig();

    @AfterEach
    void close() {
        rig.close();
    }

    private static Buffer random(int size) {
        byte[] bytes = new byte[size];
        new Random(size).nextBytes(bytes);
        return Buffer.buffer(bytes);
    }

    @Test
    void theListIsTheCatalogues() {
        assertThat(transports())
                .extracting(Contract::name)
                .contains("tcp", "tls", "mtls", "mtcp", "ws", "wss", "mws", "mwss", "rot13")
                .doesNotHaveDuplicates();
    }

    @ParameterizedTest
    @MethodSource("transports")
    void tenMebibytesComeBackWholeWithTheEnd(Transport transport) {
        Address at = rig.listen(transport, Map.of(), LoopbackPair::echo);
        Dialer dialer = rig.dialer(transport, Map.of());
        Stream stream = rig.on(() -> rig.dial(dialer, at));
        AtomicLong got = new AtomicLong();
        int total = 10 << 20;
        rig.on(() -> {
            Promise<Void> ended = Promise.promise();
            stream.handler(b -> got.addAndGet(b.length())).endHandler(v -> ended.complete());
            pour(stream, total, stream::end);
            return ended.future();
        });
        assertThat(got).hasValue(total);
    }

    @ParameterizedTest
    @MethodSource("transports")
    void bytesAreTheSame(Transport transport) {
        Address at = rig.listen(transport, Map.of(), LoopbackPair::echo);
        Dialer dialer = rig.dialer(transport, Map.of());
        Buffer sent = random(1_000_003);
        Buffer got = rig.on(() -> rig.dial(dialer, at).compose(stream -> {
            Future<Buffer> reply = all(stream);
            stream.write(sent.copy());
            stream.end();
            return reply;
        }));
        assertThat(got).isEqualTo(sent);
    }

    @ParameterizedTest
    @MethodSource("transports")
    void sixBytesOfIpv6(Transport transport) {
        Address at = rig.listen(transport, Map.of(), Address.of("::1", 0), LoopbackPair::echo);
        Dialer dialer = rig.dialer(transport, Map.of());
        Buffer got = rig.on(() -> rig.dial(dialer, at).compose(stream -> {
            stream.write(Buffer.buffer("sixsix"));
            return some(stream, 6);
        }));
        assertThat(got.toString()).isEqualTo("sixsix");
    }

    @ParameterizedTest
    @MethodSource("transports")
    void halfClosedClientGetsItsReply(Transport transport) {
        Buffer reply = random(3 << 20);
        Address at = rig.listen(
                transport,
                Map.of(),
                stream -> all(stream).onSuccess(request -> {
                    stream.write(Buffer.buffer().appendInt(request.length()));
                    stream.write(reply.copy());
                    stream.close();
                }));
        Dialer dialer = rig.dialer(transport, Map.of());
        Buffer got = rig.on(() -> rig.dial(dialer, at).compose(stream -> {
            stream.write(random(5000));
            stream.end();
            return all(stream);
        }));
        assertThat(got.getInt(0)).isEqualTo(5000);
        assertThat(got.slice(4, got.length())).isEqualTo(reply);
    }

    @ParameterizedTest
    @MethodSource("transports")
    void serverThatEndsFirstStillHearsTheClient(Transport transport) {
        Promise<Buffer> heard = Promise.promise();
        Address at = rig.listen(transport, Map.of(), stream -> {
            stream.write(Buffer.buffer("welcome"));
            stream.end();
            all(stream).onComplete(heard);
        });
        Dialer dialer = rig.dialer(transport, Map.of());
        rig.on(() -> rig.dial(dialer, at)
                .compose(stream -> all(stream).compose(welcome -> {
                    assertThat(welcome.toString()).isEqualTo("welcome");
                    stream.write(random(2 << 20));
                    return stream.end();
                })));
        assertThat(LoopbackPair.await(heard.future())).isEqualTo(random(2 << 20));
    }

    @ParameterizedTest
    @MethodSource("transports")
    void abruptCloseEndsTheOtherSide(Transport transport) {
        Promise<Void> over = Promise.promise();
        Address at = rig.listen(transport, Map.of(), stream -> {
            stream.handler(b -> {});
            stream.closed().onComplete(over);
        });
        Dialer dialer = rig.dialer(transport, Map.of());
        rig.on(() -> rig.dial(dialer, at).compose(stream -> {
            stream.write(Buffer.buffer("some bytes"));
            stream.abort();
            return stream.closed();
        }));
        LoopbackPair.await(over.future());
    }

    @ParameterizedTest
    @MethodSource("transports")
    void writerWaitsForASlowReader(Transport transport) {
        List<Stream> accepted = new ArrayList<>();
        Address at = rig.listen(transport, Map.of(), accepted::add);
        Dialer dialer = rig.dialer(transport, Map.of());
        Stream stream = rig.on(() -> rig.dial(dialer, at));
        AtomicInteger done = new AtomicInteger();
        long total = 64L << 20;
        rig.on(() -> {
            pour(stream, total, () -> {
                done.incrementAndGet();
                stream.end();
            });
            return Future.succeededFuture();
        });
        rig.until(() -> accepted.size() == 1 && stream.writeQueueFull());
        assertThat(done).hasValue(0);
        AtomicLong got = new AtomicLong();
        rig.on(() -> {
            Promise<Void> ended = Promise.promise();
            accepted.get(0).handler(b -> got.addAndGet(b.length())).endHandler(v -> ended.complete());
            return ended.future();
        });
        assertThat(got).hasValue(total);
    }

    @ParameterizedTest
    @MethodSource("transports")
    void manyStreamsAtOnce(Transport transport) {
        int count = Contract.multiplexes(transport) ? 500 : 50;
        Address at = rig.listen(transport, Map.of(), LoopbackPair::echo);
        Dialer dialer = rig.dialer(transport, Map.of());
        List<Future<Buffer>> replies = new ArrayList<>();
        Buffer sent = random(20_000);
        rig.on(() -> {
            for (int i = 0; i < count; i++) {
                replies.add(rig.dial(dialer, at).compose(stream -> {
                    Future<Buffer> reply = all(stream);
                    stream.write(sent.copy());
                    stream.end();
                    return reply.onComplete(r -> stream.close());
                }));
            }
            return Future.all(replies);
        });
        assertThat(replies).allSatisfy(r -> assertThat(r.result()).isEqualTo(sent));
        assertThat(rig.carriers.get()).isEqualTo(Contract.multiplexes(transport) ? 1 : count);
    }

    @ParameterizedTest
    @MethodSource("transports")
    void garbageInPlaceOfAHandshakeHurtsNobodyElse(Transport transport) {
        Address at = rig.listen(transport, Map.of(), LoopbackPair::echo);
        Dialer dialer = rig.dialer(transport, Map.of());
        for (int i = 0; i < 20; i++) {
            Buffer garbage = random(100 + i);
            rig.on(() -> TcpDial.connect(rig.context(), at, DialOptions.DEFAULT).compose(raw -> {
                raw.write(garbage);
                raw.end();
                return all(raw).otherwiseEmpty().compose(v -> raw.close());
            }));
        }
        Buffer got = rig.on(() -> rig.dial(dialer, at).compose(stream -> {
            stream.write(Buffer.buffer("hello"));
            return some(stream, 5);
        }));
        assertThat(got.toString()).isEqualTo("hello");
    }

    @ParameterizedTest
    @MethodSource("transports")
    void nodeThatIsNotThereIsRefused(Transport transport) {
        Address at = rig.listen(transport, Map.of(), LoopbackPair::echo);
        Dialer dialer = rig.dialer(transport, Map.of());
        Future<Stream> refused = rig.on(() -> Future.succeededFuture(rig.dial(dialer, at.withPort(1))));
        rig.until(refused::isComplete);
        assertThat(refused.cause()).hasMessageContaining("refused");
    }
}
