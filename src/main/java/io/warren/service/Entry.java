package io.warren.service;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.warren.net.DatagramFlow;
import io.warren.net.Stream;
import io.warren.spi.Destination;
import io.warren.spi.Egress;
import io.warren.spi.Offer;
import io.warren.spi.Session;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

/** One registration in a pool: an agent connected here, or one of another member over the trunk. */
final class Entry {
    private final long id;
    private final Offer offer;
    private final Egress back;
    private final Optional<Context> home;
    private final AtomicInteger uses = new AtomicInteger();
    private final AtomicInteger live = new AtomicInteger();

    /** @param home the context that {@code back} must be called on; empty = any */
    Entry(long id, Offer offer, Egress back, Optional<Context> home) {
        this.id = id;
        this.offer = offer;
        this.back = back;
        this.home = home;
    }

    long id() {
        return id;
    }

    Offer offer() {
        return offer;
    }

    int live() {
        return live.get();
    }

    void opened() {
        live.incrementAndGet();
    }

    void closed() {
        live.decrementAndGet();
    }

    /** Whether one more visitor may use it, who then has. */
    boolean take() {
        return uses.getAndIncrement() < offer.uses() || offer.uses() == Offer.ANY;
    }

    /** Whether no further visitor may use it. */
    boolean spent() {
        return offer.uses() != Offer.ANY && uses.get() >= offer.uses();
    }

    Future<Stream> connect(Session session, Destination target) {
        return atHome(() -> back.connect(session, target));
    }

    Future<DatagramFlow> associate(Session session, Optional<Destination> target) {
        return atHome(() -> back.associate(session, target));
    }

    private <T> Future<T> atHome(Supplier<Future<T>> use) {
        if (home.isEmpty()) {
            return use.get();
        }
        Promise<T> result = Promise.promise();
        home.get().runOnContext(v -> use.get().onComplete(result));
        return result.future();
    }
}
