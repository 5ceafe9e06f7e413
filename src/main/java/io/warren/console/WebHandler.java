package io.warren.console;

import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.warren.net.Address;
import io.warren.net.DialOptions;
import io.warren.net.Link;
import io.warren.net.ProxyException;
import io.warren.net.ProxyException.Kind;
import io.warren.net.ProxyException.Side;
import io.warren.net.Stream;
import io.warren.net.TcpDial;
import io.warren.spi.Handler;
import io.warren.spi.Inbound;
import io.warren.spi.Intent;
import io.warren.spi.Session;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

/**
 * A site behind a listener of any kind. Connections are joined to a server on loopback that answers these and no others, and knows for each of them who the
 * client is.
 */
public final class WebHandler extends VerticleBase implements Handler {
    private static final Address LOOPBACK = Address.of("127.0.0.1", 0);

    private final String name;
    private final boolean accessLog;
    private final Supplier<Optional<Site>> site;
    private final Map<Address, Session> guests = new ConcurrentHashMap<>();
    private Optional<Future<WebServer>> server = Optional.empty();

    /** @param site made when the first client comes; empty while there is none to show */
    public WebHandler(String name, boolean accessLog, Supplier<Optional<Site>> site) {
        this.name = name;
        this.accessLog = accessLog;
        this.site = site;
    }

    @Override
    public Future<Intent> negotiate(Inbound inbound) {
        Stream client = inbound.stream();
        Session session = inbound.session();
        return server().compose(up -> TcpDial.connect(context, up.address(), DialOptions.DEFAULT))
                .compose(way -> {
                    // Before a byte goes there: whom it does not find here is nobody.
                    guests.put(way.local(), session);
                    return Link.join(client, way, session.relaying()).onComplete(v -> guests.remove(way.local()));
                })
                .map(new Intent.Served(session));
    }

    private Future<WebServer> server() {
        if (server.filter(s -> !s.failed()).isEmpty()) {
            Optional<Site> shown = site.get();
            if (shown.isEmpty()) {
                return Future.failedFuture(ProxyException.of(Kind.INTERNAL, Side.SELF, name + " is not there yet"));
            }
            server = Optional.of(WebServer.behind(vertx, name, LOOPBACK, accessLog, guests, shown.get()));
        }
        return server.get();
    }

    @Override
    public Future<?> stop() {
        return server.filter(Future::succeeded).map(up -> up.result().close()).orElse(Future.succeededFuture());
    }
}
