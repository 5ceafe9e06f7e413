package io.warren.protocol.tunnel;

import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.warren.codec.Hello;
import io.warren.codec.RelayFeature;
import io.warren.codec.RelayFrames;
import io.warren.codec.RelayMessage;
import io.warren.codec.RelayStatus;
import io.warren.net.Address;
import io.warren.net.DatagramStream;
import io.warren.net.Intake;
import io.warren.net.ProxyException;
import io.warren.net.Stream;
import io.warren.spi.Destination;
import io.warren.spi.Handler;
import io.warren.spi.Inbound;
import io.warren.spi.Intent;
import io.warren.spi.Network;
import io.warren.spi.Offer;
import io.warren.spi.Reply;
import io.warren.spi.Scope;
import io.warren.spi.Session;
import io.warren.spi.TunnelId;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

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
            return tunnel(request)
                    .compose(tunnel ->
                            scope.logIn(session, request.credentials()).map(tunnel))
                    .compose(tunnel -> command(request).map(tunnel))
                    .recover(e -> new Visited(client)
                            .refused(ProxyException.from(e))
                            .transform(told -> Future.failedFuture(e)))
                    .compose(tunnel -> request.command() == RelayMessage.BIND
                            ? serve(session, client, request, tunnel)
                            : visit(session, client, request, TunnelId.of(tunnel.id())));
        });
    }

    private static Future<RelayFeature.Tunnel> tunnel(RelayMessage request) {
        return request.last(RelayFeature.Tunnel.class)
                .filter(tunnel ->
                        tunnel.id().getMostSignificantBits() != 0 || tunnel.id().getLeastSignificantBits() != 0)
                .map(Future::succeededFuture)
                .orElse(Future.failedFuture(ProxyException.protocol("request without a tunnel id")));
    }

    private static Future<Void> command(RelayMessage request) {
        int command = request.command();
        return command == RelayMessage.CONNECT || command == RelayMessage.BIND
                ? Future.succeededFuture()
                : Future.failedFuture(ProxyException.unsupported("tunnel command " + command + " (expected: 1 or 2)"));
    }

    /** Of two addresses the first is who comes, the last where to. */
    private static Address wanted(RelayMessage request) {
        List<Address> addresses = request.addresses();
        return addresses.size() < 2 ? Address.NONE : addresses.get(addresses.size() - 1);
    }

    private static Session visitor(Session session, RelayMessage request) {
        return request.addresses().stream()
                .findFirst()
                .filter(source -> source.isIp() && !source.isWildcard())
                .map(source -> session.from(source, session.local()))
                .orElse(session);
    }

    private Future<Intent> visit(Session session, Stream client, RelayMessage request, TunnelId brought) {
        Address wanted = wanted(request);
        session.trace().target(wanted.toString());
        Access.Verdict verdict = access.decide(brought, wanted.host());
        if (verdict.tunnel().isEmpty()) {
            return client.send(RelayMessage.response(verdict.refusal()).encode())
                    .transform(told -> Future.failedFuture(ProxyException.denied(verdict.reason())));
        }
        TunnelId tunnel = verdict.tunnel().get();
        Session visitor = visitor(session, request);
        Visited reply = new Visited(client);
        if (request.network() == Network.UDP) {
            return Future.succeededFuture(new Intent.Associate(
                            visitor,
                            Optional.of(Destination.udp(wanted)),
                            DatagramStream.over(client, RelayFrames.PAYLOADS),
                            client,
                            reply,
                            Duration.ZERO)
                    .through(tunnel.endpoint(true)));
        }
        return Future.succeededFuture(Intent.Connect.to(visitor, Destination.tcp(wanted), client, reply)
                .through(tunnel.endpoint(false)));
    }

    private Future<Intent> serve(Session session, Stream client, RelayMessage request, RelayFeature.Tunnel tunnel) {
        boolean datagrams = request.network() == Network.UDP;
        TunnelId id = TunnelId.of(tunnel.id());
        Offer offer = Offer.of(session, Offer.Reach.CLUSTER).weighing(Math.max(1, tunnel.weight()));
        Visitors visitors = new Visitors(
                client,
                Place.of(id, wanted(request), scope.ingress()),
                Visitors.connectorId(datagrams, tunnel.weight()),
                request.hello().map(hello -> scope.member()),
                options.mux());
        Optional<ProxyException> twin = session.trace().login().flatMap(login -> login.refusal(scope.member()));
        return twin.isPresent()
                ? visitors.refused(twin.get()).transform(told -> Future.failedFuture(twin.get()))
                : Future.succeededFuture(
                        new Intent.Bind(session, id.bind(datagrams), offer, visitors, client, visitors));
    }

    private record Visited(Stream client) implements Reply {
        @Override
        public Future<Void> accepted(Address bound) {
            return client.send(RelayMessage.response(RelayStatus.OK).encode());
        }

        @Override
        public Future<Void> refused(ProxyException why) {
            return client.send(RelayMessage.response(RelayStatus.of(why, RelayStatus.SERVICE_UNAVAILABLE))
                    .encode());
        }
    }
}
