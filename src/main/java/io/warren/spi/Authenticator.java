package io.warren.spi;

import io.vertx.core.Future;

/** Who may log in. Any thread. */
@FunctionalInterface
public interface Authenticator {
    /** @return the client id, which is the user's name unless a plugin says otherwise; fails with UNAUTHORIZED */
    Future<String> authenticate(Session session, String user, String password);

    /** Whether this client has to log in at all: a handler asks a client for credentials only then. */
    default boolean needs(Session session) {
        return true;
    }
}
