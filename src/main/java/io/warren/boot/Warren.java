package io.warren.boot;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import io.warren.catalog.Catalog;
import io.warren.cluster.Cluster;
import io.warren.config.ConfigException;
import io.warren.config.Configuration;
import io.warren.console.Metrics;
import io.warren.console.OwnSeries;
import io.warren.net.Address;
import io.warren.route.Connects;
import io.warren.service.Activity;
import io.warren.service.Endpoints;
import io.warren.service.VisitorPorts;
import io.warren.spi.Control;
import io.warren.spi.Network;
import io.warren.spi.RecordCounts;
import io.warren.spi.Renewed;
import io.warren.spi.Settings;
import io.warren.transport.tcp.Tcp;
import io.warren.transport.udp.Udp;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A running Warren: the services of one configuration, and of the next one after a reload. */
public final class Warren {
    private static final Logger LOG = LoggerFactory.getLogger("boot");

    /** For records to be written when the process ends. */
    private static final Duration RECORDS_TIME = Duration.ofSeconds(5);

    private final Vertx vertx;
    private final int loops;
    private final Catalog catalog;
    private final Server server;
    private final Activity activity = new Activity();
    private final Renewed renewed = new Renewed();
    private final Connects connects = new Connects();
    private final RecordCounts records = new RecordCounts();
    private final Endpoints endpoints;
    private volatile Plan current;
    private volatile Optional<Cluster> cluster = Optional.empty();
    private volatile Optional<Drain> drain = Optional.empty();
    private volatile Optional<Control> control = Optional.empty();
    private volatile Optional<Kept> kept = Optional.empty();

    private Warren(Vertx vertx, Catalog catalog, int loops, Settings root) {
        this.vertx = vertx;
        this.loops = loops;
        this.catalog = catalog.with(List.of(), WebHandlers.of(this));
        this.server = new Server(vertx, loops);
        this.endpoints = new Endpoints(
                vertx,
                new VisitorPorts(
                        Map.of(Network.TCP, scope -> Tcp.forVisitors(), Network.UDP, scope -> Udp.forVisitors()),
                        activity),
                bindHost(root));
    }

    /**
     * Starts what a configuration says.
     *
     * @param loops how many event loops serve; see {@link #defaultLoops}
     * @return once all services listen and, in a cluster, this process has become a member; fails with {@link ConfigException} before anything starts,
     *     with the first service that cannot, or with why the cluster cannot be joined
     */
    public static Future<Warren> start(Vertx vertx, Catalog catalog, Configuration configuration, int loops) {
        Warren warren = new Warren(vertx, catalog, loops, configuration.root());
        return warren.apply(configuration)
                .compose(v -> warren.joined())
                .recover(e -> warren.leave().transform(v -> Future.failedFuture(e)))
                .map(warren);
    }

    /** One for each processor. */
    public static int defaultLoops() {
        return Runtime.getRuntime().availableProcessors();
    }

    /**
     * Checks a configuration completely, without starting anything.
     *
     * @throws ConfigException when it has errors
     */
    public static void check(Vertx vertx, Catalog catalog, Configuration configuration) {
        Warren warren = new Warren(vertx, catalog, 1, configuration.root());
        warren.read(configuration).policies().close();
    }

    /** Replaces what has changed and leaves the rest alone. Nothing changes when {@code configuration} has errors. */
    public Future<Void> apply(Configuration configuration) {
        Plan next;
        try {
            next = read(configuration);
        } catch (ConfigException e) {
            return Future.failedFuture(e);
        }
        Optional<Plan> previous = Optional.ofNullable(current);
        return next.policies()
                .ready()
                .compose(v -> previous.isPresent() ? Future.succeededFuture() : recall(next, configuration.root()))
                .onSuccess(v -> enter(next, previous))
                .compose(v -> draining() ? Future.succeededFuture() : server.apply(next))
                .onSuccess(v -> {
                    current = next;
                    endpoints.review(next.users());
                    previous.filter(old -> old.policies() != next.policies())
                            .ifPresent(old -> old.policies().close());
                })
                .onFailure(e -> {
                    previous.ifPresent(old -> old.policies().takeOver(next.policies()));
                    if (previous.filter(old -> old.policies() == next.policies())
                            .isEmpty()) {
                        next.policies().close();
                    }
                });
    }

    /** Checks a configuration completely against what runs, and changes nothing. */
    void check(Configuration configuration) {
        Plan next = read(configuration);
        if (next.policies() != plan().policies()) {
            next.policies().close();
        }
    }

    /** What runs. */
    Plan plan() {
        return current;
    }

    /** Who steers it; empty until somebody does. */
    Optional<Control> control() {
        return control;
    }

    void control(Control by) {
        control = Optional.of(by);
    }

    /** What monitoring can know. */
    Metrics metrics() {
        OwnSeries own = new OwnSeries(
                activity,
                endpoints,
                this::cluster,
                this::draining,
                () -> control.map(c -> c.written(Control.Form.JSON).map(JsonObject::new))
                        .orElse(Future.succeededFuture(new JsonObject())),
                renewed,
                records);
        return new Metrics(vertx, loops, activity, connects, records, server::size, own);
    }

