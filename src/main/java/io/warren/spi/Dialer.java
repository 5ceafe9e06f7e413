package io.warren.spi;

import io.vertx.core.Deployable;
import io.vertx.core.Future;
import io.warren.net.Address;
import io.warren.net.DatagramFlow;
import io.warren.net.ProxyException;
import io.warren.net.Stream;

/** Reaches a chain node over a transport. A verticle. */
public interface Dialer extends Deployable {
    /**
     * A stream to the node's application protocol.
     *
     * @param node the node's address, as configured
     * @param below the way there; not used when a carrier to the node is already there
     */
    Future<Stream> dial(Session session, Address node, Egress below);

    /** Datagrams to the node; by default fails with UNSUPPORTED. */
    default Future<DatagramFlow> dialDatagrams(Session session, Address node, Egress below) {
        return Future.failedFuture(ProxyException.unsupported("this dialer carries streams only"));
    }
}
