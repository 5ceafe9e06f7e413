package io.warren.cluster;

import com.hazelcast.config.Config;
import com.hazelcast.core.Hazelcast;
import com.hazelcast.core.HazelcastInstance;
import io.vertx.core.Context;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.eventbus.EventBus;
import io.vertx.spi.cluster.hazelcast.HazelcastClusterManager;
import io.warren.layer.tls.MutualTls;
import io.warren.net.Address;
import io.warren.net.Loops;
import io.warren.net.ProxyException;
import io.warren.spi.Community;
import io.warren.spi.Endpoint;
import io.warren.spi.Offer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * This process as a member of a cluster. What it needs itself (Hazelcast, the event bus between members) runs beside the process's own Vert.x, on one
 * more event loop: services do not wait until the cluster is there, and directory messages do not wait behind bytes. Any thread.
 */
public final class Cluster implements Community {
    private static final Logger LOG = LoggerFactory.getLogger("cluster");
    private static final Duration DIGEST = Duration.ofSeconds(2);
    private static final Duration PRESENCE = Duration.ofSeconds(5);

    private final Vertx vertx;
    private final ClusterOptions options;
    private final Registrations registrations;
    private final int loops;
    private final OffLoop offLoop = new OffLoop();
    private final UUID incarnation = UUID.randomUUID();
    private final Promise<Void> joined = Promise.promise();
    private final AtomicBoolean leaving = new AtomicBoolean();
    private final List<String> deployed = new ArrayList<>();
    /** Changed on the directory's event loop. */
    private final Map<UUID, Pulse> pulses = new ConcurrentHashMap<>();

    // Set one after the other while starting, before anybody who waits for `joined` goes on.
    private volatile Optional<Sealing> sealing = Optional.empty();
    private volatile Trunk trunk;
    private volatile HazelcastInstance hazelcast;
    private volatile Vertx busVertx;
    private volatile Context busContext;
    private volatile BusPresence presence;
    private volatile Roster roster;
    private volatile Claims claims;
    private volatile SharedDirectory directory;

    private Cluster(Vertx vertx, int loops, ClusterOptions options, Registrations registrations) {
        this.vertx = vertx;
        this.loops = loops;
        this.options = options;
        this.registrations = registrations;
    }

    /**
     * Begins to join; {@link #joined} tells when that is done. What is claimed before then waits for it.
     *
     * @param vertx where the services run, and the trunk with them
     * @param loops on how many of its event loops the trunk takes streams
     */
    public static Cluster start(Vertx vertx, int loops, ClusterOptions options, Registrations registrations) {
        Cluster cluster = new Cluster(vertx, loops, options, registrations);
        cluster.join().onComplete(cluster.joined);
        return cluster;
    }

    private Future<Void> join() {
        return offLoop.run(this::credentials)
                .compose(credentials -> openTrunk(credentials)
                        .compose(bound -> offLoop.run(() -> startHazelcast(credentials, bound)))
                        .compose(v -> offLoop.run(() -> startBus(credentials)))
                        .compose(Function.identity()))
                .compose(this::startDirectory)
                .onSuccess(v -> LOG.atInfo()
                        .addKeyValue("member", options.member())
                        .addKeyValue("cluster", options.name())
                        .addKeyValue("members", roster.members().size())
                        .log("joined"))
                .recover(e -> {
                    leaving.set(true);
                    return dissolve().transform(v -> Future.failedFuture(failure(e)));
                });
    }

    /**
     * Proofs of membership; none without a secret.
     *
     * @param tls of the trunk; none either where the configuration says so
     */
    private record Credentials(Optional<MemberKeys> keys, Optional<MutualTls> tls) {}

    private Credentials credentials() {
        Optional<MemberKeys> keys = options.secret().isEmpty()
                ? Optional.empty()
                : Optional.of(MemberKeys.derive(options.name(), options.secret(), options.member()));
        sealing = keys.map(MemberKeys::sealing);
        return new Credentials(keys, keys.filter(k -> options.trunkTls()).map(MemberKeys::tls));
    }

    private ProxyException failure(Throwable e) {
        return e instanceof ProxyException p
                ? p
                : new ProxyException(
                        ProxyException.Kind.INTERNAL,
                        ProxyException.Side.SELF,
                        "cluster " + options.name() + " not joined: " + e.getMessage(),
                        e);
    }

