package io.warren.boot;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.warren.console.ApiOptions;
import io.warren.console.ClusterApi;
import io.warren.console.ConsoleOptions;
import io.warren.console.GostApi;
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
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The servers for people that a plan asks for. Who may use them is asked for each request, of the plan that runs then. */
final class Servers {
    private static final Logger LOG = LoggerFactory.getLogger("boot");

    private final Vertx vertx;
    private final Warren warren;
    private final Control control;
    private volatile Optional<Running<ApiOptions>> api = Optional.empty();
    private volatile Optional<Running<ConsoleOptions>> console = Optional.empty();
    private volatile Accounts accounts;
    private volatile Optional<Standing> plane = Optional.empty();

    private record Running<O>(O options, WebServer server) {}

    Servers(Vertx vertx, Warren warren, Control control) {
        this.vertx = vertx;
        this.warren = warren;
        this.control = control;
    }

    /** What a console shows; without it none is started. */
    void show(Standing standing) {
        plane = Optional.of(standing);
    }

    /** The control plane and where it keeps its state. */
    record Standing(ControlPlane plane, StateDirectory directory) {}

    /** Makes what runs equal to {@code plan}; what has not changed stays. */
    Future<Void> apply(Plan plan) {
        Optional<ApiOptions> wantedApi = plan.api().map(Plan.Face::options);
        Optional<ConsoleOptions> wantedConsole = plan.console();
        boolean sameApi = wantedApi.equals(api.map(Running::options));
        boolean sameConsole = wantedConsole.equals(console.map(Running::options));
        // A new one may have an old one's port.
        return (sameApi ? Future.<Void>succeededFuture() : stopApi())
                .compose(v -> sameConsole ? Future.succeededFuture() : stopConsole())
                .compose(v -> sameApi || wantedApi.isEmpty() ? Future.succeededFuture() : startApi(wantedApi.get()))
                .compose(v -> sameConsole || wantedConsole.isEmpty()
                        ? Future.succeededFuture()
                        : startConsole(wantedConsole.get()));
    }

    private Future<Void> startConsole(ConsoleOptions options) {
        if (plane.isEmpty()) {
            LOG.atWarn().log("the console section counts from the next start on");
            return Future.succeededFuture();
        }
        return vertx.executeBlocking(
                        () -> new Accounts(
                                vertx, Passwords.accounts(options, plane.get().directory())),
                        false)
                .compose(known -> {
                    accounts = known;
                    List<Site> sites = List.of(
                            new SecurityHeaders(options.certificate().isPresent()),
                            new ClusterApi(plane.get().plane(), () -> accounts));
                    return WebServer.start(vertx, "@console", options, sites);
                })
                .onSuccess(server -> console = Optional.of(new Running<>(options, server)))
                .mapEmpty();
    }

    private Future<Void> startApi(ApiOptions options) {
        Supplier<Optional<Authenticator>> users = () -> warren.plan().api().flatMap(Plan.Face::authenticator);
        List<Site> sites = List.of(new GostApi(options.prefix(), control, users));
        return WebServer.start(vertx, "@api", options.address(), options.accessLog(), sites)
                .onSuccess(server -> api = Optional.of(new Running<>(options, server)))
                .mapEmpty();
    }

    Optional<Address> api() {
        return api.map(running -> running.server().address());
    }

    Optional<Address> console() {
        return console.map(running -> running.server().address());
    }

    Future<Void> stop() {
        return stopApi().eventually(this::stopConsole);
    }

    private Future<Void> stopApi() {
        Optional<WebServer> old = api.map(Running::server);
        api = Optional.empty();
        return old.map(WebServer::close).orElse(Future.succeededFuture());
    }

    private Future<Void> stopConsole() {
        Optional<WebServer> old = console.map(Running::server);
        console = Optional.empty();
        return old.map(WebServer::close).orElse(Future.succeededFuture());
    }
}