    /** The status of each service that runs, as gost's API shows it. */
    Future<Map<String, Map<String, Object>>> status() {
        return activity.stats().map(server::status);
    }

    /** What was ordered before this start counts before the first port is open. */
    private Future<Void> recall(Plan first, Settings root) {
        return Kept.read(vertx, first, root)
                .onSuccess(found -> {
                    kept = found;
                    found.ifPresent(k -> server.keepClosed(k.orders().closedServices()));
                })
                .mapEmpty();
    }

    /** What outlives this process; empty when nobody can see or steer anything. */
    Optional<Kept> kept() {
        return kept;
    }

    /** Begins to join a cluster, once: agents that come before that is done wait for it. */
    private void enter(Plan next, Optional<Plan> previous) {
        previous.ifPresent(old -> next.policies().takeOver(old.policies()));
        if (next.counting()) {
            activity.count();
        }
        if (previous.isEmpty()) {
            cluster = next.membership()
                    .map(membership ->
                            Cluster.start(vertx, loops, membership.options(), new SharedEndpoints(endpoints)));
            cluster.ifPresent(endpoints::join);
            drain = cluster.map(member -> new Drain(vertx, member, server, endpoints, activity));
        } else if (!fingerprint(next).equals(fingerprint(previous.get()))) {
            LOG.atWarn().log("the changed cluster section counts from the next start on");
        }
    }

    private static Optional<String> fingerprint(Plan plan) {
        return plan.membership().map(Plan.Membership::fingerprint);
    }

    private Future<Void> joined() {
        return cluster.map(Cluster::joined).orElse(Future.succeededFuture());
    }

    private Future<Void> leave() {
        return cluster.map(Cluster::leave).orElse(Future.succeededFuture());
    }

    private Plan read(Configuration configuration) {
        configuration.renewed(renewed);
        Settings root = configuration.root();
        ChainsOnDemand chains = new ChainsOnDemand(vertx);
        Policies policies = Policies.read(
                vertx, root, chains, records, Optional.ofNullable(current).map(Plan::policies));
        Objects objects = new Objects(
                catalog, policies, root, Blueprint.counting(root) ? Optional.of(connects) : Optional.empty());
        chains.from(objects);
        objects.readAll();
        Plan plan = new Blueprint(catalog, objects, endpoints, activity).read(root);
        Logs.read(root);
        configuration.finish();
        configuration.problems().throwIfErrors();
        return plan;
    }

    /** What stands for a wildcard host in requests to bind: the first that any handler names. */
    private static Optional<String> bindHost(Settings root) {
        return root.list("services").stream()
                .map(service -> service.section("handler").metadata().text("", "bind.host"))
                .filter(host -> !host.isEmpty())
                .findFirst();
    }

    /** The endpoints bound here, for a cluster to share. */
    public Endpoints endpoints() {
        return endpoints;
    }

    /** What is used in the place of configured certificates. */
    Renewed renewed() {
        return renewed;
    }

    /** What the services are doing. */
    public Activity activity() {
        return activity;
    }

    /** The cluster that this process is a member of. */
    public Optional<Cluster> cluster() {
        return cluster;
    }

    /** Where a service listens. */
    public Optional<Address> address(String service) {
        return server.address(service);
    }

    /** Opens or closes the port of a service, now and after every change; its configuration stays. */
    Future<Void> serve(String service, boolean on) {
        return server.serve(service, on);
    }

    boolean isDisabled(String service) {
        return server.isDisabled(service);
    }

    /**
     * Takes this member out of service: it is not ready any more, other members stop choosing it, agents go elsewhere, nothing is accepted, and what runs
     * finishes within the grace time. Nothing happens outside of a cluster.
     *
     * @return once that is done; fails when it was taken back meanwhile
     */
    public Future<Void> drain() {
        return drain(Optional.empty());
    }

    /** Likewise, with a grace time of its own. */
    Future<Void> drain(Optional<Duration> grace) {
        return drain.map(d -> d.begin(grace)).orElse(Future.succeededFuture());
    }

    /** Takes that back: this member serves again. */
    public Future<Void> undrain() {
        return drain.map(d -> d.end(current)).orElse(Future.succeededFuture());
    }

    /** Whether this member is out of service, or on the way there: then it is not ready. */
    public boolean draining() {
        return drain.filter(Drain::draining).isPresent();
    }

    /** Leaves the cluster and ends everything at once. */
    @CanIgnoreReturnValue
    public Future<Void> stop() {
        return leave().eventually(this::writeRecords).eventually(vertx::close);
    }

    /** Sessions that are cut have records, too. */
    private Future<Void> writeRecords() {
        if (current == null || !current.policies().recording()) {
            return Future.succeededFuture();
        }
        Future<Void> drained = server.drained();
        return server.pause()
                .eventually(() -> activity.close(session -> true, "the process ends"))
                .eventually(() -> drained)
                .eventually(() -> current.policies().recorded())
                .timeout(RECORDS_TIME.toMillis(), TimeUnit.MILLISECONDS);
    }
}
