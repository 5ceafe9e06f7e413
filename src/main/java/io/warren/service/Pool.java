package io.warren.service;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.warren.net.Bridge;
import io.warren.net.Conduit;
import io.warren.net.DatagramFlow;
import io.warren.net.ProxyException;
import io.warren.net.Stream;
import io.warren.spi.Destination;
import io.warren.spi.Egress;
import io.warren.spi.Endpoint;
import io.warren.spi.Eventually;
import io.warren.spi.Offer;
import io.warren.spi.Session;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiFunction;

/**
 * Everybody who serves one endpoint, as a way out for its visitors. Heavier weights first, then fewest live streams, then the newest; a candidate that
 * fails before the first byte is followed by the next. Any event loop; results live on the caller's.
 */
final class Pool implements Egress {
    /** How long a visitor waits for an agent that serves one visitor at a time and is on its way back. */
    static final Duration PATIENCE = Duration.ofSeconds(5);

    /** How many visitors wait at most. */
    private static final int WAITING = 128;

    private volatile Endpoint endpoint;
    private volatile List<Entry> entries = List.of();
    private final List<Promise<Void>> waiting = new ArrayList<>();

    Pool(Endpoint endpoint) {
        this.endpoint = endpoint;
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
                if (!entry.take()) {
                    return Future.failedFuture(usedUp());
                }
                return onContext(
                        context,
                        entry.connect(session, target).compose(stream -> arrive(context, entry, stream, Bridge::to)));
            }

            @Override
            public Future<DatagramFlow> associate(Session session, Optional<Destination> target) {
                Context context = Vertx.currentContext();
                if (!entry.take()) {
                    return Future.failedFuture(usedUp());
                }
                return onContext(
                        context,
                        entry.associate(session, target).compose(flow -> arrive(context, entry, flow, Bridge::to)));
            }
        };
    }

    private ProxyException usedUp() {
        return ProxyException.of(
                ProxyException.Kind.LIMITED, ProxyException.Side.SELF, "another visitor has taken " + endpoint);
    }

    List<Entry> entries() {
        return entries;
    }

    synchronized void add(Entry entry) {
        List<Entry> more = new ArrayList<>(entries);
        more.add(entry);
        entries = List.copyOf(more);
        waiting.forEach(visitor -> visitor.tryComplete());
        waiting.clear();
    }

    synchronized void remove(Entry entry) {
        entries = entries.stream().filter(other -> other != entry).toList();
    }

    @Override
    public Future<Stream> connect(Session session, Destination target) {
        return choose(
                new HashSet<>(),
                (entry, context) ->
                        entry.connect(session, target).compose(stream -> arrive(context, entry, stream, Bridge::to)));
    }

    @Override
    public Future<DatagramFlow> associate(Session session, Optional<Destination> target) {
        return choose(
                new HashSet<>(),
                (entry, context) ->
                        entry.associate(session, target).compose(flow -> arrive(context, entry, flow, Bridge::to)));
    }

    // Called on the conduit's event loop; the bridge is built there.
    private static <T extends Conduit> Future<T> arrive(
            Context context, Entry entry, T conduit, BiFunction<Context, T, T> bridge) {
        entry.opened();
        conduit.closed().onComplete(v -> entry.closed());
        return Future.succeededFuture(bridge.apply(context, conduit));
    }

    private <T> Future<T> choose(Set<Entry> tried, BiFunction<Entry, Context, Future<T>> use) {
        Context context = Vertx.currentContext();
        Optional<Entry> best = entries.stream()
                .filter(entry -> !entry.spent() && !tried.contains(entry))
                .min(Comparator.comparing(Entry::isDoubted)
                        .thenComparingInt((Entry entry) -> -entry.offer().weight())
                        .thenComparingInt(Entry::live)
                        .thenComparingLong(entry -> -entry.id()));
        if (best.isEmpty()) {
            return await(context, tried).compose(v -> choose(tried, use));
        }
        Entry entry = best.get();
        tried.add(entry);
        if (!entry.take()) {
            return choose(tried, use);
        }
        return onContext(context, use.apply(entry, context))
                .recover(e -> left(tried) || outrun(entry, e) ? choose(tried, use) : Future.failedFuture(e));
    }

    /** Whether a visitor of another member was faster, or the agent was lost: it will be back. */
    private static boolean outrun(Entry entry, Throwable e) {
        if (e instanceof ProxyException lost && lost.kind() == ProxyException.Kind.CLOSED) {
            return true;
        }
        return entry.offer().uses() != Offer.ANY
                && e instanceof ProxyException p
                && (p.kind() == ProxyException.Kind.LIMITED || p.kind() == ProxyException.Kind.UNREACHABLE);
    }

    private boolean left(Set<Entry> tried) {
        return entries.stream().anyMatch(entry -> !entry.spent() && !tried.contains(entry));
    }

    private static <T> Future<T> onContext(Context context, Future<T> result) {
        Promise<T> here = Promise.promise();
        result.onComplete(done -> context.runOnContext(v -> here.handle(done)));
        return here.future();
    }

    private Future<Void> await(Context context, Set<Entry> tried) {
        Promise<Void> arrival = Promise.promise();
        synchronized (this) {
            if (left(tried)) {
                return Future.succeededFuture();
            }
            if (waiting.size() >= WAITING) {
                return Future.failedFuture(ProxyException.of(
                        ProxyException.Kind.LIMITED,
                        ProxyException.Side.SELF,
                        WAITING + " visitors wait for " + endpoint));
            }
            waiting.add(arrival);
        }
        return Eventually.within(context, PATIENCE, "an agent for " + endpoint, onContext(context, arrival.future()));
    }
}
