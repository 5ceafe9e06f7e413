package io.warren.boot;

import io.warren.cluster.Registrations;
import io.warren.service.Endpoints;
import io.warren.spi.Egress;
import io.warren.spi.Foreign;
import java.util.Map;
import java.util.Optional;

/** This process's endpoints for the cluster, which does not know services. */
record SharedEndpoints(Endpoints endpoints) implements Registrations {
    @Override
    public Foreign.Told appeared(Foreign registration) {
        return endpoints.appeared(registration);
    }

    @Override
    public void revived() {
        endpoints.revived();
    }

    @Override
    public Map<Long, Integer> counts() {
        return endpoints.counts();
    }

    @Override
    public Optional<Egress> own(long id) {
        return endpoints.own(id);
    }
}
