package io.warren.boot;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import io.warren.config.ConfigException;
import io.warren.config.Configuration;
import io.warren.config.Edits;
import io.warren.config.Format;
import io.warren.config.Loader;
import io.warren.config.Problem;
import io.warren.config.Sources;
import io.warren.control.ControlPlane;
import io.warren.control.Figures;
import io.warren.control.History;
import io.warren.control.Orders;
import io.warren.net.Address;
import io.warren.net.Loops;
import io.warren.spi.Control;
import io.warren.spi.ControlException;
import io.warren.spi.ControlException.Reason;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The control of a running Warren, with the servers that it is reached by. Owns the configuration in force: files, web API and signals change that one
 * tree, so they cannot drift apart. One change at a time, on a context of its own.
 */
public final class Steering implements Control {
    private static final Logger LOG = LoggerFactory.getLogger("boot");

    private final Vertx vertx;
    private final Loader loader;
    private final Sources sources;
    private final Warren warren;
    private final Context own;
    private volatile Optional<Servers> servers = Optional.empty();
    private volatile Optional<Servers.Standing> plane = Optional.empty();
    private volatile Configuration current;
    private volatile Optional<Orders> orders = Optional.empty();
    private volatile Optional<History> history = Optional.empty();
    private Future<?> last = Future.succeededFuture();

    private Steering(Vertx vertx, Loader loader, Sources sources, Warren warren, Configuration configuration) {
        this.vertx = vertx;
        this.loader = loader;
        this.sources = sources;
        this.warren = warren;
        this.current = configuration;
        this.own = Loops.next(vertx);
        warren.control(this);
    }

    /**
     * Takes control, and starts the servers that the configuration names.
     *
     * @param sources read again for a reload
     * @param configuration that {@code warren} runs
     * @return once the servers listen
     */
    public static Future<Steering> of(
            Vertx vertx, Loader loader, Sources sources, Warren warren, Configuration configuration) {
        Steering steering = new Steering(vertx, loader, sources, warren, configuration);
        return steering.begin().compose(v -> steering.next(steering::serve)).map(steering);
    }

    /** The control plane, when there is somebody to see or to steer anything: a console or a cluster. */
    private Future<Void> begin() {
        return warren.kept().map(this::begin).orElse(Future.succeededFuture());
    }

    private Future<Void> begin(Kept kept) {
        orders = Optional.of(kept.orders());
        return blocking(() -> new ControlPlane.State(
                        kept.orders(),
                        History.load(vertx, kept.directory()),
                        Figures.start(vertx, warren.activity(), Warren.defaultLoops()),
                        Logs.ring()))
                .compose(state -> {
                    history = Optional.of(state.history());
                    return enforce().map(v -> {
                        ThisProcess process = ThisProcess.of(warren, this);
                        plane = Optional.of(
                                new Servers.Standing(ControlPlane.start(vertx, process, state), kept.directory()));
                        return null;
                    });
                })
                .compose(v -> remember("start"));
    }

    /** Starts and ends servers as the plan says. Most processes have none, and load nothing of what servers need. */
    private Future<Void> serve() {
        Plan plan = warren.plan();
        if (servers.isEmpty() && plan.isShown()) {
            servers = Optional.of(new Servers(vertx, warren, this, plane));
        }
        return servers.map(made -> made.apply(plan)).orElse(Future.succeededFuture());
    }

    /** Does again what was ordered before this start. */
    private Future<Void> enforce() {
        return next(() -> blocking(() -> withOrders(current))
                        .compose(ordered -> ordered == current
                                ? Future.succeededFuture()
                                : warren.apply(ordered).onSuccess(v -> current = ordered)))
                .recover(e -> {
                    LOG.atError().log("what was ordered before this start is not in force: {}", e.getMessage());
                    return Future.succeededFuture();
                });
    }

    /** All that can be done of them: what is wrong with one says nothing about the others. */
    private Configuration withOrders(Configuration configuration) {
        Configuration made = configuration;
        for (Change change : orders.map(Orders::changes).orElse(List.of())) {
            try {
                made = Edits.apply(made, change);
            } catch (ConfigException | ControlException e) {
                LOG.atWarn().log("an order that cannot be followed: {}", e.getMessage());
            }
        }
        return made;
    }

    /** That it cannot be written down is no reason not to go on. */
    @CanIgnoreReturnValue
    private Future<Void> remember(String action) {
        return history.isEmpty()
                ? Future.succeededFuture()
                : written(Form.YAML)
                        .compose(text -> history.get().record(text, "", action))
                        .recover(e -> {
                            LOG.atWarn().log("this version is not kept: {}", e.getMessage());
                            return Future.succeededFuture();
                        });
    }

    /** Where dashboard and cluster API listen. */
    public Optional<Address> console() {
        return servers.flatMap(Servers::console);
    }

    /** Where gost's web API listens. */
    public Optional<Address> api() {
        return servers.flatMap(Servers::api);
    }

