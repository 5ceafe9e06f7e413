package io.warren.service;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.warren.net.Address;
import io.warren.net.Loops;
import io.warren.net.Paces;
import io.warren.net.ProxyException;
import io.warren.spi.Authenticator;
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
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The endpoints that this process serves: a pool of registrations each, and for a bound port the port itself, open as long as somebody serves it. In a
 * cluster the registrations of other members are in the same pools, and what is registered here is told to them. Any thread.
 */
public final class Endpoints implements Directory {
    private static final Logger LOG = LoggerFactory.getLogger("endpoint");

    /** How many numbers are tried for port 0: another member may have one of them already. */
    private static final int TRIES = 16;

    private final Vertx vertx;
    /** Outlives the services, whose calls this serves. */
    private final Context context;

    private final LocalPorts ports;
    private volatile Community community = Community.ALONE;
    private final AtomicLong ids = new AtomicLong();
    private final Map<Endpoint, Served> served = new HashMap<>();
    private final Map<Long, Standing> own = new ConcurrentHashMap<>();
    private final Set<Entry> counted = ConcurrentHashMap.newKeySet();
    private final Holder self = new Self();
    private final Restrictions restrictions = new Restrictions();
    private final LongAdder replacements = new LongAdder();
    private final LongAdder losses = new LongAdder();
    private volatile boolean draining;

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

    /** @param bindHost stands for every wildcard host, so that several members can run on one machine */
    public Endpoints(Vertx vertx, Ports ports, Optional<String> bindHost) {
        this.vertx = vertx;
        this.context = Loops.next(vertx);
        this.ports = new LocalPorts(ports, bindHost);
    }

    /** From now on in this cluster. */
    public void join(Community others) {
        community = others;
    }

    @Override
    public Future<Registration> publish(Session session, Endpoint asked, Offer offer, Egress back) {
        Standing.Asker asker = new Standing.Asker(Vertx.currentContext(), session, asked);
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
                : register(asker, ports.endpoint(asked.network(), address), offer, back, false);
    }

    private Pool pool(Endpoint endpoint) {
        return new Pool(endpoint, () -> community.slack(), restrictions);
    }

