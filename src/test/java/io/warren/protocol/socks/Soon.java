package io.warren.protocol.socks;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import io.vertx.core.Context;
import io.vertx.core.Deployable;
import io.vertx.core.Future;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/** What a test waits for, never longer than ten seconds. */
final class Soon {
    private Soon() {}

    /** The result; throws a failure that is unchecked as it is. */
    @CanIgnoreReturnValue
    static <T> T result(Future<T> future) {
        try {
            return future.toCompletionStage().toCompletableFuture().get(Wire.PATIENCE_MS, TimeUnit.MILLISECONDS);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RuntimeException cause) {
                throw cause;
            }
            throw new AssertionError(e.getCause());
        } catch (InterruptedException | TimeoutException e) {
            throw new AssertionError(e);
        }
    }

    @CanIgnoreReturnValue
    static <T> T result(Context context, Supplier<Future<T>> what) {
        return result(
                Future.future(promise -> context.runOnContext(v -> what.get().onComplete(promise))));
    }

    static <T> T first(BlockingQueue<T> queue) {
        try {
            T first = queue.poll(Wire.PATIENCE_MS, TimeUnit.MILLISECONDS);
            if (first == null) {
                throw new AssertionError("nothing within " + Wire.PATIENCE_MS + " ms");
            }
            return first;
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    static void holds(BooleanSupplier condition) {
        long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(Wire.PATIENCE_MS);
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > deadline) {
                throw new AssertionError("not so within " + Wire.PATIENCE_MS + " ms");
            }
            Thread.onSpinWait();
        }
    }

    static Future<?> deployed(Deployable part, Context context) {
        try {
            return part.deploy(context);
        } catch (Exception e) {
            return Future.failedFuture(e);
        }
    }
}
