package io.warren.route;

import io.warren.net.Address;
import io.warren.net.DialOptions;
import io.warren.spi.Connector;
import io.warren.spi.Destination;
import io.warren.spi.Dialer;
import io.warren.spi.Session;

/**
 * A proxy that a chain goes through, on one event loop.
 *
 * @param address as configured
 * @param dial how its sockets are dialled when it is the first of the chain
 */
public record Node(String name, Address address, Dialer dialer, Connector connector, DialOptions dial, NodeRules rules)
        implements Candidate {
    boolean takes(Session session, Destination target) {
        return !rules.bypass().matches(target) && rules.matcher().matches(session, target);
    }

    @Override
    public String toString() {
        return name;
    }
}
