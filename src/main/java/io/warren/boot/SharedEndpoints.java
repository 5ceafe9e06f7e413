package io.warren.boot;

import io.warren.cluster.Registrations;
import io.warren.service.Endpoints;
import io.warren.spi.Egress;
import io.warren.spi.Endpoint;
import io.warren.spi.Offer;
import java.util.Optional;

/** This process's endpoints for the cluster, which does not know services. */
record SharedEndpoints(Endpoints endpoints) implements Registrations {
    @Override
    public void appeared(long id, Endpoint endpoint, Offer offer, Egress way) {
        endpoints.appeared(id, endpoint, offer, way);
    }

    @Override
    public void vanished(long id, Endpoint endpoint, boolean lost) {
        endpoints.vanished(id, endpoint, lost);
    }

    @Override
    public Optional<Egress> own(long id) {
        return endpoints.own(id);
    }
}
