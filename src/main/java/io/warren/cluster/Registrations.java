package io.warren.cluster;

import io.warren.spi.Egress;
import io.warren.spi.Endpoint;
import io.warren.spi.Offer;
import java.util.Optional;

/** The endpoints of this process, as the cluster uses them. Any thread. */
public interface Registrations {
    /**
     * Another member's registration can be used from now on.
     *
     * @param id names it in this process; no registration of this process has such an id
     * @param way to it over the trunk; from any event loop
     */
    void appeared(long id, Endpoint endpoint, Offer offer, Egress way);

    /** @param lost whether its member is gone, so that the agent may come back by another one */
    void vanished(long id, Endpoint endpoint, boolean lost);

    /** The way to exactly that registration of this process; empty when it is gone. */
    Optional<Egress> own(long id);
}
