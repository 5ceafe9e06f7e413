package io.warren.service;

import io.vertx.core.Future;
import io.warren.spi.Authenticator;
import io.warren.spi.Directory;
import io.warren.spi.Egress;
import io.warren.spi.Endpoint;
import io.warren.spi.Offer;
import io.warren.spi.Registration;
import io.warren.spi.Session;
import java.util.Optional;

/** A directory in which users publish what they may claim, and nothing else. */
public record AllowedEndpoints(Directory directory, Authenticator users) implements Directory {
    @Override
    public Future<Registration> publish(Session session, Endpoint endpoint, Offer offer, Egress back) {
        return offer.user()
                .flatMap(user -> users.refusal(user, endpoint))
                .<Future<Registration>>map(Future::failedFuture)
                .orElseGet(() -> directory.publish(session, endpoint, offer, back));
    }

    @Override
    public Optional<String> owner(Endpoint endpoint) {
        return directory.owner(endpoint);
    }

    @Override
    public Egress to(Endpoint endpoint) {
        return directory.to(endpoint);
    }
}
