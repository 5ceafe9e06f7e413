package io.warren.spi;

import java.util.Optional;

/** Chooses the target of a port forwarding. Any thread. */
@FunctionalInterface
public interface Forwarder {
    /** @return empty when no target is configured or eligible */
    Optional<Target> select(Session session, Network network);

    /** A chosen target, and what became of it. */
    interface Target {
        String name();

        Destination destination();

        void failed();

        void succeeded();
    }
}