    private Future<Address> openTrunk(Credentials credentials) {
        Optional<MutualTls> tls = credentials.tls();
        trunk = new Trunk(tls);
        TrunkPort first = new TrunkPort(options.trunk(), tls, incarnation, registrations);
        return deploy(first).compose(v -> {
            List<Future<Void>> others = new ArrayList<>();
            for (int i = 1; i < loops; i++) {
                others.add(deploy(new TrunkPort(first.bound(), tls, incarnation, registrations)));
            }
            return Future.all(others).map(first.bound());
        });
    }

    private Future<Void> deploy(TrunkPort port) {
        return vertx.deployVerticle(port, new DeploymentOptions()).map(id -> {
            synchronized (deployed) {
                deployed.add(id);
            }
            return null;
        });
    }

    private Void startHazelcast(Credentials credentials, Address trunkAddress) {
        Config config = HazelcastSettings.of(options, credentials.keys(), incarnation, trunkAddress);
        hazelcast = Hazelcast.newHazelcastInstance(config);
        return null;
    }

    private Future<Vertx> startBus(Credentials credentials) {
        HazelcastClusterManager manager = new HazelcastClusterManager(hazelcast);
        presence = new BusPresence(manager, offLoop, SharedDirectory.addresses(incarnation));
        VertxOptions bus = new VertxOptions()
                .setPreferNativeTransport(true)
                .setEventLoopPoolSize(1)
                .setWorkerPoolSize(4)
                .setInternalBlockingPoolSize(4)
                .setEventBusOptions(BusSettings.of(options.bus(), credentials.keys()));
        return Loops.builder(bus).withClusterManager(manager).buildClustered().onSuccess(started -> busVertx = started);
    }

    private Future<Void> startDirectory(Vertx bus) {
        Context context = bus.getOrCreateContext();
        directory = new SharedDirectory(bus, context, incarnation, registrations, trunk::way, DIGEST);
        roster = new Roster(hazelcast, context, incarnation, this::memberJoined, this::memberLeft, this::merged);
        claims = new Claims(vertx, offLoop, hazelcast.getMap(Claims.MAP), incarnation, roster);
        busContext = context;
        return Loops.call(context, () -> {
            roster.start();
            Future<Void> started = directory.start();
            bus.setPeriodic(PRESENCE.toMillis(), t -> presence.check());
            return started;
        });
    }

    // On the directory's event loop.
    private void memberJoined(Member member) {
        LOG.atInfo()
                .addKeyValue("member", member)
                .addKeyValue("trunk", member.trunk())
                .log("member is here");
        directory.joined(member);
        if (!member.self()) {
            Pulse pulse = new Pulse(
                    Loops.next(vertx), () -> trunk.ask(member), answers -> directory.answers(member, answers));
            pulses.put(member.incarnation(), pulse);
            pulse.start();
        }
    }

    private void memberLeft(Member member) {
        LOG.atInfo().addKeyValue("member", member).log("member has left");
        Optional.ofNullable(pulses.remove(member.incarnation())).ifPresent(Pulse::stop);
        directory.left(member);
        trunk.left(member);
        claims.review();
    }

    private void merged() {
        LOG.atWarn().addKeyValue("members", members().size()).log("two parts of the cluster are one again");
        claims.review();
        presence.restore();
    }

    /** Completes once this process is a member; fails with the reason when it cannot become one. */
    public Future<Void> joined() {
        return joined.future();
    }

    /** All members, this one included, the oldest first; none before {@link #joined}. */
    public List<Member> members() {
        return roster == null ? List.of() : roster.members();
    }

    /** The other members as this one reaches them. */
    public List<Peer> peers() {
        List<Peer> peers = new ArrayList<>();
        for (Member member : members()) {
            Optional.ofNullable(pulses.get(member.incarnation()))
                    .ifPresent(pulse -> peers.add(new Peer(member.name(), pulse.answered(), pulse.roundTrips())));
        }
        return peers;
    }

    /** How many visitors' streams this member wanted to hand to others so far. */
    public long attempts() {
        return trunk == null ? 0 : trunk.attempts();
    }

