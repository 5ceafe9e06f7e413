package io.warren.spi;

import io.vertx.core.Deployable;
import io.vertx.core.Future;

/** Speaks an application protocol with a client, up to the point where it is clear what the client wants. A verticle. */
public interface Handler extends Deployable {
    /**
     * @return what the client wants; fails with {@code ProxyException} after telling the client so, where its protocol can. The service closes the
     *     conduit in either case, once the intent is carried out
     */
    Future<Intent> negotiate(Inbound inbound);
}