    private Future<Registration> anyPort(
            Standing.Asker asker, Network network, Address address, Offer offer, Egress back, int tries) {
        Pool pool = pool(new Endpoint(network, address.toString()));
        return ports.openAny(asker.home(), network, address, pool).compose(port -> {
            Endpoint endpoint =
                    ports.endpoint(network, address.withPort(port.address().port()));
            pool.named(endpoint);
            Served place = new Served(endpoint, pool, offer.user(), Future.succeededFuture(port));
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
    private Future<Registration> register(
            Standing.Asker asker, Endpoint endpoint, Offer offer, Egress back, boolean fresh) {
        Served place;
        try {
            synchronized (served) {
                place = place(asker.home(), endpoint, offer.user());
                place.registering(1);
            }
        } catch (ProxyException e) {
            return Future.failedFuture(e);
        }
        // Whoever opens the port may be of another event loop: an agent that came at the same time, or another
        // member's.
        return Loops.back(asker.home(), place.port())
                .compose(port -> claim(endpoint, offer, fresh)
                        .map(since -> new Standing(this, asker, place, port, offer, since, back)))
                .compose(Standing::begin)
                .onComplete(done -> {
                    synchronized (served) {
                        place.registering(-1);
                    }
                    abandon(place);
                });
    }

    /** Nobody else's claim ends what this member has not claimed. */
    private Future<Long> claim(Endpoint endpoint, Offer offer, boolean fresh) {
        if (offer.reach() == Offer.Reach.MEMBER) {
            return Future.succeededFuture(0L);
        }
        return fresh ? community.claimFree(endpoint, offer) : community.claim(endpoint, offer);
    }

    Entry entry(Standing.Asker asker, Offer offer, long since, Egress back) {
        // What a visitor sends goes to the agent.
        Paces limit = asker.session().trace().limit().reversed();
        return Entry.here(ids.incrementAndGet(), offer, since, back, asker.home(), self, limit, counted::add);
    }

    private Served place(Context home, Endpoint endpoint, Optional<String> user) {
        synchronized (served) {
            Served known = served.get(endpoint);
            if (known != null) {
                if (!known.belongsTo(user)) {
                    throw ProxyException.denied(endpoint + " belongs to another user");
                }
                return known;
            }
            Pool pool = pool(endpoint);
            Served opened = new Served(endpoint, pool, user, ports.open(home, endpoint, pool));
            served.put(endpoint, opened);
            return opened;
        }
    }

    private void abandon(Served place) {
        synchronized (served) {
            // Somebody appeared while the one was refused whose attempt had made the place.
            if (!place.succeed() && !place.isNeeded() && served.remove(place.endpoint(), place)) {
                ports.close(place.endpoint(), place.port());
            }
        }
    }

    /** A registration of another member; the port is opened here too. */
    public Foreign.Told appeared(Foreign foreign) {
        Endpoint endpoint = foreign.endpoint();
        Entry entry = Entry.of(foreign);
        List<Standing> losers = List.of();
        synchronized (served) {
            Served known = served.get(endpoint);
            if (known == null
                    || !known.isServed()
                    || known.belongsTo(foreign.offer().user())) {
                enter(endpoint, entry);
            } else {
                known.contend(entry);
                if (entry.precedes(known.pool().entries())) {
                    losers = standings(known.usurp());
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
        Optional.ofNullable(served.get(endpoint)).ifPresent(known -> known.belongTo(user));
        Served place = place(Loops.next(vertx), endpoint, user);
        place.cancelClosing(vertx);
        takeOver(place, entry);
        warnUnlessOpen(place);
    }

    private static void warnUnlessOpen(Served place) {
        place.port()
                .onFailure(e -> LOG.atWarn()
                        .addKeyValue("endpoint", place.endpoint())
                        .log("cannot be served by this member: {}", e.getMessage()));
    }

    private List<Standing> standings(List<Entry> entries) {
        return entries.stream()
                .map(entry -> own.get(entry.id()))
                .filter(Objects::nonNull)
                .toList();
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
                if (place != null && !place.removeContender(entry)) {
                    remove(place, entry, returns);
                }
            }
        }
    }

    /** New visitors go to agents of other members where there are any, as long as {@code leaving}. */
    public void drain(boolean leaving) {
        draining = leaving;
        revived();
    }

    /**
     * Closes the visitors' ports; who came through them stays.
     *
     * @return once nobody can come through them any more
     */
    public Future<Void> closePorts() {
        List<Future<Void>> closed = new ArrayList<>();
        synchronized (served) {
            ports.shut(true);
            served.values().forEach(place -> {
                closed.add(place.port().compose(Port::close).otherwiseEmpty());
                place.port(Future.succeededFuture(LocalPorts.NONE));
            });
        }
        return Future.join(closed).mapEmpty();
    }

    /** Opens them again. */
    public void openPorts() {
        synchronized (served) {
            if (ports.isShut()) {
                ports.shut(false);
                served.values().forEach(place -> {
                    place.port(ports.open(Loops.next(vertx), place.endpoint(), place.pool()));
                    warnUnlessOpen(place);
                });
            }
        }
    }

    /**
     * Lets the agents that are connected here go. Who says who it is (a Warren agent) can attach elsewhere first, and is asked to. Others get no new
     * visitor and are ended when they are idle, or after a while: then they come back at another member, where their visitors wait.
     */
    public void dismiss() {
        List.copyOf(own.values()).forEach(Standing::dismiss);
    }

    /** The live streams to agents that are connected here. */
    public int live() {
        int sum = 0;
        for (Standing standing : own.values()) {
            sum += standing.entry().live();
        }
        return sum;
    }

    /** Somebody whom visitors avoided may be chosen again. */
    public void revived() {
        List<Served> all;
        synchronized (served) {
            all = List.copyOf(served.values());
        }
        all.forEach(place -> place.pool().wake());
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
            served.forEach((endpoint, place) -> pools.put(endpoint, place.pool()));
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
        return Set.copyOf(own.values()).stream().map(Standing::shown).toList();
    }

    /**
     * Ends what agents of this process hold and their users may not claim any more.
     *
     * @param users who may log in now, by the service that an agent came through; what came through another one stays
     */
    public void review(Map<String, Authenticator> users) {
        for (Standing standing : Set.copyOf(own.values())) {
            Standing.Asker asker = standing.asker();
            Optional.ofNullable(users.get(asker.session().service()))
                    .flatMap(now -> standing.entry().offer().user().flatMap(user -> now.refusal(user, asker.asked())))
                    .ifPresent(standing::end);
        }
    }

    /** Has the agents of this process at that endpoint served by the weights that count now. */
    public void reweigh(String endpoint) {
        own.values().stream()
                .filter(standing -> standing.endpoint().toString().equals(endpoint))
                .collect(Collectors.toSet())
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
                    place.owner(),
                    Optional.ofNullable(place.port().result())
                            .map(Port::address)
                            .filter(a -> !a.equals(Address.NONE)),
                    place.port().failed() ? String.valueOf(place.port().cause().getMessage()) : "")));
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
        return Optional.ofNullable(own.get(id)).map(Standing::way);
    }

    @Override
    public Optional<String> owner(Endpoint endpoint) {
        synchronized (served) {
            return Optional.ofNullable(served.get(endpoint))
                    .filter(Served::isHeld)
                    .flatMap(Served::owner);
        }
    }

    @Override
    public Egress to(Endpoint endpoint) {
        synchronized (served) {
            Served place = served.get(endpoint);
            return place == null ? Directory.NONE.to(endpoint) : place.pool();
        }
    }

    // Called with the lock held.
    private void remove(Served place, Entry entry, boolean lost) {
        place.pool().remove(entry);
        if (!place.succeed() && place.pool().isEmpty() && !place.isClosing()) {
            boolean returns = lost || entry.offer().uses() != Offer.ANY;
            place.closing(Loops.setTimer(context, returns ? Pool.PATIENCE : Duration.ZERO, t -> {
                synchronized (served) {
                    if (!place.closes(t)) {
                        return;
                    }
                }
                abandon(place);
            }));
        }
    }

    /** Lets a newcomer in, whatever that means for those who are there. With the lock held. */
    private void takeOver(Served place, Entry newcomer) {
        Pool pool = place.pool();
        List<Entry> present = pool.entries();
        pool.add(newcomer);
        if (Takeover.isOutdated(newcomer, present)) {
            // Of another member's, that one hears of the later one as well.
            replace(pool, newcomer);
            return;
        }
        Takeover.replaced(newcomer, present).forEach(earlier -> replace(pool, earlier));
        Takeover.question(newcomer, present);
    }

    private void replace(Pool pool, Entry earlier) {
        pool.remove(earlier);
        if (Optional.ofNullable(own.get(earlier.id())).filter(Standing::replace).isPresent()) {
            replacements.increment();
        }
    }

    // --- for the standings

    Community community() {
        return community;
    }

    Context context() {
        return context;
    }

    /** @return false when the endpoint has become another user's */
    boolean admit(Standing standing) {
        Served place = standing.place();
        Entry entry = standing.entry();
        synchronized (served) {
            if (!place.belongsTo(entry.offer().user())) {
                return false;
            }
            place.cancelClosing(vertx);
            own.put(entry.id(), standing);
            takeOver(place, entry);
            return true;
        }
    }

    /** @return false when it has gone, or has another entry already */
    boolean exchange(Standing standing, Entry old, Entry fresh) {
        synchronized (served) {
            if (own.get(old.id()) != standing) {
                return false;
            }
            standing.serveAs(fresh);
            own.put(fresh.id(), standing);
            standing.place().pool().add(fresh);
            standing.place().pool().remove(old);
        }
        // Streams from other members that are on their way to it still get there.
        Loops.setTimer(context, Pool.PATIENCE, t -> own.remove(old.id()));
        return true;
    }

    /** It gets no new visitors. */
    void hide(Standing standing) {
        synchronized (served) {
            remove(standing.place(), standing.entry(), true);
        }
    }

    /** It has ended. */
    void forget(Standing standing) {
        own.remove(standing.entry().id());
        synchronized (served) {
            remove(standing.place(), standing.entry(), false);
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
