package io.warren.service;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.warren.net.Address;
import io.warren.net.Loops;
import io.warren.net.ProxyException;
import io.warren.spi.Community;
import io.warren.spi.Directory;
import io.warren.spi.Egress;
import io.warren.spi.Endpoint;
import io.warren.spi.Network;
import io.warren.spi.Offer;
import io.warren.spi.Registration;
import io.warren.spi.Session;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The endpoints that this process serves: a pool of registrations each, and for a bound port the port itself, open as long as somebody serves it. In a
 * cluster the registrations of other members are in the same pools, and what is registered here is told to them. Any thread.
 */
public final class Endpoints implements Directory {
    private static final Logger LOG = LoggerFactory.getLogger("endpoint");

    /** Of what has a name instead: its visitors come by way of handlers. */
    private static final Port NO_PORT = new Port() {
        @Override
        public Address address() {
            return Address.NONE;
        }

        @Override
        public Future<Void> close() {
            return Future.succeededFuture();
        }
    };

    private final Vertx vertx;
    private final Ports ports;
    private final Optional<String> bindHost;
    private volatile Community community = Community.ALONE;
    private final AtomicLong ids = new AtomicLong();
    private final Map<Endpoint, Served> served = new HashMap<>();
    private final Map<Long, Egress> own = new ConcurrentHashMap<>();

    /** Opens the visitors' side of an endpoint. */
    public interface Ports {
        /**
         * @param context which event loop
         * @param address where, port 0 = any
         * @param way to whoever serves it
         * @return fails when it cannot be opened
         */
        Future<Port> open(Context context, Network network, Address address, Egress way);
    }

    /** An open one. */
    public interface Port {
        Address address();

        @CanIgnoreReturnValue
        Future<Void> close();
    }

    /** How many numbers are tried for port 0: another member may have one of them already. */
    private static final int TRIES = 16;

    private record Contender(long id, Offer offer, Egress way) {}

    private static final class Served {
        private final Pool pool;
        private Optional<String> owner;
        /** Of other members, whose claim stands, but whose predecessor's end has not been heard of yet. */
        private final List<Contender> contenders = new ArrayList<>();

        private final Future<Port> port;
        private int registering;
        private long closing = -1;

        Served(Pool pool, Optional<String> owner, Future<Port> port) {
            this.pool = pool;
            this.owner = owner;
            this.port = port;
        }
    }

    /** @param bindHost stands for every wildcard host, so that several members can run on one machine */
    public Endpoints(Vertx vertx, Ports ports, Optional<String> bindHost) {
        this.vertx = vertx;
        this.ports = ports;
        this.bindHost = bindHost;
    }

    /** From now on in this cluster. */
    public void join(Community others) {
        community = others;
    }

    @Override
    public Future<Registration> publish(Session session, Endpoint asked, Offer offer, Egress back) {
        Context home = Vertx.currentContext();
        if (asked.isNamed()) {
            return register(home, asked, offer, back, false);
        }
        Address address = Address.parse(asked.name());
        return address.port() == 0
                ? anyPort(home, asked.network(), address, offer, back, TRIES)
                : register(home, canonical(asked.network(), address), offer, back, false);
    }

    private Endpoint canonical(Network network, Address address) {
        boolean everywhere =
                address.isWildcard() || bindHost.filter(address.host()::equals).isPresent();
        return new Endpoint(network, everywhere ? ":" + address.port() : address.toString());
    }

    private Address local(Endpoint endpoint) {
        Address address = Address.parse(endpoint.name());
        return address.isWildcard() ? address.withHost(bindHost.orElse("")) : address;
    }

