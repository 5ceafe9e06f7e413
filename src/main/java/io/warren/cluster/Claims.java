package io.warren.cluster;

import com.hazelcast.core.HazelcastInstanceNotActiveException;
import com.hazelcast.map.IMap;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.warren.net.Loops;
import io.warren.net.ProxyException;
import io.warren.spi.Endpoint;
import io.warren.spi.Offer;
import io.warren.spi.Seniority;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Whose endpoint it is, in the whole cluster: in a map of Hazelcast, an entry for each endpoint with its user and the members that hold registrations of
 * it. The last holder removes it; a holder that has left counts for nothing. Any thread; Hazelcast is waited for on worker threads.
 */
final class Claims {
    static final String MAP = "warren.claims";

    private static final Logger LOG = LoggerFactory.getLogger("cluster");

    /** An agent that serves one visitor at a time asks again: nobody else is to take its endpoint in between. */
    private static final Duration RETURN = Duration.ofSeconds(6);

    private static final Duration MERGE = Duration.ofSeconds(10);
    private static final long MERGE_LOOK_MS = 50;

    /** Of claims that are looked at in one go. */
    private static final int PORTION = 1000;

    /** Others change the same entry at the same time; each time somebody succeeds. */
    private static final int TRIES = 1000;

    private final Vertx vertx;
    private final Context context;
    private final OffLoop offLoop;
    private final IMap<String, String> map;
    private final String self;
    private final Roster roster;
    private final Map<Endpoint, Held> held = new HashMap<>();
    private final AtomicInteger reviews = new AtomicInteger();

    private static final class Held {
        private int registrations;
        private Optional<String> user = Optional.empty();
        private long since;
        private Future<?> last = Future.succeededFuture();
        private long releasing = -1;

        synchronized void claimed(Optional<String> by, long when) {
            user = by;
            since = when;
        }

        synchronized Claim claim(String holder) {
            return new Claim(user, since, Set.of(holder));
        }
    }

    Claims(Vertx vertx, OffLoop offLoop, IMap<String, String> map, UUID self, Roster roster) {
        this.vertx = vertx;
        this.context = Loops.next(vertx);
        this.offLoop = offLoop;
        this.map = map;
        this.self = self.toString();
        this.roster = roster;
    }

    /**
     * @param fresh whether it must belong to nobody yet, the same user included
     * @return since when it is the user's
     */
    Future<Long> claim(Endpoint endpoint, Offer offer, boolean fresh) {
        Held mine;
        Future<Long> done;
        synchronized (held) {
            mine = held.computeIfAbsent(endpoint, e -> new Held());
            mine.registrations++;
            if (mine.releasing >= 0) {
                vertx.cancelTimer(mine.releasing);
                mine.releasing = -1;
            }
            done = next(
                    mine,
                    () -> take(endpoint, new Claim(offer.user(), System.currentTimeMillis(), Set.of(self)), fresh));
        }
        return done.onSuccess(since -> mine.claimed(offer.user(), since))
                .onFailure(e -> release(endpoint, Duration.ZERO));
    }

    void released(Endpoint endpoint, Offer offer) {
        release(endpoint, offer.uses() == Offer.ANY ? Duration.ZERO : RETURN);
    }

    private void release(Endpoint endpoint, Duration later) {
        synchronized (held) {
            Held mine = held.get(endpoint);
            if (mine == null || --mine.registrations > 0) {
                return;
            }
            if (later.isZero()) {
                forget(endpoint, mine);
            } else {
                mine.releasing = Loops.setTimer(context, later, t -> {
                    synchronized (held) {
                        if (mine.releasing == t) {
                            forget(endpoint, mine);
                        }
                    }
                });
            }
        }
    }

    private void forget(Endpoint endpoint, Held mine) {
        mine.releasing = -1;
        next(mine, () -> {
                    give(endpoint);
                    return null;
                })
                .onComplete(done -> {
                    if (done.failed()) {
                        LOG.atWarn()
                                .addKeyValue("endpoint", endpoint)
                                .log("claim not released: {}", done.cause().getMessage());
                    }
                    synchronized (held) {
                        if (mine.registrations == 0 && mine.last.isComplete()) {
                            held.remove(endpoint, mine);
                        }
                    }
                });
    }

