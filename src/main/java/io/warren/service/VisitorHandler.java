package io.warren.service;

import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.warren.spi.Destination;
import io.warren.spi.Handler;
import io.warren.spi.Inbound;
import io.warren.spi.Intent;
import io.warren.spi.Network;
import io.warren.spi.Reply;
import io.warren.spi.Session;
import java.time.Duration;
import java.util.Optional;

/** Wants every visitor of a bound port to reach whoever serves it. */
final class VisitorHandler extends VerticleBase implements Handler {
    private final Network network;

    VisitorHandler(Network network) {
        this.network = network;
    }

    @Override
    public Future<Intent> negotiate(Inbound inbound) {
        Session session = inbound.session();
        Destination visited = new Destination(network, session.local());
        Intent intent = network == Network.UDP
                ? new Intent.Associate(
                        session, Optional.of(visited), inbound.flow(), inbound.flow(), Reply.SILENT, Duration.ZERO)
                : Intent.Connect.to(session, visited, inbound.stream(), Reply.SILENT);
        return Future.succeededFuture(intent);
    }
}
