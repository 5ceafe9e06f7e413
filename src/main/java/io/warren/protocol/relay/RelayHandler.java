package io.warren.protocol.relay;

import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.warren.codec.Hello;
import io.warren.codec.RelayFrames;
import io.warren.codec.RelayMessage;
import io.warren.net.Address;
import io.warren.net.DatagramStream;
import io.warren.net.Intake;
import io.warren.net.ProxyException;
import io.warren.net.Stream;
import io.warren.spi.Destination;
import io.warren.spi.Forwarder;
import io.warren.spi.Handler;
import io.warren.spi.Inbound;
import io.warren.spi.Intent;
import io.warren.spi.Network;
import io.warren.spi.Offer;
import io.warren.spi.Reply;
import io.warren.spi.Scope;
import io.warren.spi.Session;
import java.util.List;
import java.util.Optional;

/** Reads a relay request. With targets of its own, the service forwards every request to one of them. */
final class RelayHandler extends VerticleBase implements Handler {
    private final Scope scope;
    private final RelayHandlerOptions options;

    RelayHandler(Scope scope, RelayHandlerOptions options) {
        this.scope = scope;
        this.options = options;
    }

    @Override
    public Future<Intent> negotiate(Inbound inbound) {
        Stream client = inbound.stream();
        Session session = inbound.session();
        Intake intake = Intake.of(client, options.patience());
        // A client that speaks something else is told nothing, as by gost.
        return intake.read(RelayMessage::decode).compose(request -> {
            intake.done();
            Responder responder = responder(request, client);
            request.hello().flatMap(Hello::login).ifPresent(session.trace()::login);
            return scope.logIn(session, request.credentials())
                    .compose(known -> Future.succeededFuture(intent(session, client, request, responder)))
                    .recover(e -> responder.refused(ProxyException.from(e)).transform(told -> Future.failedFuture(e)));
        });
    }

    private Responder responder(RelayMessage request, Stream client) {
        if (scope.forwarder().isPresent()) {
            return Responder.forward(client);
        }
        return request.command() == RelayMessage.BIND
                ? Responder.bind(
                        client,
                        request.hello().map(hello -> Hello.of(scope.member()).signalling(signals(request))))
                : Responder.connect(client);
    }

    /** Whether signals go between the datagrams of a port. */
    private static boolean signals(RelayMessage request) {
        return request.network() == Network.UDP
                && request.hello().filter(Hello::signals).isPresent();
    }

    private Intent intent(Session session, Stream client, RelayMessage request, Responder responder) {
        if (scope.forwarder().isPresent()) {
            return forward(session, client, request.network(), scope.forwarder().get(), responder);
        }
        List<Address> addresses = request.addresses();
        Optional<Address> address =
                addresses.isEmpty() ? Optional.empty() : Optional.of(addresses.get(addresses.size() - 1));
        return switch (request.command()) {
            case 0, RelayMessage.CONNECT -> connect(session, client, request.network(), address, responder);
            case RelayMessage.BIND -> bind(session, client, request, address, responder);
            default ->
                throw ProxyException.unsupported("relay command " + request.command() + " (expected: 0, 1 or 2)");
        };
    }

    private Intent forward(Session session, Stream client, Network network, Forwarder forwarder, Responder responder) {
        Forwarder.Target target = forwarder
                .select(session, network)
                .orElseThrow(() -> ProxyException.of(
                        ProxyException.Kind.LIMITED, ProxyException.Side.SELF, "no target takes " + network));
        return reach(session, client, target.destination(), new Marking(target, responder));
    }

    private Intent connect(
            Session session, Stream client, Network network, Optional<Address> address, Responder responder) {
        Address asked = address.orElseThrow(() -> ProxyException.protocol("connect request without an address"));
        Address target = network == Network.UNIX || network == Network.SERIAL ? Address.unix(asked.host()) : asked;
        Destination destination = new Destination(network, target);
        return reach(options.hashHost() ? session.hashing(target.toString()) : session, client, destination, responder);
    }

    private Intent reach(Session session, Stream client, Destination target, Reply reply) {
        return target.network() == Network.UDP
                ? new Intent.Associate(
                        session,
                        Optional.of(target),
                        DatagramStream.over(client, RelayFrames.PAYLOADS),
                        client,
                        reply,
                        options.idle())
                : Intent.Connect.to(session, target, client, options.sniffing().behind(reply, session, client, scope))
                        .idleAfter(options.idle());
    }

    private Intent bind(
            Session session, Stream client, RelayMessage request, Optional<Address> address, Responder responder) {
        Network network = request.network();
        if (!options.bind()) {
            throw ProxyException.denied("bind is not enabled");
        }
        session.trace().login().flatMap(login -> login.refusal(scope.member())).ifPresent(twin -> {
            throw twin;
        });
        Address asked = address.orElse(Address.NONE);
        if (network == Network.UDP && asked.port() == 0 && asked.isWildcard()) {
            return new Intent.Associate(
                    session,
                    Optional.empty(),
                    DatagramStream.over(client, RelayFrames.ADDRESSED),
                    client,
                    responder,
                    options.idle());
        }
        if (network != Network.TCP && network != Network.UDP) {
            throw ProxyException.unsupported("bind of network " + network + " (expected: tcp or udp)");
        }
        Destination local = new Destination(network, BindAddress.of(asked, options.bindHost()));
        Offer offer = Offer.of(session, options.reach());
        if (network == Network.UDP) {
            UdpVisitors visitors = new UdpVisitors(client, responder, signals(request));
            return new Intent.Bind(session, local, offer, visitors, client, visitors);
        }
        TcpVisitors visitors = new TcpVisitors(client, responder, options.mux());
        return new Intent.Bind(session, local, offer, visitors, client, visitors);
    }

    /** Tells the client, and the target's mark. */
    private record Marking(Forwarder.Target target, Responder responder) implements Reply {
        @Override
        public Future<Void> accepted(Address bound) {
            target.succeeded();
            return responder.accepted(bound);
        }

        @Override
        public Future<Void> refused(ProxyException why) {
            if (why.kind() != ProxyException.Kind.DENIED) {
                target.failed();
            }
            return responder.refused(why);
        }
    }
}
