package io.warren.protocol.tunnel;

import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.warren.codec.Hello;
import io.warren.codec.RelayFeature;
import io.warren.codec.RelayMessage;
import io.warren.net.Address;
import io.warren.net.Intake;
import io.warren.net.ProxyException;
import io.warren.net.Stream;
import io.warren.spi.Handler;
import io.warren.spi.Inbound;
import io.warren.spi.Intent;
import io.warren.spi.Network;
import io.warren.spi.Offer;
import io.warren.spi.Scope;
import io.warren.spi.Session;
import io.warren.spi.TunnelId;

/** Reads what an agent or a visitor of a tunnel says first. */
final class TunnelHandler extends VerticleBase implements Handler {
    private final Scope scope;
    private final TunnelHandlerOptions options;
    private final Access access;

    TunnelHandler(Scope scope, TunnelHandlerOptions options) {
        this.scope = scope;
        this.options = options;
        this.access = new Access(scope.ingress(), options.visitors(), options.direct());
    }

    @Override
    public Future<Intent> negotiate(Inbound inbound) {
        Stream client = inbound.stream();
        Session session = inbound.session();
        Intake intake = Intake.of(client, options.patience());
        // A client that speaks something else is told nothing, as by gost.
        return intake.read(RelayMessage::decode).compose(request -> {
            intake.done();
            request.hello().flatMap(Hello::login).ifPresent(session.trace()::login);
            Visit visit = new Visit(session, client, request);
            return tunnel(visit)
                    .compose(tunnel ->
                            scope.logIn(session, request.credentials()).map(tunnel))
                    .compose(tunnel -> command(request).map(tunnel))
                    .recover(e ->
                            visit.reply().refused(ProxyException.from(e)).transform(told -> Future.failedFuture(e)))
                    .compose(tunnel -> request.command() == RelayMessage.BIND
                            ? serve(visit, tunnel)
                            : lead(visit, TunnelId.of(tunnel.id())));
        });
    }

    private static Future<RelayFeature.Tunnel> tunnel(Visit visit) {
        return visit.tunnel()
                .map(Future::succeededFuture)
                .orElse(Future.failedFuture(ProxyException.protocol("request without a tunnel id")));
    }

    private static Future<Void> command(RelayMessage request) {
        int command = request.command();
        return command == RelayMessage.CONNECT || command == RelayMessage.BIND
                ? Future.succeededFuture()
                : Future.failedFuture(ProxyException.unsupported("tunnel command " + command + " (expected: 1 or 2)"));
    }

    private Future<Intent> lead(Visit visit, TunnelId brought) {
        Address wanted = visit.wanted();
        visit.session().trace().target(wanted.toString());
        Access.Verdict verdict = access.decide(brought, wanted.host());
        return verdict.tunnel()
                .map(tunnel -> Future.succeededFuture(visit.to(tunnel)))
                .orElseGet(() -> visit.refused(verdict.refusal(), ProxyException.denied(verdict.reason())));
    }

    private Future<Intent> serve(Visit visit, RelayFeature.Tunnel tunnel) {
        Session session = visit.session();
        Stream client = visit.client();
        RelayMessage request = visit.request();
        boolean datagrams = request.network() == Network.UDP;
        TunnelId id = TunnelId.of(tunnel.id());
        Offer offer = Offer.of(session, Offer.Reach.CLUSTER).weighing(Math.max(1, tunnel.weight()));
        Names names = new Names(scope, session, id, datagrams);
        Address asked = visit.wanted();
        Address place = Place.of(id, asked, scope.ingress());
        Visitors visitors = new Visitors(
                client,
                place,
                Visitors.connectorId(datagrams, tunnel.weight()),
                request.hello().map(hello -> scope.member()),
                options.mux());
        return session.trace()
                .login()
                .flatMap(login -> login.refusal(scope.member()))
                .or(() -> names.refusal(asked))
                .<Future<Void>>map(Future::failedFuture)
                .orElseGet(() -> names.publish(place, offer, client, visitors))
                .<Intent>map(v -> new Intent.Bind(session, id.bind(datagrams), offer, visitors, client, visitors))
                .recover(e -> visitors.refused(ProxyException.from(e)).transform(told -> Future.failedFuture(e)));
    }
}
