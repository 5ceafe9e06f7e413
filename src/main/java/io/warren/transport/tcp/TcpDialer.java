package io.warren.transport.tcp;

import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.warren.net.Address;
import io.warren.net.KeepAlive;
import io.warren.net.Stream;
import io.warren.spi.Destination;
import io.warren.spi.Dialer;
import io.warren.spi.Egress;
import io.warren.spi.Session;

final class TcpDialer extends VerticleBase implements Dialer {
    private final KeepAlive keepAlive;

    TcpDialer(TcpOptions options) {
        this.keepAlive = options.keepAlive();
    }

    @Override
    public Future<Stream> dial(Session session, Address node, Egress below) {
        return below.connect(session, Destination.tcp(node)).map(this::tune);
    }

    private Stream tune(Stream stream) {
        // The way has dialled with the usual keep-alive.
        if (!keepAlive.equals(KeepAlive.DEFAULT)) {
            stream.keepAlive(keepAlive);
        }
        return stream;
    }
}
