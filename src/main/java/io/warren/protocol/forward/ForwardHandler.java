package io.warren.protocol.forward;

import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.warren.net.Address;
import io.warren.net.Conduit;
import io.warren.net.DatagramFlow;
import io.warren.net.ProxyException;
import io.warren.net.Stream;
import io.warren.spi.Destination;
import io.warren.spi.Forwarder;
import io.warren.spi.Handler;
import io.warren.spi.Inbound;
import io.warren.spi.Intent;
import io.warren.spi.Network;
import io.warren.spi.Reply;
import io.warren.spi.Scope;
import io.warren.spi.Session;
import java.util.Optional;

/** Sends everything to one of the service's targets, and remembers which of them could be reached. */
final class ForwardHandler extends VerticleBase implements Handler {
    private final Scope scope;
    private final ForwardOptions options;

    ForwardHandler(Scope scope, ForwardOptions options) {
        this.scope = scope;
        this.options = options;
    }

    @Override
    public Future<Intent> negotiate(Inbound inbound) {
        Conduit conduit = inbound.conduit();
        Network network = conduit instanceof Stream ? Network.TCP : Network.UDP;
        try {
            Forwarder.Target target = choose(inbound.session(), network);
            return Future.succeededFuture(
                    conduit instanceof Stream stream
                            ? connect(inbound.session(), stream, target)
                            : associate(inbound.session(), (DatagramFlow) conduit, target));
        } catch (ProxyException e) {
            return Future.failedFuture(e);
        }
    }

    private Forwarder.Target choose(Session session, Network network) {
        Forwarder forwarder = scope.forwarder()
                .orElseThrow(() -> ProxyException.of(
                        ProxyException.Kind.UNREACHABLE,
                        ProxyException.Side.SELF,
                        "no target configured (expected: forwarder.nodes)"));
        Forwarder.Target target = forwarder
                .select(session, network)
                .orElseThrow(
                        () -> ProxyException.upstream(ProxyException.Kind.UNREACHABLE, "no target takes " + network));
        session.trace().notes().ifPresent(notes -> notes.target(target.name()));
        Destination destination = target.destination();
        Address address = destination.address();
        boolean needsPort = destination.network() == Network.TCP || destination.network() == Network.UDP;
        if (needsPort && address.port() <= 0) {
            throw ProxyException.of(
                    ProxyException.Kind.UNREACHABLE,
                    ProxyException.Side.SELF,
                    "target " + target.name() + ": address \"" + address.host() + "\" without a port");
        }
        return target;
    }

    private Intent connect(Session session, Stream client, Forwarder.Target target) {
        return new Intent.Connect(
                session,
                target.destination(),
                client,
                options.sniffing().behind(new Marking(target), session, client, scope),
                options.idle(),
                options.proxyProtocol());
    }

    private Intent associate(Session session, DatagramFlow client, Forwarder.Target target) {
        return new Intent.Associate(
                session, Optional.of(target.destination()), client, client, new Marking(target), options.idle());
    }

    /** The client is told nothing; the target's mark is. */
    private record Marking(Forwarder.Target target) implements Reply {
        @Override
        public Future<Void> accepted(Address bound) {
            target.succeeded();
            return Future.succeededFuture();
        }

        @Override
        public Future<Void> refused(ProxyException why) {
            // A rule of ours says nothing about the target's health.
            if (why.kind() != ProxyException.Kind.DENIED) {
                target.failed();
            }
            return Future.succeededFuture();
        }
    }
}
