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
import io.warren.spi.Foreign;
import io.warren.spi.Holder;
import io.warren.spi.Network;
import io.warren.spi.Offer;
import io.warren.spi.Registration;
import io.warren.spi.Session;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
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
    /** Outlives the services, whose calls this serves. */
    private final Context context;

    private final Ports ports;
    private final Optional<String> bindHost;
    private volatile Community community = Community.ALONE;
    private final AtomicLong ids = new AtomicLong();
    private final Map<Endpoint, Served> served = new HashMap<>();
    /** Ports that are on their way to be closed: whoever wants one again at once waits for that. */
    private final Map<Endpoint, Future<Void>> closings = new HashMap<>();

    private final Map<Long, Standing> own = new ConcurrentHashMap<>();
    private final Set<Entry> counted = ConcurrentHashMap.newKeySet();
    private final Holder self = new Self();
    private final Restrictions restrictions = new Restrictions();
    private final LongAdder replacements = new LongAdder();
    private final LongAdder losses = new LongAdder();
    private volatile boolean draining;
    private volatile boolean closed;

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

    /** For the visitors of an agent that can only be cut off. */
    private static final Duration FAREWELL = Duration.ofMillis(1500);

    private static final Duration FAREWELL_LOOK = Duration.ofMillis(50);

    /** How many numbers are tried for port 0: another member may have one of them already. */
    private static final int TRIES = 16;

    private static final class Served {
        private final Pool pool;
        private Optional<String> owner;
        /** Of other members, whose claim stands, but whose predecessor's end has not been heard of yet. */
        private final List<Entry> contenders = new ArrayList<>(0);

        private Future<Port> port;
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
        this.context = Loops.next(vertx);
        this.ports = ports;
        this.bindHost = bindHost;
    }

    /** From now on in this cluster. */
    public void join(Community others) {
        community = others;
    }

    @Override
    public Future<Registration> publish(Session session, Endpoint asked, Offer offer, Egress back) {
        Asker asker = new Asker(Vertx.currentContext(), session);
        String agent = Registrant.agent(session, offer);
        Optional<Instant> banned = restrictions.banned(agent);
        if (banned.isPresent()) {
            return Future.failedFuture(ProxyException.denied("agent " + agent + " is kept out until " + banned.get()));
        }
        if (asked.isNamed()) {
            return register(asker, asked, offer, back, false);
        }
        Address address = Address.parse(asked.name());
        return address.port() == 0
                ? anyPort(asker, asked.network(), address, offer, back, TRIES)
                : register(asker, canonical(asked.network(), address), offer, back, false);
    }

    /** Who publishes, and on which context. */
    private record Asker(Context home, Session session) {}

    private Endpoint canonical(Network network, Address address) {
        boolean everywhere =
                address.isWildcard() || bindHost.filter(address.host()::equals).isPresent();
        return new Endpoint(network, everywhere ? ":" + address.port() : address.toString());
    }

    private Address local(Endpoint endpoint) {
        Address address = Address.parse(endpoint.name());
        return address.isWildcard() ? address.withHost(bindHost.orElse("")) : address;
    }

    private Pool pool(Endpoint endpoint) {
        return new Pool(endpoint, () -> community.slack(), restrictions);
    }

    private Future<Registration> anyPort(
            Asker asker, Network network, Address address, Offer offer, Egress back, int tries) {
        Pool pool = pool(new Endpoint(network, address.toString()));
        Address where = address.isWildcard() ? address.withHost(bindHost.orElse("")) : address;
        return ports.open(asker.home(), network, where, pool).compose(port -> {
            Endpoint endpoint =
                    canonical(network, address.withPort(port.address().port()));
            pool.named(endpoint);
            Served place = new Served(pool, offer.user(), Future.succeededFuture(port));
            boolean mine;
            synchronized (served) {
                mine = served.putIfAbsent(endpoint, place) == null;
            }
            Future<Registration> registered = mine
                    ? register(asker, endpoint, offer, back, true)
                    : Future.failedFuture(ProxyException.denied(endpoint + " is already bound"));
            return registered.recover(e -> {
                if (!mine) {
                    port.close();
                }
                boolean taken = e instanceof ProxyException p && p.kind() == ProxyException.Kind.DENIED;
                return taken && tries > 1
                        ? anyPort(asker, network, address, offer, back, tries - 1)
                        : Future.failedFuture(e);
            });
        });
    }

    /** @param fresh whether it is a number that was picked here, and so must not belong to anybody */
    private Future<Registration> register(Asker asker, Endpoint endpoint, Offer offer, Egress back, boolean fresh) {
        Served place;
        try {
            synchronized (served) {
                place = place(asker.home(), endpoint, offer.user());
                place.registering++;
            }
        } catch (ProxyException e) {
            return Future.failedFuture(e);
        }
        return place.port
                .compose(port -> claim(endpoint, offer, fresh)
                        .map(since -> new Standing(asker, endpoint, place, port, offer, since, back)))
                .compose(Standing::begin)
                .onComplete(done -> {
                    synchronized (served) {
                        place.registering--;
                    }
                    abandon(endpoint, place);
                });
    }

    /** Nobody else's claim ends what this member has not claimed. */
    private Future<Long> claim(Endpoint endpoint, Offer offer, boolean fresh) {
        if (offer.reach() == Offer.Reach.MEMBER) {
            return Future.succeededFuture(0L);
        }
        return fresh ? community.claimFree(endpoint, offer) : community.claim(endpoint, offer);
    }

    private Entry entry(Context home, Offer offer, long since, Egress back) {
        return Entry.here(ids.incrementAndGet(), offer, since, back, home, self, counted::add);
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
            Pool pool = pool(endpoint);
            Future<Port> port =
                    closings.getOrDefault(endpoint, Future.succeededFuture()).compose(v -> open(home, endpoint, pool));
            Served opened = new Served(pool, user, port);
            served.put(endpoint, opened);
            return opened;
        }
    }

    private Future<Port> open(Context home, Endpoint endpoint, Pool pool) {
        return endpoint.isNamed() || closed
                ? Future.succeededFuture(NO_PORT)
                : ports.open(home, endpoint.network(), local(endpoint), pool);
    }

    private void abandon(Endpoint endpoint, Served place) {
        Promise<Void> closed = Promise.promise();
        synchronized (served) {
            // Somebody appeared while the one was refused whose attempt had made the place.
            if (!isServed(place) && !place.contenders.isEmpty()) {
                succeed(place);
            }
            boolean needed = !place.pool.isEmpty() || place.registering > 0 || place.closing >= 0;
            if (needed || served.get(endpoint) != place) {
                return;
            }
            served.remove(endpoint);
            closings.put(endpoint, closed.future());
        }
        place.port.compose(Port::close).onComplete(v -> {
            synchronized (served) {
                closings.remove(endpoint, closed.future());
            }
            closed.complete();
        });
    }

    /** A registration of another member; the port is opened here too. */
    public Foreign.Told appeared(Foreign foreign) {
        Endpoint endpoint = foreign.endpoint();
        Entry entry = Entry.of(foreign);
        List<Standing> losers = List.of();
        synchronized (served) {
            Served known = served.get(endpoint);
            if (known == null
                    || !isServed(known)
                    || known.owner.equals(foreign.offer().user())) {
                enter(endpoint, entry);
            } else {
                known.contenders.add(entry);
                if (entry.precedes(known.pool.entries())) {
                    losers = usurp(known);
                } else {
                    LOG.atWarn()
                            .addKeyValue("endpoint", endpoint)
                            .addKeyValue("member", foreign.holder().name())
                            .log("belongs to another user, who has not released it yet");
                }
            }
        }
        losses.add(losers.size());
        losers.forEach(standing -> standing.end(ProxyException.denied(
                endpoint + " belongs to another user, who claimed it earlier in another part of the cluster")));
        return new Foreigner(endpoint, entry);
    }

    private void enter(Endpoint endpoint, Entry entry) {
        Optional<String> user = entry.offer().user();
        Optional.ofNullable(served.get(endpoint)).ifPresent(known -> known.owner = user);
        Served place = place(Loops.next(vertx), endpoint, user);
        cancelClosing(place);
        takeOver(place, entry);
        place.port.onFailure(e -> LOG.atWarn()
                .addKeyValue("endpoint", endpoint)
                .log("cannot be served by this member: {}", e.getMessage()));
    }

    /**
     * Two halves of a split network have become one again: who claimed the endpoint first takes the place of the one who has it here.
     *
     * @return the registrations of this member that have lost it
     */
    private List<Standing> usurp(Served place) {
        List<Standing> losers = new ArrayList<>();
        for (Entry entry : place.pool.entries()) {
            place.pool.remove(entry);
            Optional.ofNullable(own.get(entry.id())).ifPresentOrElse(losers::add, () -> place.contenders.add(entry));
        }
        succeed(place);
        return losers;
    }

    /** What is heard of another member's registration. */
    private final class Foreigner implements Foreign.Told {
        private final Endpoint endpoint;
        private final Entry entry;

        Foreigner(Endpoint endpoint, Entry entry) {
            this.endpoint = endpoint;
            this.entry = entry;
        }

        @Override
        public void live(int streams) {
            entry.told(streams);
        }

        @Override
        public void vanished(boolean returns) {
            synchronized (served) {
                Served place = served.get(endpoint);
                if (place != null && !place.contenders.remove(entry)) {
                    remove(endpoint, place, entry, returns);
                }
            }
        }
    }

    /** New visitors go to agents of other members where there are any, as long as {@code leaving}. */
    public void drain(boolean leaving) {
        draining = leaving;
        revived();
    }

    /** Closes the visitors' ports; who came through them stays. */
    public void closePorts() {
        synchronized (served) {
            closed = true;
            served.values().forEach(place -> {
                place.port.onSuccess(Port::close);
                place.port = Future.succeededFuture(NO_PORT);
            });
        }
    }

    /** Opens them again. */
    public void openPorts() {
        synchronized (served) {
            if (!closed) {
                return;
            }
            closed = false;
            served.forEach((endpoint, place) -> place.port = open(Loops.next(vertx), endpoint, place.pool)
                    .onFailure(e -> LOG.atWarn()
                            .addKeyValue("endpoint", endpoint)
                            .log("cannot be served by this member: {}", e.getMessage())));
        }
    }

    /**
     * Lets the agents that are connected here go. Who says who it is (a Warren agent) can attach elsewhere first, and is asked to. Others get no new
     * visitor and are ended when they are idle, or after a while: then they come back at another member, where their visitors wait.
     */
    public void dismiss() {
        for (Standing standing : List.copyOf(own.values())) {
            if (standing.entry.offer().agent().isPresent()) {
                standing.leaving.tryComplete();
            } else {
                standing.retract();
            }
        }
    }

    /** The live streams to agents that are connected here. */
    public int live() {
        int sum = 0;
        for (Standing standing : own.values()) {
            sum += standing.entry.live();
        }
        return sum;
    }

    /** Somebody whom visitors avoided may be chosen again. */
    public void revived() {
        List<Served> all;
        synchronized (served) {
            all = List.copyOf(served.values());
        }
        all.forEach(place -> place.pool.wake());
    }

    /**
     * A registration as it is known here.
     *
     * @param id of this process's own choosing; negative for one of another member
     * @param holder the name of its member; {@code self} for this one
     * @param live its streams in the whole cluster
     */
    public record Known(long id, Endpoint endpoint, Offer offer, String holder, Holder.State state, int live) {}

    /** All of the cluster. */
    public List<Known> known() {
        Map<Endpoint, Pool> pools = new HashMap<>();
        synchronized (served) {
            served.forEach((endpoint, place) -> pools.put(endpoint, place.pool));
        }
        List<Known> all = new ArrayList<>();
        pools.forEach((endpoint, pool) -> pool.entries().forEach(entry -> all.add(known(endpoint, entry))));
        return all;
    }

    private static Known known(Endpoint endpoint, Entry entry) {
        Holder holder = entry.holder();
        return new Known(entry.id(), endpoint, entry.offer(), holder.name(), holder.state(), entry.live());
    }

    /** How many sessions of agents here were replaced by a later one of the same agent. */
    public long replacements() {
        return replacements.sum();
    }

    /** How many registrations here had to go because another user had claimed their endpoint first, while the network was split. */
    public long losses() {
        return losses.sum();
    }

    /** What operators have said, to be asked and told. */
    public Restrictions restrictions() {
        return restrictions;
    }

    /** The agents of this process. */
    public List<Registrant> registrants() {
        return List.copyOf(Set.copyOf(own.values())).stream()
                .map(Standing::shown)
                .toList();
    }

    /** Has the agents of this process at that endpoint served by the weights that count now. */
    public void reweigh(String endpoint) {
        own.values().stream()
                .filter(standing -> standing.endpoint.toString().equals(endpoint))
                .collect(java.util.stream.Collectors.toSet())
                .forEach(Standing::reweigh);
    }

    /**
     * An endpoint of the cluster as it is at this process.
     *
     * @param address where visitors come; empty when they come by way of handlers, and as long as it is not open
     * @param error why it cannot be opened; empty when nothing is wrong
     */
    public record Opening(Endpoint endpoint, Optional<String> user, Optional<Address> address, String error) {}

    /** All that are served. */
    public List<Opening> openings() {
        List<Opening> all = new ArrayList<>();
        synchronized (served) {
            served.forEach((endpoint, place) -> all.add(new Opening(
                    endpoint,
                    place.owner,
                    Optional.ofNullable(place.port.result()).map(Port::address).filter(a -> !a.equals(Address.NONE)),
                    place.port.failed() ? String.valueOf(place.port.cause().getMessage()) : "")));
        }
        return all;
    }

    /** The live streams of own registrations where the number has changed since the last call. */
    public Map<Long, Integer> counts() {
        Map<Long, Integer> changed = new HashMap<>();
        List.copyOf(counted).forEach(entry -> {
            // Before the number is read: a change after that is one for the next call.
            counted.remove(entry);
            if (own.containsKey(entry.id())) {
                changed.put(entry.id(), entry.live());
            }
        });
        return changed;
    }

    /** The registration {@code id} of this member and nobody else's: where a stream from another member ends. */
    public Optional<Egress> own(long id) {
        return Optional.ofNullable(own.get(id)).map(standing -> standing.way);
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
        if (place.pool.isEmpty() && place.closing < 0) {
            boolean returns = lost || entry.offer().uses() != Offer.ANY;
            place.closing = Loops.setTimer(context, returns ? Pool.PATIENCE : Duration.ZERO, t -> {
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
        return !place.pool.isEmpty() || place.registering > 0;
    }

    /** The oldest claim's user has it from now on. */
    private static void succeed(Served place) {
        Entry first = java.util.Collections.min(place.contenders, Entry.SENIORITY);
        place.owner = first.offer().user();
        List<Entry> all = List.copyOf(place.contenders);
        place.contenders.removeIf(entry -> entry.offer().user().equals(place.owner));
        all.stream().filter(entry -> entry.offer().user().equals(place.owner)).forEach(place.pool::add);
    }

    /** Lets a newcomer in, whatever that means for those who are there. With the lock held. */
    private void takeOver(Served place, Entry newcomer) {
        List<Entry> present = place.pool.entries();
        place.pool.add(newcomer);
        if (Takeover.isOutdated(newcomer, present)) {
            // Of another member's, that one hears of the later one as well.
            place.pool.remove(newcomer);
            Optional.ofNullable(own.get(newcomer.id())).ifPresent(Standing::replace);
            return;
        }
        for (Entry earlier : Takeover.replaced(newcomer, present)) {
            place.pool.remove(earlier);
            Optional.ofNullable(own.get(earlier.id())).ifPresent(Standing::replace);
        }
        Takeover.question(newcomer, present);
    }

    private void cancelClosing(Served place) {
        if (place.closing >= 0) {
            vertx.cancelTimer(place.closing);
            place.closing = -1;
        }
    }

    private final class Standing implements Registration {
        private final Asker asker;
        private final Endpoint endpoint;
        private final Served place;
        private final Port port;
        private final Offer asked;
        private final Egress back;
        private final Promise<Void> ended = Promise.promise();
        private final Promise<Void> leaving = Promise.promise();
        private final Promise<Void> replaced = Promise.promise();
        private volatile Entry entry;
        private volatile Egress way;

        Standing(Asker asker, Endpoint endpoint, Served place, Port port, Offer asked, long since, Egress back) {
            this.asker = asker;
            this.endpoint = endpoint;
            this.place = place;
            this.port = port;
            this.asked = asked;
            this.back = back;
            enter(restrictions.weighed(endpoint, agent(), asked), since);
        }

        private void enter(Offer offer, long since) {
            entry = entry(asker.home(), offer, since, back);
            way = place.pool.only(entry);
        }

        String agent() {
            return Registrant.agent(asker.session(), asked);
        }

        Registrant shown() {
            return new Registrant(endpoint, asker.session(), asked, entry.offer(), entry.live());
        }

        /** Takes its own place under the terms that count now; visitors who are there stay. */
        void reweigh() {
            Offer offer = restrictions.weighed(endpoint, agent(), asked);
            Entry old = entry;
            synchronized (served) {
                if (offer.equals(old.offer()) || own.get(old.id()) != this) {
                    return;
                }
                enter(offer, old.since());
                own.put(entry.id(), this);
                place.pool.add(entry);
                place.pool.remove(old);
            }
            if (isAnnounced()) {
                community.announce(entry.id(), endpoint, offer, entry.since());
                community.retract(old.id());
            }
            // Streams from other members that are on their way to it still get there.
            vertx.setTimer(Pool.PATIENCE.toMillis(), t -> own.remove(old.id()));
        }

        /** Visitors may come from now on. */
        Future<Registration> begin() {
            synchronized (served) {
                if (!place.owner.equals(entry.offer().user())) {
                    unclaim();
                    return Future.failedFuture(ProxyException.denied(endpoint + " belongs to another user"));
                }
                cancelClosing(place);
                own.put(entry.id(), this);
                takeOver(place, entry);
            }
            if (isAnnounced()) {
                community.announce(entry.id(), endpoint, entry.offer(), entry.since());
            }
            LOG.atInfo()
                    .addKeyValue("endpoint", endpoint)
                    .addKeyValue("address", port.address())
                    .addKeyValue("user", entry.offer().user().orElse("-"))
                    .log("bound");
            return Future.succeededFuture(this);
        }

        private boolean isAnnounced() {
            return entry.offer().reach() == Offer.Reach.CLUSTER;
        }

        private void unclaim() {
            if (isAnnounced()) {
                community.withdraw(entry.id(), endpoint, entry.offer());
            }
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
        public Future<Void> replaced() {
            return replaced.future();
        }

        private void replace() {
            if (replaced.tryComplete()) {
                replacements.increment();
                LOG.atInfo()
                        .addKeyValue("endpoint", endpoint)
                        .addKeyValue("agent", entry.offer().agent().orElse("-"))
                        .log("replaced by a later session of the same agent");
            }
        }

        @Override
        public Future<Void> withdraw() {
            if (ended.tryComplete()) {
                release();
                LOG.atInfo().addKeyValue("endpoint", endpoint).log("released");
            }
            return Future.succeededFuture();
        }

        @Override
        public Future<Void> leaving() {
            return leaving.future();
        }

        /** Takes it out of everybody's sight, and ends it once its visitors are gone. */
        private void retract() {
            synchronized (served) {
                remove(endpoint, place, entry, true);
            }
            if (isAnnounced()) {
                community.retract(entry.id());
            }
            endWhenIdle(System.nanoTime() + FAREWELL.toNanos());
        }

        private void endWhenIdle(long deadline) {
            if (entry.live() > 0 && System.nanoTime() < deadline) {
                Loops.setTimer(context, FAREWELL_LOOK, t -> endWhenIdle(deadline));
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
                        .addKeyValue("endpoint", endpoint)
                        .addKeyValue("user", entry.offer().user().orElse("-"))
                        .log("ended: {}", why.getMessage());
            }
        }

        private void release() {
            own.remove(entry.id());
            synchronized (served) {
                remove(endpoint, place, entry, false);
            }
            unclaim();
        }
    }

    /** This member. */
    private final class Self implements Holder {
        @Override
        public String name() {
            return "self";
        }

        @Override
        public State state() {
            return draining ? State.DRAINING : State.READY;
        }
    }
}
