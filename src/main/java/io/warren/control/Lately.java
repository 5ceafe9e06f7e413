package io.warren.control;

import io.vertx.core.Future;
import java.time.Duration;
import java.util.function.Supplier;

/** What was found out a moment ago, for all who ask within that moment. Any thread. */
final class Lately<T> {
    private final long nanos;
    private final Supplier<Future<T>> find;
    private Future<T> found;
    private long at;

    Lately(Duration moment, Supplier<Future<T>> find) {
        this.nanos = moment.toNanos();
        this.find = find;
    }

    synchronized Future<T> get() {
        long now = System.nanoTime();
        if (found == null || found.failed() || now - at > nanos) {
            found = find.get();
            at = now;
        }
        return found;
    }
}