    /** Where metrics are served. */
    public Optional<Address> metrics() {
        return servers.flatMap(Servers::metrics);
    }

    @Override
    public Future<JsonObject> configuration() {
        Configuration shown = current;
        return warren.status().compose(status -> blocking(() -> shown.published(status)));
    }

    @Override
    public Future<String> print(Form form) {
        Configuration shown = current;
        return warren.status().compose(status -> blocking(() -> shown.print(format(form), status)));
    }

    @Override
    public Future<String> written(Form form) {
        Configuration shown = current;
        return blocking(() -> shown.printed(format(form)));
    }

    @Override
    public Future<String> preview(Change change, Form form) {
        return next(() -> edited(change)
                .compose(changed -> blocking(() -> changed.configuration().printed(format(form)))));
    }

    @Override
    public Future<Applied> apply(Change change) {
        return next(() -> edited(change).compose(changed -> run(changed.configuration(), changed::warnings)))
                .onSuccess(v -> remember("change"));
    }

    /** Puts it in force, and then says what reading it has found. */
    private Future<Applied> run(Configuration next, Supplier<List<Problem>> found) {
        return warren.apply(next).map(v -> {
            current = next;
            List<Problem> said = found.get();
            said.forEach(problem -> LOG.atWarn().log(problem.toString()));
            return new Applied(problems(said));
        });
    }

    @Override
    public Future<Applied> check(Change change) {
        return next(() -> edited(change).map(changed -> {
            warren.check(changed.configuration());
            return new Applied(problems(changed.warnings()));
        }));
    }

    @Override
    public Future<Applied> reload() {
        return next(() -> loader.load(sources)
                        .compose(loaded -> blocking(() -> withOrders(loaded)))
                        .compose(configuration -> {
                            Logs.configure(configuration.root());
                            return run(
                                    configuration,
                                    () -> configuration.problems().all());
                        }))
                // Not part of the result: it may be on its way to somebody who asked over one of these servers.
                .onSuccess(v -> next(this::serve).onFailure(e -> LOG.atError().log("{}", e.getMessage())))
                .onSuccess(v -> remember("reload"));
    }

    @Override
    public Future<String> save(Optional<String> path, Optional<Form> form) {
        return next(() -> blocking(() -> {
            String name = path.orElseGet(() -> current.saveTarget()
                    .map(Path::toString)
                    .orElse(form.filter(f -> f == Form.JSON).isPresent() ? "gost.json" : "gost.yaml"));
            Format format = form.map(Steering::format).orElse(Format.of(name.endsWith(".json") ? "json" : "yaml"));
            return Saving.write(name, current.printed(format));
        }));
    }

    private static Format format(Form form) {
        return form == Form.JSON ? Format.JSON : Format.YAML;
    }

    /** A configuration that a change made, and the source of its positions. */
    private record Changed(Configuration configuration, String source) {
        List<Problem> warnings() {
            return configuration.problems().all().stream()
                    .filter(p -> p.position().source().equals(source))
                    .toList();
        }
    }

    private Future<Changed> edited(Change change) {
        Configuration before = current;
        return blocking(() -> {
            Configuration after = Edits.apply(before, change);
            Set<Problem> old = new HashSet<>(before.undecodable());
            List<Problem> wrong =
                    after.undecodable().stream().filter(p -> !old.contains(p)).toList();
            if (!wrong.isEmpty()) {
                throw new ConfigException(wrong);
            }
            return new Changed(after, Edits.source(change));
        });
    }

    private <T> Future<T> blocking(Callable<T> work) {
        return vertx.executeBlocking(work, false);
    }

    private <T> Future<T> next(Supplier<Future<T>> step) {
        Promise<T> done = Promise.promise();
        own.runOnContext(v -> {
            Future<T> taken = last.transform(whatever -> attempt(step));
            last = taken;
            taken.recover(e -> Future.failedFuture(refusal(e))).onComplete(done);
        });
        return done.future();
    }

    private static <T> Future<T> attempt(Supplier<Future<T>> step) {
        try {
            return step.get();
        } catch (ConfigException | ControlException e) {
            return Future.failedFuture(e);
        }
    }

    private static Throwable refusal(Throwable e) {
        if (e instanceof ConfigException wrong) {
            return new ControlException(Reason.INVALID, wrong.getMessage(), problems(wrong.problems()));
        }
        if (e instanceof ControlException) {
            return e;
        }
        LOG.atDebug().setCause(e).log("a change was not made");
        return ControlException.of(Reason.FAILED, String.valueOf(e.getMessage()));
    }

    private static List<Control.Finding> problems(List<Problem> problems) {
        return problems.stream()
                .map(p -> new Control.Finding(
                        p.position().toString(), p.path(), p.message(), p.severity() == Problem.Severity.ERROR))
                .toList();
    }

    /** Ends the servers; requests that are being answered get their answers. */
    public Future<Void> stop() {
        return next(() -> servers.map(Servers::stop).orElse(Future.succeededFuture()));
    }
}
