package io.warren.protocol.auto;

import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.warren.codec.ClientHello;
import io.warren.net.Address;
import io.warren.net.Intake;
import io.warren.net.ProxyException;
import io.warren.spi.Destination;
import io.warren.spi.Handler;
import io.warren.spi.Inbound;
import io.warren.spi.Intent;
import io.warren.spi.Reply;
import io.warren.spi.Scope;
import io.warren.spi.Session;

/** Finds out what a client speaks, and leaves it to the handler that does. */
final class AutoHandler extends VerticleBase implements Handler {
    private static final int TLS_PORT = 443;

    private final Scope scope;
    private final AutoOptions options;
    private Handler socks4;
    private Handler socks5;
    private Handler http;

    AutoHandler(Scope scope, AutoOptions options) {
        this.scope = scope;
        this.options = options;
    }

    @Override
    public Future<?> start() {
        Scope.Handlers handlers = scope.handlers();
        return handlers.deploy("socks4")
                .onSuccess(deployed -> socks4 = deployed)
                .compose(v -> handlers.deploy("socks5"))
                .onSuccess(deployed -> socks5 = deployed)
                .compose(v -> handlers.deploy("http"))
                .onSuccess(deployed -> http = deployed);
    }

    @Override
    public Future<Intent> negotiate(Inbound inbound) {
        Intake intake = Intake.of(inbound.stream(), Intake.PATIENCE);
        return intake.read(Recognition::of).compose(found -> {
            if (found == Recognition.TLS) {
                return passThrough(inbound, intake);
            }
            intake.done();
            return handler(found).negotiate(inbound);
        });
    }

    private Handler handler(Recognition found) {
        return switch (found) {
            case SOCKS4 -> socks4;
            case SOCKS5 -> socks5;
            case HTTP, TLS -> http;
        };
    }

    private Future<Intent> passThrough(Inbound inbound, Intake intake) {
        if (scope.authenticator().isPresent()) {
            intake.done();
            return Future.failedFuture(ProxyException.of(
                    ProxyException.Kind.UNAUTHORIZED,
                    ProxyException.Side.CLIENT,
                    "tls where a login is required (expected: http or socks)"));
        }
        return intake.read(ClientHello::peek).compose(hello -> {
            intake.done();
            return hello.serverName().isEmpty()
                    ? Future.failedFuture(ProxyException.protocol("tls without a server name"))
                    : Future.succeededFuture(
                            to(inbound, Address.of(hello.serverName().get(), TLS_PORT)));
        });
    }

    private Intent to(Inbound inbound, Address target) {
        Session session = options.hashHost() ? inbound.session().hashing(target.toString()) : inbound.session();
        return Intent.Connect.to(session, Destination.tcp(target), inbound.stream(), Reply.SILENT)
                .idleAfter(options.idleTimeout());
    }
}
