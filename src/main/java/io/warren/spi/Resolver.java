package io.warren.spi;

import io.vertx.core.Future;
import java.net.InetAddress;

/** Finds the address of a name. Any event loop; the result completes on the caller's context. */
@FunctionalInterface
public interface Resolver {
    /** @return fails with RESOLVE when there is none */
    Future<InetAddress> resolve(Session session, String host);
}