    private Future<Registration> anyPort(
            Context home, Network network, Address address, Offer offer, Egress back, int tries) {
        Pool pool = new Pool(new Endpoint(network, address.toString()));
        Address where = address.isWildcard() ? address.withHost(bindHost.orElse("")) : address;
        return ports.open(home, network, where, pool).compose(port -> {
            Endpoint endpoint =
                    canonical(network, address.withPort(port.address().port()));
            pool.named(endpoint);
            Served place = new Served(pool, offer.user(), Future.succeededFuture(port));
            boolean mine;
            synchronized (served) {
                mine = served.putIfAbsent(endpoint, place) == null;
            }
            Future<Registration> registered = mine
                    ? register(home, endpoint, offer, back, true)
                    : Future.failedFuture(ProxyException.denied(endpoint + " is already bound"));
            return registered.recover(e -> {
                if (!mine) {
                    port.close();
                }
                boolean taken = e instanceof ProxyException p && p.kind() == ProxyException.Kind.DENIED;
                return taken && tries > 1
                        ? anyPort(home, network, address, offer, back, tries - 1)
                        : Future.failedFuture(e);
            });
        });
    }

    /** @param fresh whether it is a number that was picked here, and so must not belong to anybody */
    private Future<Registration> register(Context home, Endpoint endpoint, Offer offer, Egress back, boolean fresh) {
        Served place;
        try {
            synchronized (served) {
                place = place(home, endpoint, offer.user());
                place.registering++;
            }
        } catch (ProxyException e) {
            return Future.failedFuture(e);
        }
        return place.port
                .compose(port -> claim(endpoint, offer, fresh).map(port))
                .<Registration>map(port -> new Standing(endpoint, place, port, entry(home, offer, back)))
                .onComplete(done -> {
                    synchronized (served) {
                        place.registering--;
                    }
                    abandon(endpoint, place);
                });
    }

    private Future<Void> claim(Endpoint endpoint, Offer offer, boolean fresh) {
        if (offer.reach() == Offer.Reach.MEMBER) {
            return Future.succeededFuture();
        }
        return fresh ? community.claimFree(endpoint, offer) : community.claim(endpoint, offer);
    }

    private Entry entry(Context home, Offer offer, Egress back) {
        return new Entry(ids.incrementAndGet(), offer, back, Optional.of(home));
    }

    private Served place(Context home, Endpoint endpoint, Optional<String> user) {
        synchronized (served) {
            Served known = served.get(endpoint);
            if (known != null) {
                if (!known.owner.equals(user)) {
                    throw ProxyException.denied(endpoint + " belongs to another user");
                }
                return known;
            }
            Pool pool = new Pool(endpoint);
            Served opened = new Served(pool, user, open(home, endpoint, pool));
            served.put(endpoint, opened);
            return opened;
        }
    }

    private Future<Port> open(Context home, Endpoint endpoint, Pool pool) {
        return endpoint.isNamed()
                ? Future.succeededFuture(NO_PORT)
                : ports.open(home, endpoint.network(), local(endpoint), pool);
    }

    private void abandon(Endpoint endpoint, Served place) {
        synchronized (served) {
            boolean needed = !place.pool.entries().isEmpty() || place.registering > 0 || place.closing >= 0;
            if (needed || served.get(endpoint) != place) {
                return;
            }
            served.remove(endpoint);
        }
        place.port.onSuccess(port -> port.close());
    }

    /**
     * A registration of another member; the port is opened here too.
     *
     * @param id unlike those of this process: negative
     */
    public void appeared(long id, Endpoint endpoint, Offer offer, Egress way) {
        Served place;
        synchronized (served) {
            Served known = served.get(endpoint);
            if (known != null && !known.owner.equals(offer.user()) && isServed(known)) {
                known.contenders.add(new Contender(id, offer, way));
                LOG.atWarn()
                        .addKeyValue("endpoint", endpoint)
                        .log("belongs to another user, who has not released it yet");
                return;
            }
            if (known != null) {
                known.owner = offer.user();
            }
            place = place(Loops.next(vertx), endpoint, offer.user());
            cancelClosing(place);
            place.pool.add(new Entry(id, offer, way, Optional.empty()));
        }
        place.port.onFailure(e -> LOG.atWarn()
                .addKeyValue("endpoint", endpoint)
                .log("cannot be served by this member: {}", e.getMessage()));
    }

