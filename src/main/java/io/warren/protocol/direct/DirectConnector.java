package io.warren.protocol.direct;

import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.warren.net.DatagramFlow;
import io.warren.net.ProxyException;
import io.warren.net.Stream;
import io.warren.spi.Connector;
import io.warren.spi.Destination;
import io.warren.spi.Egress;
import io.warren.spi.Scope;
import io.warren.spi.Session;
import java.util.Optional;

/** Dials the target from this host, or refuses it. */
final class DirectConnector extends VerticleBase implements Connector {
    private final Egress way;

    DirectConnector(Scope scope, DirectOptions options) {
        this.way = options.reject() ? new Rejection() : new io.warren.relay.Direct(scope.dial());
    }

    @Override
    public Optional<Egress> instead() {
        return Optional.of(way);
    }

    @Override
    public Future<Stream> connect(Session session, Stream carrier, Destination target) {
        carrier.close();
        return way.connect(session, target);
    }

    private static final class Rejection implements Egress {
        @Override
        public Future<Stream> connect(Session session, Destination target) {
            return Future.failedFuture(ProxyException.denied(target + " is rejected by the chain"));
        }

        @Override
        public Future<DatagramFlow> associate(Session session, Optional<Destination> target) {
            return Future.failedFuture(
                    ProxyException.denied(target.map(to -> to + " is").orElse("udp is") + " rejected by the chain"));
        }
    }
}
