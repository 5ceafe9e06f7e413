package io.warren.cluster;

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
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.function.Predicate;
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

    /** Others change the same entry at the same time; each time somebody succeeds. */
    private static final int TRIES = 1000;

    private final Vertx vertx;
    private final Context context;
    private final OffLoop offLoop;
    private final IMap<String, String> map;
    private final String self;
    private final Predicate<UUID> alive;
    private final Map<Endpoint, Held> held = new HashMap<>();

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

    Claims(Vertx vertx, OffLoop offLoop, IMap<String, String> map, UUID self, Predicate<UUID> alive) {
        this.vertx = vertx;
        this.context = Loops.next(vertx);
        this.offLoop = offLoop;
        this.map = map;
        this.self = self.toString();
        this.alive = alive;
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
        before.onComplete(v -> offLoop.run(step).onComplete(done));
        return done.future();
    }

    /**
     * Claims again what this member holds: entries are lost when several members leave at once, and when two halves of a split network become one again
     * only one of two claims is left, which need not be the older one.
     */
    void reassert() {
        synchronized (held) {
            held.forEach((endpoint, mine) -> {
                if (mine.registrations > 0) {
                    next(mine, () -> takeAgain(endpoint, mine.claim(self)))
                            .onFailure(e -> LOG.atWarn()
                                    .addKeyValue("endpoint", endpoint)
                                    .log(e.getMessage()));
                }
            });
        }
    }

    /** Removes what only members that have left hold. */
    void sweep() {
        offLoop.run(() -> {
                    for (Map.Entry<String, String> entry : map.entrySet()) {
                        if (Claim.read(entry.getValue()).livingHolders(alive).isEmpty()) {
                            map.remove(entry.getKey(), entry.getValue());
                        }
                    }
                    return null;
                })
                .onFailure(e -> LOG.atWarn().log("claims of members that left: {}", e.getMessage()));
    }

    // --- on a worker thread

    private record Claim(Optional<String> user, long since, Set<String> holders) {
        static Claim read(String text) {
            JsonObject json = new JsonObject(text);
            Set<String> holders = new LinkedHashSet<>();
            json.getJsonArray("holders", new JsonArray()).forEach(holder -> holders.add(String.valueOf(holder)));
            return new Claim(Optional.ofNullable(json.getString("user")), json.getLong("since", 0L), holders);
        }

        Set<String> livingHolders(Predicate<UUID> alive) {
            Set<String> living = new LinkedHashSet<>(holders);
            living.removeIf(holder -> !alive.test(UUID.fromString(holder)));
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

        /** In the order in which members sort them by what they tell each other. */
        boolean precedes(Claim other) {
            return since != other.since ? since < other.since : user.orElse("").compareTo(other.user.orElse("")) < 0;
        }

        String write() {
            JsonObject json = new JsonObject();
            user.ifPresent(name -> json.put("user", name));
            return json.put("since", since)
                    .put("holders", new JsonArray(java.util.List.copyOf(holders)))
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

    private long takeAgain(Endpoint endpoint, Claim mine) {
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
            Set<String> living = theirs.livingHolders(alive);
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
            Set<String> others = claim.livingHolders(alive);
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