    /** How many of these did not reach an agent. */
    public long misses() {
        return trunk == null ? 0 : trunk.misses();
    }

    /** How many visitors' streams this member has handed to others at the moment. */
    public long streams() {
        return trunk == null ? 0 : trunk.streams();
    }

    /** The event bus between members, for requests and news; never for the bytes of a tunnel. */
    public Future<EventBus> bus() {
        return joined().map(v -> busVertx.eventBus());
    }

    /** As configured. */
    public String name() {
        return options.name();
    }

    /** What this member is called. */
    public String member() {
        return options.member();
    }

    /**
     * A text that only members can read again, for what the bus carries and is nobody else's business. Without a secret, when all is on loopback, it is
     * the text itself. Once this process has joined.
     */
    public String seal(String text) {
        return sealing.map(s -> s.seal(text)).orElse(text);
    }

    /** @throws IllegalArgumentException for what no member has sealed */
    public String open(String sealed) {
        return sealing.map(s -> s.open(sealed)).orElse(sealed);
    }

    @Override
    public Future<Long> claim(Endpoint endpoint, Offer offer) {
        return claim(endpoint, offer, false);
    }

    @Override
    public Future<Long> claimFree(Endpoint endpoint, Offer offer) {
        return claim(endpoint, offer, true);
    }

    private Future<Long> claim(Endpoint endpoint, Offer offer, boolean fresh) {
        try {
            Wire.check(endpoint, offer);
        } catch (ProxyException e) {
            return Future.failedFuture(e);
        }
        return Loops.back(Vertx.currentContext(), joined().compose(v -> claims.claim(endpoint, offer, fresh)));
    }

    @Override
    public void announce(long id, Endpoint endpoint, Offer offer, long since) {
        if (!leaving.get()) {
            directory.announce(new Listing(id, endpoint, offer, since));
        }
    }

    @Override
    public void retract(long id) {
        if (!leaving.get()) {
            directory.withdraw(id);
        }
    }

    @Override
    public int slack() {
        return options.slack();
    }

    @Override
    public void withdraw(long id, Endpoint endpoint, Offer offer) {
        // Who leaves takes all of it along, claims included.
        if (!leaving.get()) {
            directory.withdraw(id);
            claims.released(endpoint, offer);
        }
    }

    /** Tells the others that this member is about to leave: they prefer candidates of other members. Done once they know, or after a second. */
    public Future<Void> drain() {
        return draining(true);
    }

    /** This member stays after all. */
    public Future<Void> undrain() {
        return draining(false);
    }

    private Future<Void> draining(boolean leaving) {
        return joined().compose(v -> Loops.call(busContext, () -> directory.draining(leaving)));
    }

    /** How long a member that leaves lets running streams finish. */
    public Duration grace() {
        return options.grace();
    }

    /** Leaves the cluster: what this member holds disappears from the others, then its trunk closes. Once it has joined, or failed to. */
    public Future<Void> leave() {
        return joined().transform(v -> leaving.compareAndSet(false, true) ? dissolve() : Future.succeededFuture());
    }

    private Future<Void> dissolve() {
        return Future.<Void>succeededFuture()
                .compose(v -> busVertx == null ? Future.succeededFuture() : closeBus())
                .eventually(() -> offLoop.run(this::stopHazelcast))
                .eventually(this::closeTrunk);
    }

    private Future<Void> closeBus() {
        Promise<Void> silent = Promise.promise();
        Optional.ofNullable(busContext)
                .ifPresentOrElse(
                        context -> context.runOnContext(v -> {
                            roster.stop();
                            directory.stop();
                            pulses.values().forEach(Pulse::stop);
                            silent.complete();
                        }),
                        silent::complete);
        return silent.future().compose(v -> busVertx.close());
    }

    private Void stopHazelcast() {
        if (hazelcast != null) {
            hazelcast.shutdown();
        }
        return null;
    }

    private Future<Void> closeTrunk() {
        if (trunk != null) {
            trunk.close();
        }
        List<Future<Void>> closed = new ArrayList<>();
        synchronized (deployed) {
            deployed.forEach(id -> closed.add(vertx.undeploy(id)));
            deployed.clear();
        }
        return Future.join(closed).mapEmpty();
    }
}
