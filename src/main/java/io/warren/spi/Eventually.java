package io.warren.spi;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.warren.net.Conduit;
import io.warren.net.ProxyException;
import java.time.Duration;

/** Deadlines for futures that yield something to be closed. */
public final class Eventually {
    private Eventually() {}

    /**
     * @param time zero = no limit
     * @param what for the message: {@code <what>: no answer within 15000 ms}
     * @return fails with TIMEOUT when {@code result} is not there in time; a conduit that comes later is closed, a binding released
     */
    public static <T> Future<T> within(Context context, Duration time, String what, Future<T> result) {
        if (time.isZero() || time.isNegative() || result.isComplete()) {
            return result;
        }
        Promise<T> promise = Promise.promise();
        long timer = context.owner()
                .setTimer(
                        time.toMillis(),
                        t -> promise.tryFail(ProxyException.upstream(
                                ProxyException.Kind.TIMEOUT, what + ": no answer within " + time.toMillis() + " ms")));
        result.onComplete(done -> {
            context.owner().cancelTimer(timer);
            boolean taken = done.succeeded() ? promise.tryComplete(done.result()) : promise.tryFail(done.cause());
            if (!taken && done.result() instanceof Conduit late) {
                late.close();
            } else if (!taken && done.result() instanceof Egress.Binding late) {
                late.release();
            }
        });
        return promise.future();
    }
}