    /** One after the other for one endpoint, so that a release does not undo the claim behind it. With the lock held. */
    private <T> Future<T> next(Held mine, Callable<T> step) {
        Promise<T> done = Promise.promise();
        Future<?> before = mine.last;
        mine.last = done.future();
        before.onComplete(v -> offLoop.run(() -> patiently(step)).onComplete(done));
        return done.future();
    }

    /**
     * Claims again what this member holds: entries are lost when several members leave at once, and when two halves of a split network become one again
     * only one of two claims is left, which need not be the older one. Then removes, of what is kept here, what only members that have left hold. A
     * portion at a time, so that those who claim something meanwhile need not wait for all of it.
     */
    void review() {
        if (reviews.getAndIncrement() == 0) {
            reviewOnce();
        }
    }

    private void reviewOnce() {
        int asked = reviews.get();
        offLoop.run(this::due)
                .compose(portions -> portionwise(portions, this::reassert))
                .compose(v -> offLoop.run(() -> split(map.localKeySet())))
                .compose(portions -> portionwise(portions, this::sweep))
                .onFailure(e -> LOG.atWarn().log("claims not reviewed: {}", e.getMessage()))
                .onComplete(done -> {
                    if (reviews.addAndGet(-asked) > 0) {
                        reviewOnce();
                    }
                });
    }

    private <T> Future<Void> portionwise(Deque<Set<T>> portions, Consumer<Set<T>> work) {
        Set<T> next = portions.poll();
        if (next == null) {
            return Future.succeededFuture();
        }
        return offLoop.run(() -> {
                    work.accept(next);
                    return null;
                })
                .compose(v -> portionwise(portions, work));
    }

    private static <T> Deque<Set<T>> split(Collection<T> all) {
        Deque<Set<T>> portions = new ArrayDeque<>();
        Set<T> portion = new HashSet<>();
        for (T one : all) {
            portion.add(one);
            if (portion.size() == PORTION) {
                portions.add(portion);
                portion = new HashSet<>();
            }
        }
        if (!portion.isEmpty()) {
            portions.add(portion);
        }
        return portions;
    }

    // --- on a worker thread

    /** While two halves of a split network become one again, Hazelcast does not answer for a moment. */
    private <T> T patiently(Callable<T> step) throws Exception {
        long deadline = System.nanoTime() + MERGE.toNanos();
        while (true) {
            try {
                return step.call();
            } catch (HazelcastInstanceNotActiveException e) {
                if (!roster.isMerging() || System.nanoTime() > deadline) {
                    throw e;
                }
                TimeUnit.MILLISECONDS.sleep(MERGE_LOOK_MS);
            }
        }
    }

    private Deque<Set<Endpoint>> due() {
        synchronized (held) {
            List<Endpoint> due = new ArrayList<>(held.size());
            held.forEach((endpoint, mine) -> {
                if (mine.registrations > 0) {
                    due.add(endpoint);
                }
            });
            return split(due);
        }
    }

    /** Looks at all of a portion in one go: usually nothing has been lost. */
    private void reassert(Set<Endpoint> portion) {
        Set<String> keys = new HashSet<>();
        portion.forEach(endpoint -> keys.add(endpoint.toString()));
        Map<String, String> known = map.getAll(keys);
        synchronized (held) {
            for (Endpoint endpoint : portion) {
                Held mine = held.get(endpoint);
                if (mine != null
                        && mine.registrations > 0
                        && !isMine(mine, Optional.ofNullable(known.get(endpoint.toString())))) {
                    next(mine, () -> takeAgain(endpoint, mine))
                            .onFailure(e -> LOG.atWarn()
                                    .addKeyValue("endpoint", endpoint)
                                    .log(e.getMessage()));
                }
            }
        }
    }

