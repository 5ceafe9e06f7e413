package io.warren.route;

import io.warren.spi.Destination;
import io.warren.spi.Session;

/** A node's rule about what it takes. Any thread. */
@FunctionalInterface
public interface Matcher {
    Matcher ALL = (session, target) -> true;

    boolean matches(Session session, Destination target);
}
