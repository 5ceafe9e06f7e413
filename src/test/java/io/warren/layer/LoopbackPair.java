package io.warren.layer;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import io.netty.buffer.Unpooled;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.warren.net.Address;
import io.warren.net.DialOptions;
import io.warren.net.ListenOptions;
import io.warren.net.Loops;
import io.warren.net.Stream;
import io.warren.net.TcpDial;
import io.warren.net.TcpServer;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/** The two ends of a TCP connection on loopback, on one event loop; everything of the streams is to be done through {@link #on}. */
public final class LoopbackPair implements AutoCloseable {
    private final Vertx vertx = Loops.create();
    public final Context context = vertx.getOrCreateContext();
    public final Stream client;
    public final Stream server;

    public LoopbackPair() {
        Promise<Stream> accepted = Promise.promise();
        TcpServer listening = on(
                () -> TcpServer.listen(context, Address.of("127.0.0.1", 0), ListenOptions.DEFAULT, accepted::complete));
        client = on(() -> TcpDial.connect(context, listening.address(), DialOptions.DEFAULT));
        server = on(accepted::future);
    }

    /** Runs {@code task} on the event loop and waits for its result. */
    @CanIgnoreReturnValue
    public <T> T on(Supplier<Future<T>> task) {
        return on(context, task);
    }

    @CanIgnoreReturnValue
    public static <T> T on(Context context, Supplier<Future<T>> task) {
        Promise<T> done = Promise.promise();
        context.runOnContext(v -> {
            try {
                task.get().onComplete(done);
            } catch (RuntimeException | Error e) {
                done.fail(e);
            }
        });
        return await(done.future());
    }

    @CanIgnoreReturnValue
    public static <T> T await(Future<T> future) {
        try {
            return future.toCompletionStage().toCompletableFuture().get(30, TimeUnit.SECONDS);
        } catch (java.util.concurrent.ExecutionException e) {
            if (e.getCause() instanceof RuntimeException r) {
                throw r;
            }
            throw new IllegalStateException(e.getCause());
        } catch (InterruptedException | java.util.concurrent.TimeoutException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Waits until {@code condition}, asked on the event loop, holds. */
    public void until(BooleanSupplier condition) {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        while (!on(() -> Future.succeededFuture(condition.getAsBoolean()))) {
            if (System.nanoTime() > deadline) {
                throw new AssertionError("not within 20 s");
            }
            Thread.onSpinWait();
        }
    }

    /** Everything until the peer's end; fails when the stream does. */
    @CanIgnoreReturnValue
    public static Future<Buffer> all(Stream stream) {
        Promise<Buffer> done = Promise.promise();
        Buffer got = Buffer.buffer();
        stream.exceptionHandler(done::tryFail);
        stream.endHandler(v -> done.tryComplete(got));
        stream.handler(got::appendBuffer);
        return done.future();
    }

    /** The next {@code n} bytes, then pauses. */
    public static Future<Buffer> some(Stream stream, int n) {
        Promise<Buffer> done = Promise.promise();
        Buffer got = Buffer.buffer();
        stream.exceptionHandler(done::tryFail);
        stream.endHandler(v -> done.tryFail("ended after " + got.length() + " bytes"));
        stream.handler(b -> {
            got.appendBuffer(b);
            if (got.length() >= n) {
                done.tryComplete(got);
            }
        });
        return done.future();
    }

    /** Sends back whatever comes, and the end. */
    public static void echo(Stream stream) {
        stream.handler(b -> {
            stream.write(b);
            if (stream.writeQueueFull()) {
                stream.pause();
                stream.drainHandler(v -> stream.resume());
            }
        });
        stream.endHandler(v -> stream.end());
    }

    /** Writes {@code total} bytes of a pattern with back-pressure. */
    public static void pour(Stream stream, long total, Runnable done) {
        long left = total;
        while (left > 0 && !stream.writeQueueFull()) {
            int now = (int) Math.min(left, 32768);
            stream.send(Unpooled.wrappedBuffer(new byte[now]));
            left -= now;
        }
        long rest = left;
        if (rest > 0) {
            stream.drainHandler(v -> {
                stream.drainHandler(null);
                pour(stream, rest, done);
            });
        } else {
            done.run();
        }
    }

    @Override
    public void close() {
        await(vertx.close());
    }
}
