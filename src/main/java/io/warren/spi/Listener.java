package io.warren.spi;

import io.vertx.core.Deployable;
import io.vertx.core.Future;
import io.warren.net.Address;
import java.util.Optional;
import java.util.function.Consumer;

/** Lets clients in. A verticle, deployed by its service on the service's context. Undeploying ends what it accepted. */
public interface Listener extends Deployable {
    /**
     * Starts to accept.
     *
     * @param address the service's {@code addr}; an empty host is every address
     * @param door shown every carrier first
     * @param arrivals called on this listener's context
     * @return where it listens, with the real port; fails when it cannot, with a message that names the address
     */
    Future<Address> listen(Address address, Door door, Consumer<Inbound> arrivals);

    /** Accepts nothing more; what was accepted stays until it ends. */
    Future<Void> retire();

    /** Whether every event loop may have one of its own; false for a listener with state that cannot be shared (datagrams, reverse ports). */
    default boolean perLoop() {
        return true;
    }

    /** Why nobody can come in at the moment, of a listener whose port is elsewhere and has to be asked for; empty = all is well. Any thread. */
    default Optional<String> trouble() {
        return Optional.empty();
    }
}
