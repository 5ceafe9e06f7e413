package io.warren.service;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.warren.net.Address;
import io.warren.net.ProxyException;
import io.warren.spi.Community;
import io.warren.spi.Directory;
import io.warren.spi.Egress;
import io.warren.spi.Endpoint;
import io.warren.spi.Network;
import io.warren.spi.Offer;
import io.warren.spi.Registration;
import io.warren.spi.Session;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The endpoints that this process serves: a pool of registrations each, and for a bound port the port itself, open as long as somebody serves it. In a
 * cluster the registrations of other members are in the same pools, and what is registered here is told to them. Any thread.
 */
public final class Endpoints implements Directory {
    private static final Logger LOG = LoggerFactory.getLogger("endpoint");

    private final Vertx vertx;
    private final Ports ports;
    private final Optional<String> bindHost;
    private volatile Community community = Community.ALONE;
    private final AtomicLong ids = new AtomicLong();
    private final Map<Endpoint, Served> served = new HashMap<>();

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

    private static final class Served {
        private final Pool pool;
        private final Optional<String> owner;
        private Future<Port> port;
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
        Address address = Address.parse(asked.name());
        return address.port() == 0
                ? anyPort(home, asked.network(), address, offer, back)
                : register(home, canonical(asked.network(), address), offer, back);
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

    private Future<Registration> anyPort(Context home, Network network, Address address, Offer offer, Egress back) {
        Pool pool = new Pool(new Endpoint(network, address.toString()));
        Address where = address.isWildcard() ? address.withHost(bindHost.orElse("")) : address;
        return ports.open(home, network, where, pool).compose(port -> {
            Endpoint endpoint =
                    canonical(network, address.withPort(port.address().port()));
            pool.named(endpoint);
            synchronized (served) {
                served.put(endpoint, new Served(pool, offer.user(), Future.succeededFuture(port)));
            }
            return register(home, endpoint, offer, back);
        });
    }

    private Future<Registration> register(Context home, Endpoint endpoint, Offer offer, Egress back) {
        Served place;
        try {
            place = place(home, endpoint, offer.user());
        } catch (ProxyException e) {
            return Future.failedFuture(e);
        }
        return place.port
                .compose(port -> offer.reach() == Offer.Reach.CLUSTER
                        ? community.claim(endpoint, offer).map(port)
                        : Future.succeededFuture(port))
                .onFailure(e -> abandon(endpoint, place))
                .map(port -> new Standing(endpoint, place, port, entry(home, offer, back)));
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
            Served opened = new Served(pool, user, ports.open(home, endpoint.network(), local(endpoint), pool));
            served.put(endpoint, opened);
            return opened;
        }
    }

    private void abandon(Endpoint endpoint, Served place) {
        synchronized (served) {
            if (!place.pool.entries().isEmpty() || served.get(endpoint) != place) {
                return;
            }
            served.remove(endpoint);
        }
        place.port.onSuccess(port -> port.close());
    }

    /** A registration of another member; the port is opened here too. */
    public void appeared(long id, Endpoint endpoint, Offer offer, Egress way) {
        Served place;
        try {
            place = place(vertx.getOrCreateContext(), endpoint, offer.user());
        } catch (ProxyException e) {
            LOG.atWarn().addKeyValue("endpoint", endpoint).log(e.getMessage());
            return;
        }
        synchronized (served) {
            cancelClosing(place);
            place.pool.add(new Entry(id, offer, way, Optional.empty()));
        }
        place.port.onFailure(e -> LOG.atWarn()
                .addKeyValue("endpoint", endpoint)
                .log("cannot be served by this member: {}", e.getMessage()));
    }

    /** A registration of another member is gone. */
    public void vanished(long id, Endpoint endpoint) {
        synchronized (served) {
            Served place = served.get(endpoint);
            if (place != null) {
                place.pool.entries().stream()
                        .filter(entry -> entry.id() == id)
                        .toList()
                        .forEach(entry -> remove(endpoint, place, entry));
            }
        }
    }

    /** The registration {@code id} of this member and nobody else's: where a stream from another member ends. */
    public Optional<Egress> own(long id) {
        synchronized (served) {
            return served.values().stream()
                    .flatMap(place -> place.pool.entries().stream()
                            .filter(entry -> entry.id() == id)
                            .map(place.pool::only))
                    .findFirst();
        }
    }

    @Override
    public Egress to(Endpoint endpoint) {
        synchronized (served) {
            Served place = served.get(endpoint);
            if (place != null) {
                return place.pool;
            }
            return (session, target) -> Future.failedFuture(
                    ProxyException.upstream(ProxyException.Kind.UNREACHABLE, "no agent serves " + endpoint));
        }
    }

    // Called with the lock held.
    private void remove(Endpoint endpoint, Served place, Entry entry) {
        place.pool.remove(entry);
        if (place.pool.entries().isEmpty() && place.closing < 0) {
            long wait = entry.spent() ? Pool.PATIENCE.toMillis() : 1;
            place.closing = vertx.setTimer(wait, t -> abandon(endpoint, place));
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
                synchronized (served) {
                    remove(endpoint, place, entry);
                }
                if (entry.offer().reach() == Offer.Reach.CLUSTER) {
                    community.withdraw(entry.id(), endpoint);
                }
                LOG.atInfo().addKeyValue("endpoint", endpoint).log("released");
            }
            return Future.succeededFuture();
        }
    }
}
