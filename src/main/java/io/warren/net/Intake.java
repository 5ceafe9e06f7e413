package io.warren.net;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.internal.buffer.BufferInternal;
import java.time.Duration;
import java.util.Optional;

/**
 * Reads a handshake from a stream byte-exactly: what the last message does not contain stays in the stream. Bounded in bytes and in time; one read
 * at a time. On the stream's event loop.
 */
public final class Intake {
    /** More than any handshake of ours needs (the longest is an HTTP head). */
    public static final int LIMIT = 64 * 1024;

    /** What gost gives a handshake ({@code readTimeout}). */
    public static final Duration PATIENCE = Duration.ofSeconds(15);

    private final Stream stream;
    private final int limit;
    private final long timer;
    private Promise<?> promise;
    private ProxyException late;

    private Intake(Stream stream, int limit, Duration patience) {
        this.stream = stream;
        this.limit = limit;
        this.timer = patience.isZero() || patience.isNegative()
                ? -1
                : stream.vertxContext().owner().setTimer(patience.toMillis(), t -> expire(patience));
    }

    /** A handshake of at most {@value #LIMIT} bytes, within {@code patience} (zero = no limit). */
    public static Intake of(Stream stream, Duration patience) {
        return new Intake(stream, LIMIT, patience);
    }

    public static Intake of(Stream stream, Duration patience, int limitBytes) {
        return new Intake(stream, limitBytes, patience);
    }

    public Stream stream() {
        return stream;
    }

    /**
     * The next message.
     *
     * @return fails with PROTOCOL as the decoder says or when the message is longer than the limit, CLOSED when the stream ends first, TIMEOUT
     */
    public <T> Future<T> read(Decoder<T> decoder) {
        Promise<T> result = stream.vertxContext().promise();
        promise = result;
        if (late != null) {
            fail(late);
        } else {
            attempt(decoder, result);
        }
        return result.future();
    }

    /** The next {@code n} bytes. */
    public Future<Buffer> read(int n) {
        return read(in -> in.readableBytes() < n ? Optional.empty() : Optional.of(copy(in.readSlice(n))));
    }

    /** The first {@code n} bytes of what comes next, which stay unread. */
    public Future<Buffer> peek(int n) {
        return read(in -> in.readableBytes() < n ? Optional.empty() : Optional.of(copy(in.slice(in.readerIndex(), n))));
    }

    private static Buffer copy(ByteBuf bytes) {
        return BufferInternal.buffer(Unpooled.wrappedBuffer(ByteBufUtil.getBytes(bytes)));
    }

    private <T> void attempt(Decoder<T> decoder, Promise<T> result) {
        ByteBuf in = stream.pending();
        int start = in.readerIndex();
        Optional<T> message;
        try {
            message = decoder.decode(in);
        } catch (RuntimeException e) {
            fail(e);
            return;
        }
        if (message.isPresent()) {
            settle();
            result.complete(message.get());
            return;
        }
        in.readerIndex(start);
        if (in.readableBytes() >= limit) {
            fail(ProxyException.protocol("handshake longer than " + limit + " bytes"));
        } else if (stream.sawEnd()) {
            fail(stream.endedEarly());
        } else {
            stream.watch(() -> attempt(decoder, result));
            stream.demand(true);
        }
    }

    private void settle() {
        promise = null;
        stream.watch(null);
    }

    private void fail(Throwable cause) {
        Promise<?> result = promise;
        settle();
        done();
        if (result != null) {
            result.fail(cause);
        }
    }

    private void expire(Duration patience) {
        late = new ProxyException(
                ProxyException.Kind.TIMEOUT,
                ProxyException.Side.CLIENT,
                "handshake not finished after " + patience.toMillis() + " ms",
                null);
        if (promise != null) {
            fail(late);
        }
    }

    /** Ends the handshake: its time no longer runs. */
    @CanIgnoreReturnValue
    public Stream done() {
        if (timer >= 0) {
            stream.vertxContext().owner().cancelTimer(timer);
        }
        return stream;
    }
}
