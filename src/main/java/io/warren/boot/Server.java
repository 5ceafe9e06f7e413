package io.warren.boot;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.warren.net.Address;
import io.warren.net.Loops;
import io.warren.net.ProxyException;
import io.warren.service.ServicePlan;
import io.warren.service.ServiceStats;
import io.warren.service.ServiceVerticle;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The running services. Each runs once on every event loop where its listener allows, all sharing the port. One change at a time, on a context of its own.
 */
final class Server {
    private static final Logger LOG = LoggerFactory.getLogger("service");

    private final Vertx vertx;
    private final int loops;
    private final Context own;
    private final Map<String, Running> running = new ConcurrentHashMap<>();
    private final Map<String, Status> disabled = new ConcurrentHashMap<>();
    /** What is to run; empty before the first one and while paused. */
    private Optional<Plan> current = Optional.empty();

    private Future<Void> lastChange = Future.succeededFuture();

    /** A service, what it was made from, and its instances. */
    private record Running(
            Plan.Planned planned, List<ServiceVerticle> instances, Status status, Observation observation) {
        ServiceVerticle first() {
            return instances.get(0);
        }
    }

    Server(Vertx vertx, int loops) {
        this.vertx = vertx;
        this.loops = loops;
        this.own = Loops.sibling(vertx.getOrCreateContext());
    }

    /**
     * Makes what runs equal to {@code plan}: what is not in it any more is retired, what is new or changed is started, what is the same stays untouched.
     *
     * @return fails with the first service that cannot start; then what ran before runs again
     */
    Future<Void> apply(Plan plan) {
        return next(() -> change(plan).onSuccess(v -> current = Optional.of(plan)));
    }

    /** Accepts nothing more; {@link #apply} does again. What was accepted goes on. */
    Future<Void> pause() {
        return next(() -> {
            current = Optional.empty();
            return retireAll(List.copyOf(running.values()));
        });
    }

    /**
     * Opens or closes the port of a service and its further ones, now and for all plans to come.
     *
     * @return fails when it cannot be opened; then it stays closed
     */
    Future<Void> serve(String service, boolean on) {
        return next(() -> {
            boolean changed = on ? disabled.remove(service) != null : !disabled.containsKey(service);
            if (changed && !on) {
                disabled.put(service, closed(service));
            }
            Future<Void> made = changed && current.isPresent() ? change(current.get()) : Future.succeededFuture();
            return on ? made.onFailure(e -> disabled.put(service, Status.closed(service))) : made;
        });
    }

    /** What went before stays in its events. */
    private Status closed(String service) {
        return Optional.ofNullable(running.get(service))
                .map(was -> was.status().closed())
                .orElseGet(() -> Status.closed(service));
    }

    /** Keeps ports closed that have not been opened yet; {@link #serve} opens them. */
    void keepClosed(Collection<String> services) {
        services.forEach(service -> disabled.put(service, Status.closed(service)));
    }

    boolean isDisabled(String service) {
        return disabled.containsKey(service);
    }

    /** Completes when all that runs now has been retired and the last session of it has ended. */
    Future<Void> drained() {
        return Future.join(running.values().stream()
                        .flatMap(service -> service.instances().stream())
                        .map(ServiceVerticle::drained)
                        .toList())
                .mapEmpty();
    }

    private Future<Void> next(Supplier<Future<Void>> change) {
        Promise<Void> done = Promise.promise();
        own.runOnContext(v -> {
            lastChange = lastChange.transform(whatever -> change.get());
            lastChange.onComplete(done);
        });
        return done.future();
    }

    private Future<Void> change(Plan plan) {
        Map<String, Plan.Planned> wanted = new LinkedHashMap<>();
        plan.services().stream()
                .filter(planned -> !disabled.containsKey(planned.owner()))
                .forEach(planned -> wanted.put(planned.service().name(), planned));
        List<Running> outgoing = running.values().stream()
                .filter(old -> !old.planned()
                        .equalsPlan(wanted.get(old.planned().service().name())))
                .toList();
        List<Plan.Planned> incoming = wanted.values().stream()
                .filter(planned -> Optional.ofNullable(
                                running.get(planned.service().name()))
                        .filter(old -> old.planned().equalsPlan(planned))
                        .isEmpty())
                .toList();
        return retireAll(outgoing)
                .compose(v -> startAll(incoming, 0))
                .recover(e -> restore(incoming, outgoing).transform(v -> Future.failedFuture(e)));
    }