    private boolean isMine(Held mine, Optional<String> known) {
        if (known.isEmpty()) {
            return false;
        }
        Claim claim = Claim.read(known.get());
        Claim own = mine.claim(self);
        return claim.user().equals(own.user())
                && claim.since() <= own.since()
                && claim.holders().contains(self);
    }

    private void sweep(Set<String> keys) {
        map.getAll(keys).forEach((key, claim) -> {
            if (Claim.read(claim).livingHolders(roster).isEmpty()) {
                map.remove(key, claim);
            }
        });
    }

    private record Claim(Optional<String> user, long since, Set<String> holders) {
        static Claim read(String text) {
            JsonObject json = new JsonObject(text);
            Set<String> holders = new LinkedHashSet<>();
            json.getJsonArray("holders", new JsonArray()).forEach(holder -> holders.add(String.valueOf(holder)));
            return new Claim(Optional.ofNullable(json.getString("user")), json.getLong("since", 0L), holders);
        }

        Set<String> livingHolders(Roster roster) {
            Set<String> living = new LinkedHashSet<>(holders);
            living.removeIf(holder -> !roster.contains(UUID.fromString(holder)));
            return living;
        }

        Claim heldBy(Set<String> others) {
            return new Claim(user, since, others);
        }

        Claim heldBy(String oneMore) {
            Set<String> more = new LinkedHashSet<>(holders);
            more.add(oneMore);
            return heldBy(more);
        }

        Claim since(long when) {
            return new Claim(user, when, holders);
        }

        boolean precedes(Claim other) {
            return new Seniority(since, user).precedes(new Seniority(other.since, other.user));
        }

        String write() {
            JsonObject json = new JsonObject();
            user.ifPresent(name -> json.put("user", name));
            return json.put("since", since)
                    .put("holders", new JsonArray(List.copyOf(holders)))
                    .encode();
        }
    }

    private long take(Endpoint endpoint, Claim mine, boolean fresh) {
        return take(endpoint, mine, theirs -> {
            if (fresh) {
                throw ProxyException.denied(endpoint + " is already bound");
            }
            if (!theirs.user().equals(mine.user())) {
                throw ProxyException.denied(endpoint + " belongs to another user");
            }
            return theirs.heldBy(self);
        });
    }

    private long takeAgain(Endpoint endpoint, Held standing) {
        synchronized (held) {
            if (standing.registrations == 0) {
                return 0;
            }
        }
        Claim mine = standing.claim(self);
        return take(endpoint, mine, theirs -> {
            if (theirs.user().equals(mine.user())) {
                return (theirs.since() <= mine.since() ? theirs : theirs.since(mine.since())).heldBy(self);
            }
            if (theirs.precedes(mine)) {
                throw ProxyException.denied(endpoint + " belongs to another user, who claimed it earlier");
            }
            return mine;
        });
    }

    /** @param settle what becomes of a claim that others hold */
    private long take(Endpoint endpoint, Claim mine, UnaryOperator<Claim> settle) {
        String key = endpoint.toString();
        for (int i = 0; i < TRIES; i++) {
            String known = map.putIfAbsent(key, mine.write());
            if (known == null) {
                return mine.since();
            }
            Claim theirs = Claim.read(known);
            Set<String> living = theirs.livingHolders(roster);
            Claim settled = living.isEmpty() ? mine : settle.apply(theirs.heldBy(living));
            if (settled.equals(theirs) || map.replace(key, known, settled.write())) {
                return settled.since();
            }
        }
        throw ProxyException.upstream(ProxyException.Kind.TIMEOUT, endpoint + " is claimed by too many at once");
    }

    private void give(Endpoint endpoint) {
        String key = endpoint.toString();
        for (int i = 0; i < TRIES; i++) {
            String known = map.get(key);
            if (known == null) {
                return;
            }
            Claim claim = Claim.read(known);
            if (!claim.holders().contains(self)) {
                return;
            }
            Set<String> others = claim.livingHolders(roster);
            others.remove(self);
            boolean changed = others.isEmpty()
                    ? map.remove(key, known)
                    : map.replace(key, known, claim.heldBy(others).write());
            if (changed) {
                return;
            }
        }
    }
}
