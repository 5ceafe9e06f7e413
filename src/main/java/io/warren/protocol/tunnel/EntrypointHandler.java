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
import io.warren.spi.Destination;
import io.warren.spi.Handler;
import io.warren.spi.Inbound;
import io.warren.spi.Intent;
import io.warren.spi.Reply;
import io.warren.spi.Scope;
import io.warren.spi.TunnelId;
import java.util.Optional;

/**
 * Where visitors come who know a host name only: HTTP is served request by request, TLS is passed on as it is. So are those who
 * know the ID of a tunnel.
 */
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
            case RELAY -> lead(inbound, intake);
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

    /** Whoever knows the ID of a tunnel, as at gost's, for which an entry point is also where its other members come: no rule and no login is asked for. */
    private static Future<Intent> lead(Inbound inbound, Intake intake) {
        return intake.read(RelayMessage::decode).compose(request -> {
            intake.done();
            Visit visit = new Visit(inbound.session(), inbound.stream(), request);
            if (request.command() != RelayMessage.CONNECT) {
                return visit.refused(
                        RelayStatus.FORBIDDEN,
                        ProxyException.denied(
                                "tunnel command " + request.command() + " at an entry point (expected: 1)"));
            }
            return visit.tunnel()
                    .map(tunnel -> Future.succeededFuture(visit.to(TunnelId.of(tunnel.id()))))
                    .orElseGet(() -> visit.refused(
                            RelayStatus.BAD_REQUEST, ProxyException.protocol("request without a tunnel id")));
        });
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
