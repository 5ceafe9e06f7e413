package io.warren.spi;

import io.vertx.core.Future;
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

    /** Whether this client has to log in at all: a handler asks a client for credentials only then. */
    default boolean needs(Session session) {
        return true;
    }
}
