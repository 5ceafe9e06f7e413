package io.warren.service;

import io.vertx.core.AsyncResult;
import io.warren.net.ProxyException;
import io.warren.net.ProxyException.Kind;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;

/** How many sessions and requests of them were refused or broke off, by what went wrong. Any thread. */
public final class Failures {
    private final Map<Kind, LongAdder> sums = new EnumMap<>(Kind.class);

    Failures() {
        for (Kind kind : Kind.values()) {
            sums.put(kind, new LongAdder());
        }
    }

    void count(AsyncResult<?> done) {
        if (done.failed()) {
            count(done.cause());
        }
    }

    void count(Throwable why) {
        sums.get(ProxyException.from(why).kind()).increment();
    }

    /** Since the process began; every kind, those that never happened included. */
    public Map<Kind, Long> sums() {
        Map<Kind, Long> now = new EnumMap<>(Kind.class);
        sums.forEach((kind, sum) -> now.put(kind, sum.sum()));
        return now;
    }
}
