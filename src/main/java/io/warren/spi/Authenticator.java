package io.warren.spi;

import io.vertx.core.Future;
import io.warren.net.ProxyException;
import java.util.Optional;

/** Who may log in. Any thread. */
@FunctionalInterface
public interface Authenticator {
    /** @return the client id, which is the user's name unless a plugin says otherwise; fails with UNAUTHORIZED */
    Future<String> authenticate(Session session, String user, String password);

    /** What this user may claim; empty = everything. */
    default Optional<EndpointList> endpoints(String user) {
        return Optional.empty();
    }

    /** Why this user may not claim the endpoint; empty when that is allowed. */
    default Optional<ProxyException> refusal(String user, Endpoint endpoint) {
        return endpoints(user)
                .filter(list -> !list.contains(endpoint))
                .map(list -> ProxyException.denied(
                        "user " + user + " may not claim " + endpoint + " (allowed: " + list + ")"));
    }

    /** Whether this client has to log in at all: a handler asks a client for credentials only then. */
    default boolean needs(Session session) {
        return true;
    }
}
