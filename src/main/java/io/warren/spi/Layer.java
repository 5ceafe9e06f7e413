package io.warren.spi;

import io.vertx.core.Future;
import io.warren.net.Address;
import io.warren.net.Stream;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** Both ends of a format that runs on any stream: TLS, WebSocket, a mux. One instance belongs to one event loop. */
public interface Layer {
    /**
     * @param node the address as configured: default for SNI and Host, and the key of a mux's live carrier
     * @param below opens a carrier; a mux asks for one only when it has none
     */
    Future<Stream> dial(Session session, Address node, Supplier<Future<Stream>> below);

    /** @param above called once, or by a mux once for each stream; not at all when the layer's handshake fails (then the carrier is closed) */
    void accept(Inbound below, Consumer<Inbound> above);

    /** Ends what it keeps open between calls: the carriers of a mux. */
    default void close() {}
}
