package io.warren.contract;

import static io.warren.layer.LoopbackPair.all;
import static io.warren.layer.LoopbackPair.some;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.warren.contract.rot13.Rot13;
import io.warren.fixture.Gost;
import io.warren.fixture.Ports;
import io.warren.layer.LoopbackPair;
import io.warren.net.Address;
import io.warren.net.DialOptions;
import io.warren.net.ListenOptions;
import io.warren.net.Stream;
import io.warren.net.TcpDial;
import io.warren.net.TcpServer;
import io.warren.spi.Dialer;
import io.warren.spi.Transport;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every stream transport against the real gost, which is the program that the environment variable GOST names. */
class TransportInteropTest {
    static List<Transport> transports() {
        return Contract.transports().stream()
                .filter(t -> !t.equals(Rot13.TRANSPORT))
                .toList();
    }

    private final TransportRig rig = new TransportRig();
    private final List<Gost> gosts = new ArrayList<>();

    @BeforeEach
    void gostIsThere() {
        Gost.assume();
    }

    @AfterEach
    void close() {
        gosts.forEach(Gost::close);
        rig.close();
    }

    private static Buffer random(int size) {
        byte[] bytes = new byte[size];
        new Random(size).nextBytes(bytes);
        return Buffer.buffer(bytes);
    }

    /** Starts gost and waits until it listens at {@code port}. */
    private Address gost(int port, String... arguments) {
        gosts.add(Gost.listening(port, arguments));
        return Address.of("127.0.0.1", port);
    }

    private Address target(Consumer<Stream> accepted) {
        TcpServer server = rig.on(
                () -> TcpServer.listen(rig.context(), Address.of("127.0.0.1", 0), ListenOptions.DEFAULT, accepted));
        return server.address();
    }

    private Address gostServing(Transport transport, Address target) {
        int port = Ports.free();
        return gost(port, "-L", transport.names().get(0) + "://127.0.0.1:" + port + "/" + target);
    }

    private Address gostDialling(Transport transport, Address ours) {
        int port = Ports.free();
        return gost(
                port,
                "-L",
                "tcp://127.0.0.1:" + port + "/127.0.0.1:9",
                "-F",
                "forward+" + transport.names().get(0) + "://" + ours);
    }

    @ParameterizedTest
    @MethodSource("transports")
    void ourDialerReachesGostsListener(Transport transport) {
        Address node = gostServing(transport, target(LoopbackPair::echo));
        Dialer dialer = rig.dialer(transport, Map.of());
        Buffer sent = random(3_000_001);
        List<Future<Buffer>> replies = new ArrayList<>();
        rig.on(() -> {
            for (int i = 0; i < 5; i++) {
                replies.add(rig.dial(dialer, node).compose(stream -> {
                    stream.write(sent.copy());
                    return some(stream, sent.length()).onComplete(r -> stream.close());
                }));
            }
            return Future.all(replies);
        });
        assertThat(replies).allSatisfy(r -> assertThat(r.result()).isEqualTo(sent));
    }

    @ParameterizedTest
    @MethodSource("transports")
    void gostsDialerReachesOurListener(Transport transport) {
        Address ours = rig.listen(transport, Map.of(), LoopbackPair::echo);
        Address entry = gostDialling(transport, ours);
        Buffer sent = random(3_000_001);
        List<Future<Buffer>> replies = new ArrayList<>();
        rig.on(() -> {
            for (int i = 0; i < 5; i++) {
                replies.add(TcpDial.connect(rig.context(), entry, DialOptions.DEFAULT)
                        .compose(stream -> {
                            stream.write(sent.copy());
                            return some(stream, sent.length()).onComplete(r -> stream.close());
                        }));
            }
            return Future.all(replies);
        });
        assertThat(replies).allSatisfy(r -> assertThat(r.result()).isEqualTo(sent));
    }

    @ParameterizedTest
    @MethodSource("transports")
    void replyInFlightIsNotCutByTheClientsEnd(Transport transport) {
        Buffer reply = random(2 << 20);
        Address node = gostServing(
                transport,
                target(stream -> some(stream, 4).onSuccess(request -> {
                    stream.write(reply.copy());
                    stream.close();
                })));
        Dialer dialer = rig.dialer(transport, Map.of());
        Buffer got = rig.on(() -> rig.dial(dialer, node).compose(stream -> {
            Future<Buffer> answer = all(stream);
            stream.write(Buffer.buffer("give"));
            // What a relay does, too: a stream that cannot half-close is not ended before its reply is there.
            if (stream.halfCloses()) {
                stream.end();
            }
            return answer.onComplete(r -> stream.close());
        }));
        assertThat(got).isEqualTo(reply);
    }

    @ParameterizedTest
    @MethodSource("transports")
    void gostHearsOurEndWhereTheTransportHasOne(Transport transport) {
        assumeTrue(!Contract.multiplexes(transport), "a mux of gost's has no half-close");
        Address node = gostServing(
                transport,
                target(stream -> all(stream).onSuccess(request -> {
                    stream.write(request.copy());
                    stream.close();
                })));
        Dialer dialer = rig.dialer(transport, Map.of());
        Buffer got = rig.on(() -> rig.dial(dialer, node).compose(stream -> {
            stream.write(random(100_000));
            stream.end();
            return all(stream);
        }));
        assertThat(got).isEqualTo(random(100_000));
    }

    @ParameterizedTest
    @MethodSource("transports")
    void gostsClientGetsItsReplyAfterItsEnd(Transport transport) {
        assumeTrue(!Contract.multiplexes(transport), "a mux of gost's has no half-close");
        Address ours = rig.listen(
                transport,
                Map.of(),
                stream -> all(stream).onSuccess(request -> {
                    stream.write(request.copy());
                    stream.close();
                }));
        Address entry = gostDialling(transport, ours);
        Buffer got = rig.on(
                () -> TcpDial.connect(rig.context(), entry, DialOptions.DEFAULT).compose(stream -> {
                    stream.write(random(100_000));
                    stream.end();
                    return all(stream);
                }));
        assertThat(got).isEqualTo(random(100_000));
    }
}
