package io.warren.boot;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.warren.console.ApiOptions;
import io.warren.console.GostApi;
import io.warren.console.Site;
import io.warren.console.WebServer;
import io.warren.net.Address;
import io.warren.spi.Authenticator;
import io.warren.spi.Control;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/** The servers for people that a plan asks for. Who may use them is asked for each request, of the plan that runs then. */
final class Servers {
    private final Vertx vertx;
    private final Warren warren;
    private final Control control;
    private volatile Optional<Running<ApiOptions>> api = Optional.empty();

    private record Running<O>(O options, WebServer server) {}

    Servers(Vertx vertx, Warren warren, Control control) {
        this.vertx = vertx;
        this.warren = warren;
        this.control = control;
    }

    /** Makes what runs equal to {@code plan}; what has not changed stays. */
    Future<Void> apply(Plan plan) {
        Optional<ApiOptions> wanted = plan.api().map(Plan.Face::options);
        if (wanted.equals(api.map(Running::options))) {
            return Future.succeededFuture();
        }
        // The new one may have the old one's port.
        return stop().compose(v -> wanted.isPresent() ? startApi(wanted.get()) : Future.succeededFuture());
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

    Future<Void> stop() {
        Optional<WebServer> old = api.map(Running::server);
        api = Optional.empty();
        return old.map(WebServer::close).orElse(Future.succeededFuture());
    }
}
