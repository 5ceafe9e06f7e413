package io.warren.boot;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.warren.console.ApiOptions;
import io.warren.console.ClusterApi;
import io.warren.console.ConsoleOptions;
import io.warren.console.Dashboard;
import io.warren.console.GostApi;
import io.warren.console.MetricsOptions;
import io.warren.console.MetricsPage;
import io.warren.console.SecurityHeaders;
import io.warren.console.Site;
import io.warren.console.WebServer;
import io.warren.control.Accounts;
import io.warren.control.ControlPlane;
import io.warren.control.StateDirectory;
import io.warren.net.Address;
import io.warren.spi.Authenticator;
import io.warren.spi.Control;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The servers for people that a plan asks for. Who may use them is asked for each request, of the plan that runs then. */
final class Servers {
    private static final Logger LOG = LoggerFactory.getLogger("boot");

    private final Vertx vertx;
    private final Warren warren;
    private final Control control;
    private final Place<ConsoleOptions> console = new Place<>(this::startConsole);
    private volatile Accounts accounts;
    private final Optional<Standing> plane;
    private final Place<ApiOptions> api = new Place<>(this::startApi);
    private final Place<MetricsOptions> metrics = new Place<>(this::startMetrics);

    /** Where one server runs, or none. */
    private static final class Place<O> {
        private record Running<O>(O options, WebServer server) {}

        private final Function<O, Future<WebServer>> start;
        private volatile Optional<Running<O>> running = Optional.empty();

        Place(Function<O, Future<WebServer>> start) {
            this.start = start;
        }

        Future<Void> apply(Optional<O> wanted) {
            if (wanted.equals(running.map(Running::options))) {
                return Future.succeededFuture();
            }
            // The new one may have the old one's port.
            return stop().compose(v -> wanted.isPresent() ? start(wanted.get()) : Future.succeededFuture());
        }

        private Future<Void> start(O options) {
            return start.apply(options)
                    .onSuccess(server -> running = Optional.of(new Running<>(options, server)))
                    .mapEmpty();
        }

        Future<Void> stop() {
            Optional<WebServer> old = running.map(Running::server);
            running = Optional.empty();
            return old.map(WebServer::close).orElse(Future.succeededFuture());
        }

        Optional<Address> address() {
            return running.map(r -> r.server().address());
        }
    }

    /** @param plane what a console shows; without it none is started */
    Servers(Vertx vertx, Warren warren, Control control, Optional<Standing> plane) {
        this.vertx = vertx;
        this.warren = warren;
        this.control = control;
        this.plane = plane;
    }

    /** The control plane and where it keeps its state. */
    record Standing(ControlPlane plane, StateDirectory directory) {}

    /** Makes what runs equal to {@code plan}; what has not changed stays. */
    Future<Void> apply(Plan plan) {
        if (plan.console().isPresent() && plane.isEmpty()) {
            LOG.atWarn().log("the console section counts from the next start on");
        }
        return api.apply(plan.api().map(Plan.Face::options))
                .compose(v -> metrics.apply(plan.metrics().map(Plan.Face::options)))
                .compose(v -> console.apply(plan.console().filter(options -> plane.isPresent())));
    }

    private Future<WebServer> startConsole(ConsoleOptions options) {
        Standing standing = plane.orElseThrow();
        return vertx.executeBlocking(
                        () -> new Accounts(vertx, Passwords.accounts(options, standing.directory())), false)
                .compose(known -> {
                    if (accounts == null) {
                        standing.plane().serve(() -> accounts);
                    }
                    accounts = known;
                    List<Site> sites = List.of(
                            new SecurityHeaders(options.certificate().isPresent()),
                            new ClusterApi(standing.plane(), () -> accounts),
                            new Dashboard());
                    return WebServer.start(vertx, "@console", options, warren.renewed(), sites);
                });
    }

    private Future<WebServer> startApi(ApiOptions options) {
        Supplier<Optional<Authenticator>> users = () -> warren.plan().api().flatMap(Plan.Face::authenticator);
        return WebServer.start(
                vertx,
                "@api",
                options.address(),
                options.accessLog(),
                List.of(new GostApi(options.prefix(), control, users)));
    }

    private Future<WebServer> startMetrics(MetricsOptions options) {
        Supplier<Optional<Authenticator>> users = () -> warren.plan().metrics().flatMap(Plan.Face::authenticator);
        return WebServer.start(
                vertx,
                "@metrics",
                options.address(),
                false,
                List.of(new MetricsPage(options.path(), warren.metrics(), users)));
    }

    Optional<Address> api() {
        return api.address();
    }

    Optional<Address> metrics() {
        return metrics.address();
    }

    Optional<Address> console() {
        return console.address();
    }

    Future<Void> stop() {
        return Future.join(api.stop(), metrics.stop(), console.stop()).mapEmpty();
    }
}