    private Future<Void> restore(List<Plan.Planned> incoming, List<Running> outgoing) {
        List<Running> started = incoming.stream()
                .map(planned -> running.get(planned.service().name()))
                .filter(service -> service != null)
                .toList();
        return retireAll(started)
                .compose(v -> startAll(outgoing.stream().map(Running::planned).toList(), 0));
    }

    private Future<Void> retireAll(List<Running> services) {
        List<Future<Void>> retired = new ArrayList<>();
        for (Running service : services) {
            running.remove(service.planned().service().name());
            service.observation().retired();
            Future.join(service.instances().stream()
                            .map(ServiceVerticle::drained)
                            .toList())
                    .onComplete(drained -> service.observation().ended());
            service.instances().forEach(instance -> {
                retired.add(onItsContext(instance));
                instance.drained().onComplete(v -> vertx.undeploy(instance.deploymentID()));
            });
        }
        return Future.join(retired).mapEmpty();
    }

    private Future<Void> onItsContext(ServiceVerticle instance) {
        Promise<Void> retired = Promise.promise();
        instance.context()
                .runOnContext(
                        v -> instance.retire().onComplete(done -> own.runOnContext(back -> retired.handle(done))));
        return retired.future();
    }

    private Future<Void> startAll(List<Plan.Planned> services, int from) {
        return from == services.size()
                ? Future.succeededFuture()
                : start(services.get(from)).compose(v -> startAll(services, from + 1));
    }

    private Future<Void> start(Plan.Planned planned) {
        ServicePlan plan = planned.service();
        planned.watched().handler().ifPresent(watch -> plan.activity().countUsers(plan.name()));
        ServiceVerticle first = new ServiceVerticle(plan, plan.address());
        return vertx.deployVerticle(first).compose(id -> {
            // Vert.x lets two servers share a port, which is meant for instances of one service only.
            Optional<Running> other = running.values().stream()
                    .filter(r -> first.perLoop() && r.first().perLoop())
                    .filter(r -> r.first().bound().equals(first.bound()))
                    .findFirst();
            if (other.isPresent()) {
                return vertx.undeploy(id)
                        .transform(gone -> Future.failedFuture(new ProxyException(
                                ProxyException.Kind.INTERNAL,
                                ProxyException.Side.SELF,
                                "listen on " + plan.address() + ": service "
                                        + other.get().planned().service().name() + " listens there already",
                                null)));
            }
            List<ServiceVerticle> instances = new ArrayList<>(List.of(first));
            Observation observation =
                    Observation.begin(vertx, planned, () -> first.trouble().isPresent());
            running.put(
                    plan.name(),
                    new Running(planned, instances, Status.ready(plan.name(), first.bound()), observation));
            LOG.atInfo()
                    .addKeyValue("service", plan.name())
                    .addKeyValue("address", first.bound())
                    .log("listening");
            return first.perLoop() ? deployMore(plan, first.bound(), instances) : Future.succeededFuture();
        });
    }

    private Future<Void> deployMore(ServicePlan plan, Address bound, List<ServiceVerticle> instances) {
        List<Future<String>> deployed = new ArrayList<>();
        for (int i = 1; i < loops; i++) {
            ServiceVerticle instance = new ServiceVerticle(plan, bound);
            instances.add(instance);
            deployed.add(vertx.deployVerticle(instance));
        }
        return Future.all(deployed).mapEmpty();
    }

    /** How many services run. */
    int size() {
        return running.size();
    }

    /** The status of each service, by name; one that is kept closed has the state that gost calls closed. */
    Map<String, Map<String, Object>> status(Map<String, ServiceStats> stats) {
        Map<String, Map<String, Object>> all = new LinkedHashMap<>();
        disabled.forEach((name, closed) -> all.put(name, closed.shown(Optional.empty())));
        running.forEach((name, service) -> all.put(
                name,
                service.status()
                        .observed(service.first().trouble().isPresent())
                        .shown(
                                service.planned().stats()
                                        ? Optional.of(stats.getOrDefault(name, ServiceStats.NONE))
                                        : Optional.empty())));
        return all;
    }

    /** Where a service listens. */
    Optional<Address> address(String service) {
        return Optional.ofNullable(running.get(service)).map(r -> r.first().bound());
    }
}
