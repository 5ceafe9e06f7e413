package io.warren.service;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.warren.net.DatagramFlow;
import io.warren.net.ProxyException;
import io.warren.net.Stream;
import io.warren.spi.Agent;
import io.warren.spi.Destination;
import io.warren.spi.Egress;
import io.warren.spi.Eventually;
import io.warren.spi.Offer;
import io.warren.spi.Session;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

/** One registration in a pool: an agent connected here, or one of another member over the trunk. */
final class Entry {
    private final long id;
    private final Offer offer;
    private final Egress back;
    private final Optional<Context> home;
    private final Optional<Agent> agent;
    private final AtomicInteger uses = new AtomicInteger();
    private final AtomicInteger live = new AtomicInteger();

    /** @param home the context that {@code back} must be called on; empty = any */
    Entry(long id, Offer offer, Egress back, Optional<Context> home) {
        this.id = id;
        this.offer = offer;
        this.back = back;
        this.home = home;
        this.agent = offer.agent().flatMap(Agent::parse);
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
        return atHome(() -> living().compose(v -> back.connect(session, target)));
    }

    Future<DatagramFlow> associate(Session session, Optional<Destination> target) {
        return atHome(() -> living().compose(v -> back.associate(session, target)));
    }

    // --- whether it lives

    /** Without a sign of life for longer than that, it is asked for one before a visitor is sent there. */
    private static final Duration RECENT = Duration.ofSeconds(3);

    /** For its answer; then the visitor goes to the next. */
    private static final Duration PROOF = Duration.ofSeconds(1);

    /** Of another member's: by then that member has asked it. */
    private static final long ASKED_ELSEWHERE = Duration.ofSeconds(1).toNanos();

    private static final int NONE = 0;
    private static final int ASKED = 1;
    private static final int ASKED_AGAIN = 2;

    private final AtomicInteger doubts = new AtomicInteger();
    private volatile long doubtedAt;
    private volatile boolean doubted;

    Optional<Agent> agent() {
        return agent;
    }

    /** Somebody has come who may be the same agent again: until this one has given a sign of life since, it comes after others. */
    void doubt() {
        doubtedAt = System.nanoTime();
        doubted = true;
        if (home.isPresent() && doubts.getAndUpdate(now -> now == NONE ? ASKED : ASKED_AGAIN) == NONE) {
            ask();
        }
    }

    private void ask() {
        // A way that has ended fails a visitor at once, and leaves the pool.
        atHome(() -> back.proven(Duration.ZERO)).onComplete(done -> {
            // Who was doubted again meanwhile has answered the earlier question only.
            if (doubts.getAndUpdate(now -> now == ASKED_AGAIN ? ASKED : NONE) == ASKED_AGAIN) {
                ask();
            } else {
                doubted = false;
            }
        });
    }

    boolean isDoubted() {
        return doubted && (home.isPresent() || System.nanoTime() - doubtedAt < ASKED_ELSEWHERE);
    }

    private Future<Void> living() {
        if (home.isEmpty()) {
            return Future.succeededFuture();
        }
        Future<Void> sign = back.proven(doubted ? Duration.ZERO : RECENT);
        return sign.isComplete()
                ? sign
                : Eventually.within(home.get(), PROOF, "a sign of life of the agent", sign)
                        .recover(e -> Future.failedFuture(
                                ProxyException.upstream(ProxyException.Kind.CLOSED, e.getMessage())));
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
