package io.warren.service;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.warren.net.DatagramFlow;
import io.warren.net.Loops;
import io.warren.net.Paces;
import io.warren.net.ProxyException;
import io.warren.net.Stream;
import io.warren.spi.Agent;
import io.warren.spi.Destination;
import io.warren.spi.Egress;
import io.warren.spi.Eventually;
import io.warren.spi.Foreign;
import io.warren.spi.Holder;
import io.warren.spi.Offer;
import io.warren.spi.Seniority;
import io.warren.spi.Session;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** One registration in a pool: an agent connected here, or one of another member over the trunk. Any thread. */
final class Entry {
    /** How long one that has just failed comes after all others. */
    private static final long SHUNNED = Duration.ofSeconds(1).toNanos();

    private final long id;
    private final Offer offer;
    private final long since;
    private final Egress back;
    private final Optional<Context> home;
    private final Optional<Agent> agent;
    private final Holder holder;
    private final Consumer<Entry> counted;
    private final Paces limit;
    private final AtomicInteger uses = new AtomicInteger();
    private final AtomicInteger live = new AtomicInteger();
    /** Of another member's: what others have there, by its last word. */
    private volatile int elsewhere;

    /** Of its pool, and with the pool's lock held. */
    private double turn;

    private volatile boolean shunned;
    private volatile long failedAt;

    private Entry(
            long id,
            Offer offer,
            long since,
            Egress back,
            Optional<Context> home,
            Holder holder,
            Paces limit,
            Consumer<Entry> counted) {
        this.id = id;
        this.offer = offer;
        this.since = since;
        this.back = back;
        this.home = home;
        this.agent = offer.agent().flatMap(Agent::parse);
        this.holder = holder;
        this.limit = limit;
        this.counted = counted;
    }

    /**
     * @param home the context that {@code back} must be called on
     * @param limit how fast its visitors' bytes may go
     * @param counted called whenever {@link #live} has changed
     */
    static Entry here(
            long id,
            Offer offer,
            long since,
            Egress back,
            Context home,
            Holder self,
            Paces limit,
            Consumer<Entry> counted) {
        return new Entry(id, offer, since, back, Optional.of(home), self, limit, counted);
    }

    static Entry of(Foreign foreign) {
        return new Entry(
                foreign.id(),
                foreign.offer(),
                foreign.since(),
                foreign.way(),
                Optional.empty(),
                foreign.holder(),
                Paces.FREE,
                entry -> {});
    }

    long id() {
        return id;
    }

    Offer offer() {
        return offer;
    }

    /** When its user claimed the endpoint. */
    long since() {
        return since;
    }

    Seniority seniority() {
        return new Seniority(since, offer.user());
    }

    /** Whether its claim is older than all of theirs. */
    boolean precedes(List<Entry> others) {
        return others.stream().allMatch(other -> seniority().precedes(other.seniority()));
    }

    boolean isLocal() {
        return home.isPresent();
    }

    /** How fast its visitors' bytes may go because of its own connection; of another member's, that member sees to it. */
    Paces limit() {
        return limit;
    }

    Holder holder() {
        return holder;
    }

    /** Its streams in the whole cluster: every stream to an agent ends at its member, which counts them all and tells. */
    int live() {
        return Math.max(0, live.get() + elsewhere);
    }

    /** Its member has so many, which contain those from here that it knows of: they are counted from before it does. */
    void told(int streams) {
        elsewhere = streams - live.get();
    }

    /** Among equally busy ones the one with the least is chosen. */
    double turn() {
        return turn;
    }

    void turn(double at) {
        turn = at;
    }

    void opened() {
        live.incrementAndGet();
        counted.accept(this);
    }

    void closed() {
        live.decrementAndGet();
        counted.accept(this);
    }

    void failed() {
        failedAt = System.nanoTime();
        shunned = true;
    }

    void answered() {
        shunned = false;
    }

    /** Whether it has just failed. */
    boolean isShunned() {
        return shunned && System.nanoTime() - failedAt < SHUNNED;
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

    /** For one that may be the former self of another: its place is taken by that one without much waiting. */
    private static final Duration DOUBTED_PROOF = Duration.ofMillis(300);

    private static final int NONE = 0;
    private static final int ASKED = 1;
    private static final int ASKED_AGAIN = 2;

    private final AtomicInteger doubts = new AtomicInteger();
    private volatile boolean doubted;

    Optional<Agent> agent() {
        return agent;
    }

    /**
     * Somebody has come who may be the same agent again: until this one has given a sign of life since, it comes after others. One of another member is
     * asked there, whether or not a visitor of this member tries it.
     */
    void doubt() {
        if (home.isEmpty()) {
            return;
        }
        doubted = true;
        if (doubts.getAndUpdate(now -> now == NONE ? ASKED : ASKED_AGAIN) == NONE) {
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
        return doubted;
    }

    private Future<Void> living() {
        if (home.isEmpty()) {
            return Future.succeededFuture();
        }
        boolean former = doubted;
        Future<Void> sign = back.proven(former ? Duration.ZERO : RECENT);
        return sign.isComplete()
                ? sign
                : Eventually.within(home.get(), former ? DOUBTED_PROOF : PROOF, "a sign of life of the agent", sign)
                        .recover(e -> Future.failedFuture(
                                ProxyException.upstream(ProxyException.Kind.CLOSED, e.getMessage())));
    }

    private <T> Future<T> atHome(Supplier<Future<T>> use) {
        return home.isEmpty() ? use.get() : Loops.call(home.get(), use);
    }
}