    /**
     * A registration of another member is gone.
     *
     * @param lost whether with its member, so that its agent may come back by another one: until then visitors wait
     */
    public void vanished(long id, Endpoint endpoint, boolean lost) {
        synchronized (served) {
            Served place = served.get(endpoint);
            if (place != null) {
                place.contenders.removeIf(contender -> contender.id() == id);
                place.pool.entries().stream()
                        .filter(entry -> entry.id() == id)
                        .toList()
                        .forEach(entry -> remove(endpoint, place, entry, lost));
            }
        }
    }

    /** How many endpoints can be reached from here. */
    public int size() {
        synchronized (served) {
            return served.size();
        }
    }

    /** The registration {@code id} of this member and nobody else's: where a stream from another member ends. */
    public Optional<Egress> own(long id) {
        return Optional.ofNullable(own.get(id));
    }

    @Override
    public Egress to(Endpoint endpoint) {
        synchronized (served) {
            Served place = served.get(endpoint);
            if (place != null) {
                return place.pool;
            }
            return Egress.failing(
                    () -> ProxyException.upstream(ProxyException.Kind.UNREACHABLE, "no agent serves " + endpoint));
        }
    }

    // Called with the lock held.
    private void remove(Endpoint endpoint, Served place, Entry entry, boolean lost) {
        place.pool.remove(entry);
        if (!isServed(place) && !place.contenders.isEmpty()) {
            succeed(place);
            return;
        }
        if (place.pool.entries().isEmpty() && place.closing < 0) {
            boolean returns = lost || entry.offer().uses() != Offer.ANY;
            place.closing = vertx.setTimer(returns ? Pool.PATIENCE.toMillis() : 1, t -> {
                synchronized (served) {
                    if (place.closing != t) {
                        return;
                    }
                    place.closing = -1;
                }
                abandon(endpoint, place);
            });
        }
    }

    private static boolean isServed(Served place) {
        return !place.pool.entries().isEmpty() || place.registering > 0;
    }

    private static void succeed(Served place) {
        place.owner = place.contenders.get(0).offer().user();
        for (Contender contender : List.copyOf(place.contenders)) {
            if (contender.offer().user().equals(place.owner)) {
                place.contenders.remove(contender);
                place.pool.add(new Entry(contender.id(), contender.offer(), contender.way(), Optional.empty()));
            }
        }
    }

    private void cancelClosing(Served place) {
        if (place.closing >= 0) {
            vertx.cancelTimer(place.closing);
            place.closing = -1;
        }
    }

    private final class Standing implements Registration {
        private final Endpoint endpoint;
        private final Served place;
        private final Port port;
        private final Entry entry;
        private final Promise<Void> ended = Promise.promise();

        Standing(Endpoint endpoint, Served place, Port port, Entry entry) {
            this.endpoint = endpoint;
            this.place = place;
            this.port = port;
            this.entry = entry;
            synchronized (served) {
                cancelClosing(place);
                place.pool.add(entry);
            }
            own.put(entry.id(), place.pool.only(entry));
            if (entry.offer().reach() == Offer.Reach.CLUSTER) {
                community.announce(entry.id(), endpoint, entry.offer());
            }
            LOG.atInfo()
                    .addKeyValue("endpoint", endpoint)
                    .addKeyValue("address", port.address())
                    .addKeyValue("user", entry.offer().user().orElse("-"))
                    .log("bound");
        }

        @Override
        public Address address() {
            return port.address();
        }

        @Override
        public Future<Void> ended() {
            return ended.future();
        }

        @Override
        public Future<Void> withdraw() {
            if (ended.tryComplete()) {
                own.remove(entry.id());
                synchronized (served) {
                    remove(endpoint, place, entry, false);
                }
                if (entry.offer().reach() == Offer.Reach.CLUSTER) {
                    community.withdraw(entry.id(), endpoint, entry.offer());
                }
                LOG.atInfo().addKeyValue("endpoint", endpoint).log("released");
            }
            return Future.succeededFuture();
        }
    }
}
