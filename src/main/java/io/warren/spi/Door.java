package io.warren.spi;

import io.vertx.core.Future;
import io.warren.net.DatagramFlow;
import io.warren.net.ProxyException;
import io.warren.net.Stream;
import java.util.Optional;

/**
 * What a carrier passes before anything above it: PROXY header, admission, limits. A listener shows everything that it accepts to the door, before TLS
 * and mux. Called on the listener's context.
 */
public interface Door {
    /** @return the session of that connection; fails when it was turned away, and then it is closed already */
    Future<Inbound> admit(Stream raw);

    /** @return the session of that client's datagrams; empty when it was turned away, and then the flow is closed already */
    Optional<Inbound> admit(DatagramFlow raw);

    /**
     * @param known a conduit whose client its session already names, as a far end told
     * @return the same; fails when it was turned away, and then it is closed already. By default nobody is let in
     */
    default Future<Inbound> admit(Inbound known) {
        known.conduit().close();
        return Future.failedFuture(ProxyException.denied("not admitted"));
    }
}
