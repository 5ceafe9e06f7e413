package io.warren.service;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.warren.net.Bridge;
import io.warren.net.Conduit;
import io.warren.net.DatagramFlow;
import io.warren.net.Loops;
import io.warren.net.ProxyException;
import io.warren.net.Stream;
import io.warren.spi.Destination;
import io.warren.spi.Egress;
import io.warren.spi.Endpoint;
import io.warren.spi.Holder;
import io.warren.spi.Offer;
import io.warren.spi.Session;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.IntSupplier;

/**
 * Everybody who serves one endpoint, as a way out for its visitors. One is chosen by {@link Preference}; a candidate that fails before the first byte is
 * followed by the next. Any event loop; results live on the caller's.
 */
final class Pool implements Egress {
    /** How long a visitor waits for an agent that is on its way back. */
    static final Duration PATIENCE = Duration.ofSeconds(8);

    /** After which one who waits tries again those who have failed. */
    private static final Duration AGAIN = Duration.ofSeconds(1);

    /** How many visitors wait at most. */
    private static final int WAITING = 128;

    /** Of a pool with more, as many are looked at for each visitor. */
    private static final int LOOKED_AT = 256;

    private volatile Endpoint endpoint;
    private final IntSupplier slack;
    private final Restrictions restrictions;
    private final List<Entry> entries = new ArrayList<>(1);
    private final Turns turns = new Turns();

    private List<Promise<Void>> waiting = List.of();

    /** @param slack as of {@link Preference} */
    Pool(Endpoint endpoint, IntSupplier slack, Restrictions restrictions) {
        this.endpoint = endpoint;
        this.slack = slack;
        this.restrictions = restrictions;
    }

    /** For a port whose number was not known before. */
    void named(Endpoint real) {
        endpoint = real;
    }

    /** The way to one of them and no other, where a stream from another member ends. */
    Egress only(Entry entry) {
        return new Egress() {
            @Override
            public Future<Stream> connect(Session session, Destination target) {
                Context context = Vertx.currentContext();
                session.trace().routeLimit(entry.limit());
                return entry.take()
                        ? use(context, entry, entry.connect(session, target), Bridge::to)
                        : Future.failedFuture(usedUp());
            }

            @Override
            public Future<DatagramFlow> associate(Session session, Optional<Destination> target) {
                Context context = Vertx.currentContext();
                session.trace().routeLimit(entry.limit());
                return entry.take()
                        ? use(context, entry, entry.associate(session, target), Bridge::to)
                        : Future.failedFuture(usedUp());
            }
        };
    }

    private ProxyException usedUp() {
        return ProxyException.of(
                ProxyException.Kind.LIMITED, ProxyException.Side.SELF, "another visitor has taken " + endpoint);
    }

    synchronized List<Entry> entries() {
        return List.copyOf(entries);
    }

    synchronized boolean isEmpty() {
        return entries.isEmpty();
    }

    void add(Entry entry) {
        synchronized (this) {
            turns.enters(entry);
            entries.add(entry);
        }
        wake();
    }

    synchronized void remove(Entry entry) {
        entries.remove(entry);
    }

    /** Who waits may choose again. */
    void wake() {
        List<Promise<Void>> visitors;
        synchronized (this) {
            visitors = waiting;
            waiting = List.of();
        }
        visitors.forEach(Promise::tryComplete);
    }

    @Override
    public Future<Stream> connect(Session session, Destination target) {
        Context context = Vertx.currentContext();
        return new Choice<Stream>(
                        context, session, entry -> use(context, entry, entry.connect(session, target), Bridge::to))
                .make();
    }

    @Override
    public Future<DatagramFlow> associate(Session session, Optional<Destination> target) {
        Context context = Vertx.currentContext();
        return new Choice<DatagramFlow>(
                        context, session, entry -> use(context, entry, entry.associate(session, target), Bridge::to))
                .make();
    }

    /** Counts the stream from before its member can. The bridge is built on the conduit's event loop. */
    private static <T extends Conduit> Future<T> use(
            Context context, Entry entry, Future<T> arriving, BiFunction<Context, T, T> bridge) {
        entry.opened();
        return Loops.back(context, arriving.onFailure(e -> entry.closed()).map(conduit -> {
            conduit.closed().onComplete(v -> entry.closed());
            return bridge.apply(context, conduit);
        }));
    }

