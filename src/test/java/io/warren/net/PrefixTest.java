package io.warren.net;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.buffer.Buffer;
import io.warren.fixture.Rig;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class PrefixTest {
    /** Four bytes, the first of which is zero. */
    private static final Decoder<String> FOUR = in -> {
        if (in.isReadable() && in.getByte(in.readerIndex()) != 0) {
            throw ProxyException.protocol("status " + in.getByte(in.readerIndex()));
        }
        return in.readableBytes() < 4
                ? Optional.empty()
                : Optional.of(in.readCharSequence(4, StandardCharsets.US_ASCII).toString());
    };

    private final Rig rig = new Rig();
    private final AtomicReference<Stream> accepted = new AtomicReference<>();
    private final Buffer received = Buffer.buffer();
    private final AtomicReference<Throwable> failure = new AtomicReference<>();
    private volatile boolean ended;
    private Stream stream;

    @BeforeEach
    void connect() {
        TcpServer server = rig.on(
                () -> TcpServer.listen(rig.context, Address.of("127.0.0.1", 0), ListenOptions.DEFAULT, accepted::set));
        stream = rig.on(() -> TcpDial.connect(rig.context, server.address(), DialOptions.DEFAULT));
        Rig.until(() -> accepted.get() != null);
    }

    @AfterEach
    void close() {
        rig.close();
    }

    private void take() {
        rig.context.runOnContext(v -> Prefix.take(stream, FOUR));
    }

    private void read() {
        rig.context.runOnContext(v -> {
            stream.exceptionHandler(failure::set);
            stream.endHandler(e -> ended = true);
            stream.handler(bytes -> {
                synchronized (received) {
                    received.appendBuffer(bytes);
                }
            });
        });
    }

    private void send(String text) {
        rig.context.runOnContext(v -> accepted.get().write(Buffer.buffer(text)));
    }

    private void sendEachByte(String text) {
        for (int i = 0; i < text.length(); i++) {
            String one = text.substring(i, i + 1);
            rig.on(() -> accepted.get().write(Buffer.buffer(one)));
        }
    }

    private void expect(String text) {
        Rig.until(() -> {
            synchronized (received) {
                return received.toString().equals(text);
            }
        });
    }

    private boolean isInTheWay() {
        return stream.pipeline().names().stream().anyMatch(name -> name.contains("Taker"));
    }

    @Test
    void readerSeesWhatIsBehindTheMessage() {
        take();
        read();
        send("\0abcdata");
        expect("data");
        Rig.until(() -> !isInTheWay());
    }

    @Test
    void messageInPiecesIsTakenOff() {
        take();
        read();
        sendEachByte("\0abcdata");
        expect("data");
    }

    @Test
    void messageThatWasThereBeforeIsTakenOff() {
        rig.on(() -> accepted.get().write(Buffer.buffer("\0abcda")));
        rig.on(() -> Intake.of(stream, Intake.PATIENCE).peek(6));
        take();
        read();
        send("ta");
        expect("data");
    }

    @Test
    void streamIsWritableBeforeTheMessageIsThere() {
        take();
        rig.context.runOnContext(v -> stream.write(Buffer.buffer("early")));
        Buffer early = rig.on(() -> Intake.of(accepted.get(), Intake.PATIENCE).read(5));
        assertThat(early.toString()).isEqualTo("early");
        assertThat(isInTheWay()).isTrue();
    }

    @Test
    void wrongMessageFailsTheStreamAsTheUpstreams() {
        take();
        read();
        send("7");
        Rig.until(() -> failure.get() != null);
        assertThat(failure.get()).isInstanceOfSatisfying(ProxyException.class, e -> {
            assertThat(e.side()).isEqualTo(ProxyException.Side.UPSTREAM);
            assertThat(e).hasMessage("status 55");
        });
        Rig.await(stream.closed());
    }

    @Test
    void endBeforeTheMessageIsTheStreamsOwn() {
        take();
        read();
        rig.context.runOnContext(v -> accepted.get().end());
        Rig.until(() -> ended);
        assertThat(failure.get()).isNull();
    }

    @Test
    void endInTheMiddleOfTheMessageIsAFailure() {
        take();
        read();
        send("\0a");
        rig.context.runOnContext(v -> accepted.get().end());
        Rig.until(() -> failure.get() != null);
        assertThat(failure.get()).hasMessage("reply cut off after 2 bytes");
    }

    @Test
    void intakeReadsBehindTheMessage() {
        take();
        send("\0abcdata");
        Buffer data = rig.on(() -> Intake.of(stream, Intake.PATIENCE).read(4));
        assertThat(data.toString()).isEqualTo("data");
    }

    @Test
    void joinGoesOnInTheKernelOnceThePrefixIsOff() throws Exception {
        AtomicReference<Stream> client = new AtomicReference<>();
        TcpServer front = rig.on(
                () -> TcpServer.listen(rig.context, Address.of("127.0.0.1", 0), ListenOptions.DEFAULT, client::set));
        try (Socket visitor = new Socket("127.0.0.1", front.address().port())) {
            Rig.until(() -> client.get() != null);
            Assumptions.assumeTrue(client.get().isBareSocket(), "no epoll here");
            take();
            Meter meter = new Meter();
            rig.context.runOnContext(v -> Link.join(client.get(), stream, Relaying.counting(meter)));
            rig.context.runOnContext(v -> accepted.get().write(Buffer.buffer("\0abcwelcome")));
            assertThat(visitor.getInputStream().readNBytes(7)).asString().isEqualTo("welcome");

            visitor.getOutputStream().write("hello".getBytes(StandardCharsets.US_ASCII));
            rig.context.runOnContext(
                    v -> accepted.get().handler(bytes -> accepted.get().write(bytes)));
            assertThat(visitor.getInputStream().readNBytes(5)).asString().isEqualTo("hello");

            assertThat(stream.channel().config().isAutoRead()).isFalse();
            assertThat(client.get().channel().config().isAutoRead()).isFalse();
            visitor.shutdownOutput();
            rig.context.runOnContext(
                    v -> accepted.get().endHandler(e -> accepted.get().end()));
            assertThat(visitor.getInputStream().read()).isEqualTo(-1);
            assertThat(meter.out()).isEqualTo(12);
            assertThat(meter.in()).isEqualTo(5);
        }
    }
}
