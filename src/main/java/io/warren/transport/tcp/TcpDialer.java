package io.warren.transport.tcp;

import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.warren.net.Address;
import io.warren.net.Stream;
import io.warren.spi.Destination;
import io.warren.spi.Dialer;
import io.warren.spi.Egress;
import io.warren.spi.Session;

final class TcpDialer extends VerticleBase implements Dialer {
    @Override
    public Future<Stream> dial(Session session, Address node, Egress below) {
        return below.connect(session, Destination.tcp(node));
    }
}