    /** One visitor's. */
    private final class Choice<T> {
        private final Context context;
        private final Session session;
        private final Function<Entry, Future<T>> use;
        private final Set<Entry> tried = new HashSet<>();
        private final long deadline = System.nanoTime() + PATIENCE.toNanos();

        Choice(Context context, Session session, Function<Entry, Future<T>> use) {
            this.context = context;
            this.session = session;
            this.use = use;
        }

        Future<T> make() {
            if (restrictions.isDisabled(endpoint)) {
                return Future.failedFuture(disabled());
            }
            Optional<Entry> best = best(tried);
            if (best.isEmpty()) {
                return System.nanoTime() < deadline ? await(context, tried).compose(v -> again()) : nobody();
            }
            Entry entry = best.get();
            tried.add(entry);
            if (!entry.take()) {
                return make();
            }
            passTurn(entry);
            return use.apply(entry).onSuccess(conduit -> chosen(entry)).recover(e -> {
                if (isItsFault(e)) {
                    entry.failed();
                }
                return best(tried).isPresent() || returns(entry, e) ? make() : Future.failedFuture(e);
            });
        }

        private void chosen(Entry entry) {
            entry.answered();
            session.trace().routeLimit(restrictions.limit(endpoint).and(entry.limit()));
            session.trace()
                    .route(
                            entry.isLocal()
                                    ? endpoint.toString()
                                    : endpoint + " > " + entry.holder().name());
        }

        /** Who failed may be well again: a trunk connection that was lost, a member that did not answer. */
        private Future<T> again() {
            tried.clear();
            return make();
        }
    }

    private synchronized void passTurn(Entry entry) {
        turns.has(entry);
    }

    private ProxyException disabled() {
        return ProxyException.denied(endpoint + " is disabled");
    }

    private <T> Future<T> nobody() {
        return Future.failedFuture(ProxyException.upstream(
                ProxyException.Kind.TIMEOUT,
                "an agent for " + endpoint + ": no answer within " + PATIENCE.toMillis() + " ms"));
    }

    private synchronized Optional<Entry> best(Set<Entry> tried) {
        Preference preference = new Preference(slack.getAsInt());
        int size = entries.size();
        int count = Math.min(size, LOOKED_AT);
        int at = count == size ? 0 : ThreadLocalRandom.current().nextInt(size);
        Entry best = null;
        for (int i = 0; i < count; i++, at++) {
            Entry entry = entries.get(at < size ? at : at - size);
            boolean can = !entry.spent() && entry.holder().state() != Holder.State.SUSPECT && !tried.contains(entry);
            if (can && (best == null || preference.compare(entry, best) < 0)) {
                best = entry;
            }
        }
        return Optional.ofNullable(best);
    }

    private static boolean isItsFault(Throwable e) {
        return !(e instanceof ProxyException p)
                || (p.kind() != ProxyException.Kind.LIMITED && p.kind() != ProxyException.Kind.DENIED);
    }

    /**
     * Whether somebody is to be expected in its place: a visitor of another member was faster and the agent will be back for the next one, or its member
     * or its own connection was lost.
     */
    private static boolean returns(Entry entry, Throwable e) {
        if (!(e instanceof ProxyException p)) {
            return false;
        }
        boolean single = entry.offer().uses() != Offer.ANY;
        return switch (p.kind()) {
            case CLOSED -> true;
            case UNREACHABLE -> single || !entry.isLocal();
            case LIMITED -> single;
            default -> false;
        };
    }

    /** Completes when somebody has come, or when it is time to try again. */
    private Future<Void> await(Context context, Set<Entry> tried) {
        Promise<Void> arrival = Promise.promise();
        synchronized (this) {
            if (best(tried).isPresent()) {
                return Future.succeededFuture();
            }
            if (waiting.size() >= WAITING) {
                return Future.failedFuture(ProxyException.of(
                        ProxyException.Kind.LIMITED,
                        ProxyException.Side.SELF,
                        WAITING + " visitors wait for " + endpoint));
            }
            if (waiting.isEmpty()) {
                waiting = new ArrayList<>();
            }
            waiting.add(arrival);
        }
        long timer = context.owner().setTimer(AGAIN.toMillis(), t -> {
            synchronized (this) {
                waiting.remove(arrival);
            }
            arrival.tryComplete();
        });
        return Loops.back(
                context, arrival.future().onComplete(v -> context.owner().cancelTimer(timer)));
    }
}
