package io.warren.spi;

import io.vertx.core.Future;

/** Who can be reached under which endpoint: of this process, or of the whole cluster. Any event loop. */
public interface Directory {
    /**
     * Announces that {@code back} serves {@code endpoint}, and opens the port where it has one.
     *
     * @return fails with DENIED when it belongs to somebody else, INTERNAL when the port cannot be opened
     */
    Future<Registration> publish(Session session, Endpoint endpoint, Offer offer, Egress back);

    /** The way to whoever serves {@code endpoint} at the moment of each use; connect and associate fail with UNREACHABLE when nobody does. */
    Egress to(Endpoint endpoint);
}
