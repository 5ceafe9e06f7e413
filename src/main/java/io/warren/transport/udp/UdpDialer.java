package io.warren.transport.udp;

import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.warren.net.Address;
import io.warren.net.DatagramFlow;
import io.warren.net.ProxyException;
import io.warren.net.Stream;
import io.warren.spi.Destination;
import io.warren.spi.Dialer;
import io.warren.spi.Egress;
import io.warren.spi.Session;
import java.util.Optional;

/** Datagrams to a node that speaks datagrams. */
final class UdpDialer extends VerticleBase implements Dialer {
    @Override
    public Future<Stream> dial(Session session, Address node, Egress below) {
        return Future.failedFuture(
                ProxyException.unsupported("a stream over udp (expected: a connector for datagrams)"));
    }

    @Override
    public Future<DatagramFlow> dialDatagrams(Session session, Address node, Egress below) {
        return below.associate(session, Optional.of(Destination.udp(node)));
    }
}
