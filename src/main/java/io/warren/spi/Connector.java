package io.warren.spi;

import io.vertx.core.Deployable;
import io.vertx.core.Future;
import io.warren.net.Address;
import io.warren.net.DatagramFlow;
import io.warren.net.ProxyException;
import io.warren.net.Stream;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Asks a chain node for one of the three commands. A verticle. On failure the carrier is the caller's to close.
 */
public interface Connector extends Deployable {
    /** What comes before the request (methods, credentials). Up to here a failure is the node's, and marks it; later it is the target's. */
    default Future<Stream> handshake(Session session, Stream carrier) {
        return Future.succeededFuture(carrier);
    }

    /** @return the stream to {@code target}, on the same event loop: the carrier behind the node's reply, or with the reply still to be taken off */
    Future<Stream> connect(Session session, Stream carrier, Destination target);

    /**
     * @param node the node's address, for a protocol whose datagrams travel beside the carrier
     * @param below the way to the node
     */
    default Future<DatagramFlow> associate(
            Session session, Stream carrier, Optional<Destination> target, Address node, Egress below) {
        return Future.failedFuture(ProxyException.unsupported("this connector carries streams only"));
    }

    default Future<Egress.Binding> bind(Session session, Stream carrier, Destination local, Consumer<Inbound> peers) {
        return Future.failedFuture(ProxyException.unsupported("this connector cannot bind"));
    }

    /** A way that this connector takes instead of a carrier to its node ({@code direct}, {@code virtual}); empty = it needs the carrier. */
    default Optional<Egress> instead() {
        return Optional.empty();
    }
}
