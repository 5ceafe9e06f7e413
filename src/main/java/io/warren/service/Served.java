package io.warren.service;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.warren.spi.Endpoint;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** An endpoint as it is at this process: who serves it, whose it is, and its port. All but the pool with the lock of {@link Endpoints} held. */
final class Served {
    private static final long NEVER = -1;

    private final Endpoint endpoint;
    private final Pool pool;
    private Optional<String> owner;
    /** Of other members, whose claim stands, but whose predecessor's end has not been heard of yet. */
    private final List<Entry> contenders = new ArrayList<>(0);

    private Future<Endpoints.Port> port;
    private int registering;
    private long closing = NEVER;

    Served(Endpoint endpoint, Pool pool, Optional<String> owner, Future<Endpoints.Port> port) {
        this.endpoint = endpoint;
        this.pool = pool;
        this.owner = owner;
        this.port = port;
    }

    Endpoint endpoint() {
        return endpoint;
    }

    Pool pool() {
        return pool;
    }

    Future<Endpoints.Port> port() {
        return port;
    }

    void port(Future<Endpoints.Port> other) {
        port = other;
    }

    // --- whose it is

    Optional<String> owner() {
        return owner;
    }

    void belongTo(Optional<String> user) {
        owner = user;
    }

    boolean belongsTo(Optional<String> user) {
        return owner.equals(user);
    }

    void contend(Entry entry) {
        contenders.add(entry);
    }

    /** @return whether it was one of those who wait */
    boolean removeContender(Entry contender) {
        return contenders.remove(contender);
    }

    /**
     * When nobody serves it any more, the oldest claim's user has it from now on.
     *
     * @return whether there was one
     */
    boolean succeed() {
        if (isServed() || contenders.isEmpty()) {
            return false;
        }
        inherit();
        return true;
    }

    /**
     * Two halves of a split network have become one again: who claimed it first takes the place of those who have it here.
     *
     * @return the entries of this member that have lost it
     */
    List<Entry> usurp() {
        List<Entry> losers = new ArrayList<>();
        for (Entry entry : pool.entries()) {
            pool.remove(entry);
            (entry.isLocal() ? losers : contenders).add(entry);
        }
        inherit();
        return losers;
    }

    private void inherit() {
        owner = Collections.min(contenders, Comparator.comparing(Entry::seniority))
                .offer()
                .user();
        List<Entry> all = List.copyOf(contenders);
        contenders.removeIf(entry -> belongsTo(entry.offer().user()));
        all.stream().filter(entry -> belongsTo(entry.offer().user())).forEach(pool::add);
    }

    // --- whether it is needed

    void registering(int change) {
        registering += change;
    }

    boolean isServed() {
        return !pool.isEmpty() || registering > 0;
    }

    /** Whether somebody has it, or is waited for: who only asks for it has not. */
    boolean isHeld() {
        return !pool.isEmpty() || isClosing();
    }

    boolean isNeeded() {
        return isServed() || isClosing();
    }

    boolean isClosing() {
        return closing >= 0;
    }

    void closing(long timer) {
        closing = timer;
    }

    /** @return whether it is that timer's to close it */
    boolean closes(long timer) {
        if (closing != timer) {
            return false;
        }
        closing = NEVER;
        return true;
    }

    void cancelClosing(Vertx vertx) {
        if (isClosing()) {
            vertx.cancelTimer(closing);
            closing = NEVER;
        }
    }
}
