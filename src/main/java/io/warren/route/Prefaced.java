package io.warren.route;

import io.vertx.core.Future;
import io.warren.codec.ProxyHeader;
import io.warren.net.Address;
import io.warren.net.DatagramFlow;
import io.warren.net.Stream;
import io.warren.spi.Destination;
import io.warren.spi.Egress;
import io.warren.spi.Session;
import java.util.Optional;

/** Sends a PROXY header with the session's client before anything else on each stream. */
final class Prefaced implements Egress {
    private final Egress way;
    private final int version;

    Prefaced(Egress way, int version) {
        this.way = way;
        this.version = version;
    }

    @Override
    public Future<Stream> connect(Session session, Destination target) {
        return way.connect(session, target).map(stream -> {
            Address client = session.client();
            stream.write(ProxyHeader.of(client, session.local(), version));
            return stream;
        });
    }

    @Override
    public Future<DatagramFlow> associate(Session session, Optional<Destination> target) {
        return way.associate(session, target);
    }
}
