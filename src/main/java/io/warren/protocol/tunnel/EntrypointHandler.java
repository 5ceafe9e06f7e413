package io.warren.protocol.tunnel;

import io.netty.buffer.ByteBuf;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.warren.codec.ClientHello;
import io.warren.codec.RelayMessage;
import io.warren.codec.RelayStatus;
import io.warren.net.Address;
import io.warren.net.Intake;
import io.warren.net.ProxyException;
import io.warren.net.Stream;
import io.warren.spi.Destination;
import io.warren.spi.Handler;
import io.warren.spi.Inbound;
import io.warren.spi.Intent;
import io.warren.spi.Reply;
import io.warren.spi.Scope;
import io.warren.spi.TunnelId;
import java.util.Optional;

/** Where visitors come who know a host name only: HTTP is served request by request, TLS is passed on as it is. */
final class EntrypointHandler extends VerticleBase implements Handler {
    static final String WEB = "http";

    private static final int TLS_PORT = 443;

    private enum Kind {
        RELAY,
        TLS,
        HTTP
    }

    private final Scope scope;
    private final Sites sites;
    private Handler web;

    EntrypointHandler(Scope scope) {
        this.scope = scope;
        this.sites = new Sites(scope.directory(), scope.ingress());
    }

    @Override
    public Future<?> start() {
        return scope.handlers().deploy(WEB).onSuccess(deployed -> web = deployed);
    }

    @Override
    public Future<Intent> negotiate(Inbound inbound) {
        Intake intake = Intake.of(inbound.stream(), Intake.PATIENCE);
        return intake.read(EntrypointHandler::kind).compose(kind -> switch (kind) {
            case TLS -> passOn(inbound, intake);
            case HTTP -> {
                intake.done();
                yield web.negotiate(inbound);
            }
            case RELAY -> {
                intake.done();
                yield refuse(inbound.stream());
            }
        });
    }

    private static Optional<Kind> kind(ByteBuf in) {
        if (!in.isReadable()) {
            return Optional.empty();
        }
        return switch (in.getByte(in.readerIndex())) {
            case 1 -> Optional.of(Kind.RELAY);
            case 0x16 -> Optional.of(Kind.TLS);
            default -> Optional.of(Kind.HTTP);
        };
    }

    /** gost serves its own members here, without asking who they are; ours have their directory, and everybody else is a stranger. */
    private static Future<Intent> refuse(Stream client) {
        return client.send(RelayMessage.response(RelayStatus.FORBIDDEN).encode())
                .transform(told -> Future.failedFuture(ProxyException.denied("relay protocol at an entry point")));
    }

    private Future<Intent> passOn(Inbound inbound, Intake intake) {
        return intake.read(ClientHello::peek).compose(hello -> {
            intake.done();
            if (hello.serverName().isEmpty()) {
                return Future.failedFuture(ProxyException.protocol("tls without a server name"));
            }
            Address site = Address.of(hello.serverName().get(), TLS_PORT);
            inbound.session().trace().target(site.toString());
            try {
                TunnelId tunnel = sites.find(site.host());
                return Future.succeededFuture(
                        Intent.Connect.to(inbound.session(), Destination.tcp(site), inbound.stream(), Reply.SILENT)
                                .through(tunnel.endpoint(false)));
            } catch (ProxyException e) {
                return Future.failedFuture(e);
            }
        });
    }
}
