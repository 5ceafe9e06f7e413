package io.warren.net;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.VertxBuilder;
import io.vertx.core.VertxOptions;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.internal.VertxInternal;
import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.function.Supplier;

/** Makes the Vert.x that Warren runs on: epoll with our corrections where Linux has it, else NIO. */
public final class Loops {
    private Loops() {}

    /** A builder with Warren's transport; the caller adds metrics or a cluster manager. */
    public static VertxBuilder builder(VertxOptions options) {
        VertxBuilder builder = Vertx.builder().with(options);
        // Each its own, since it knows which sockets of its Vert.x listen.
        LoopTransport epoll = new LoopTransport();
        return epoll.available() ? builder.withTransport(epoll) : builder;
    }

    /** One event loop for each processor. */
    public static Vertx create() {
        return builder(new VertxOptions()
                        .setPreferNativeTransport(true)
                        .setEventLoopPoolSize(Runtime.getRuntime().availableProcessors()))
                .build();
    }

    /** A context on the same event loop that nothing deployed owns, so what is opened there stays until it is closed. */
    public static Context sibling(Context context) {
        ContextInternal own = internal(context);
        return own.owner().contextBuilder().withEventLoop(own.nettyEventLoop()).build();
    }

    /** A context that nothing deployed owns, on the next event loop in turn. */
    public static Context next(Vertx vertx) {
        return internal(vertx).contextBuilder().build();
    }

    /** The event loop of a context: the same for all contexts that share it. */
    public static Executor loop(Context context) {
        return internal(context).nettyEventLoop();
    }

    /**
     * Runs {@code work} as code of {@code context}, at once when called on its event loop: what Netty calls knows no context of Vert.x, and what dials or
     * waits asks for the current one.
     */
    public static void enter(Context context, Runnable work) {
        ContextInternal own = internal(context);
        if (Vertx.currentContext() == context) {
            work.run();
        } else {
            own.emit(null, nothing -> work.run());
        }
    }

    /** Runs {@code work} as code of {@code context}, not at once. Any thread; completes on that event loop. */
    public static <T> Future<T> call(Context context, Supplier<Future<T>> work) {
        Promise<T> done = Promise.promise();
        context.runOnContext(v -> work.get().onComplete(done));
        return done.future();
    }

    /** The same result, which whoever waits for it learns as code of {@code context}. */
    public static <T> Future<T> back(Context context, Future<T> result) {
        Promise<T> here = Promise.promise();
        result.onComplete(done -> context.runOnContext(v -> here.handle(done)));
        return here.future();
    }

    /**
     * A timer of {@code context}. One that is set by {@code vertx} belongs to whoever runs at the moment, and is lost when that is undeployed.
     *
     * @return for {@code vertx.cancelTimer}
     */
    @CanIgnoreReturnValue
    public static long setTimer(Context context, Duration delay, Handler<Long> work) {
        return internal(context).setTimer(Math.max(1, delay.toMillis()), work);
    }

    static ContextInternal internal(Context context) {
        return (ContextInternal) context;
    }

    static VertxInternal internal(Vertx vertx) {
        return (VertxInternal) vertx;
    }
}
