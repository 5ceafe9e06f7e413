package io.warren.service;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.warren.net.Address;
import io.warren.net.Loops;
import io.warren.net.ProxyException;
import io.warren.spi.Community;
import io.warren.spi.Egress;
import io.warren.spi.Endpoint;
import io.warren.spi.Offer;
import io.warren.spi.Registration;
import io.warren.spi.Session;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What an agent that is connected here has published: its place in the pool, what the others are told of it, and what becomes of it. Any thread. */
final class Standing implements Registration {
    private static final Logger LOG = LoggerFactory.getLogger("endpoint");

    /** For the visitors of an agent that can only be cut off. */
    private static final Duration FAREWELL = Duration.ofMillis(1500);

    /** For the other members to learn that it gets nobody any more; who is on the way by then still gets there. */
    private static final Duration NEWS = Duration.ofMillis(300);

    private static final Duration FAREWELL_LOOK = Duration.ofMillis(50);

    /** Who publishes, on which context, and what in its own words. */
    record Asker(Context home, Session session, Endpoint asked) {}

    private final Endpoints endpoints;
    private final Asker asker;
    private final Served place;
    private final Endpoints.Port port;
    private final Offer asked;
    private final Egress back;
    private final Promise<Void> ended = Promise.promise();
    private final Promise<Void> leaving = Promise.promise();
    private final Promise<Void> replaced = Promise.promise();
    private volatile Entry entry;
    private volatile Egress way;

    Standing(
            Endpoints endpoints, Asker asker, Served place, Endpoints.Port port, Offer asked, long since, Egress back) {
        this.endpoints = endpoints;
        this.asker = asker;
        this.place = place;
        this.port = port;
        this.asked = asked;
        this.back = back;
        serveAs(entry(weighed(), since));
    }

    private Offer weighed() {
        return endpoints.restrictions().weighed(endpoint(), Registrant.agent(asker.session(), asked), asked);
    }

    private Entry entry(Offer offer, long since) {
        return endpoints.entry(asker, offer, since, back);
    }

    /** From now on that is what stands in the pool for it. */
    void serveAs(Entry other) {
        entry = other;
        way = place.pool().only(other);
    }

    Endpoint endpoint() {
        return place.endpoint();
    }

    Asker asker() {
        return asker;
    }

    Served place() {
        return place;
    }

    Entry entry() {
        return entry;
    }

    /** To its agent and nobody else. */
    Egress way() {
        return way;
    }

    Registrant shown() {
        return new Registrant(endpoint(), asker.session(), asked, entry.offer(), entry.live());
    }

    private Community community() {
        return endpoints.community();
    }

    private boolean isAnnounced() {
        return entry.offer().reach() == Offer.Reach.CLUSTER;
    }

    // --- its life

    /** Visitors may come from now on. */
    Future<Registration> begin() {
        if (!endpoints.admit(this)) {
            unclaim();
            return Future.failedFuture(ProxyException.denied(endpoint() + " belongs to another user"));
        }
        if (isAnnounced()) {
            community().announce(entry.id(), endpoint(), entry.offer(), entry.since());
        }
        LOG.atInfo()
                .addKeyValue("endpoint", endpoint())
                .addKeyValue("address", port.address())
                .addKeyValue("user", entry.offer().user().orElse("-"))
                .log("bound");
        return Future.succeededFuture(this);
    }

    /** Takes its own place under the terms that count now; visitors who are there stay. */
    void reweigh() {
        Offer offer = weighed();
        Entry old = entry;
        if (offer.equals(old.offer()) || !endpoints.exchange(this, old, entry(offer, old.since()))) {
            return;
        }
        if (isAnnounced()) {
            community().announce(entry.id(), endpoint(), offer, entry.since());
            community().retract(old.id());
        }
    }

    /** @return whether it is news */
    boolean replace() {
        if (!replaced.tryComplete()) {
            return false;
        }
        LOG.atInfo()
                .addKeyValue("endpoint", endpoint())
                .addKeyValue("agent", entry.offer().agent().orElse("-"))
                .log("replaced by a later session of the same agent");
        return true;
    }

    /** This member is about to leave: who says who it is can attach elsewhere first; others are ended, as soon as they are idle. */
    void dismiss() {
        if (entry.offer().agent().isPresent()) {
            leaving.tryComplete();
        } else {
            retract();
        }
    }

    /** Takes it out of everybody's sight, and ends it once its visitors are gone. */
    private void retract() {
        endpoints.hide(this);
        if (isAnnounced()) {
            community().retract(entry.id());
        }
        long deadline = System.nanoTime() + FAREWELL.toNanos();
        Loops.setTimer(endpoints.context(), NEWS, t -> endWhenIdle(deadline));
    }

    private void endWhenIdle(long deadline) {
        if (entry.live() > 0 && System.nanoTime() < deadline) {
            Loops.setTimer(endpoints.context(), FAREWELL_LOOK, t -> endWhenIdle(deadline));
        } else {
            leaving.tryComplete();
            end(ProxyException.of(
                    ProxyException.Kind.CLOSED, ProxyException.Side.SELF, "this member is about to leave"));
        }
    }

    /** Against the agent's will. */
    void end(ProxyException why) {
        if (ended.tryFail(why)) {
            release();
            LOG.atWarn()
                    .addKeyValue("endpoint", endpoint())
                    .addKeyValue("user", entry.offer().user().orElse("-"))
                    .log("ended: {}", why.getMessage());
        }
    }

    private void release() {
        endpoints.forget(this);
        unclaim();
    }

    private void unclaim() {
        if (isAnnounced()) {
            community().withdraw(entry.id(), endpoint(), entry.offer());
        }
    }

    // --- for who published it

    @Override
    public Address address() {
        return port.address();
    }

    @Override
    public Future<Void> ended() {
        return ended.future();
    }

    @Override
    public Future<Void> replaced() {
        return replaced.future();
    }

    @Override
    public Future<Void> leaving() {
        return leaving.future();
    }

    @Override
    public Future<Void> withdraw() {
        if (ended.tryComplete()) {
            release();
            LOG.atInfo().addKeyValue("endpoint", endpoint()).log("released");
        }
        return Future.succeededFuture();
    }
}
