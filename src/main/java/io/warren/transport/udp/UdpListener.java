package io.warren.transport.udp;

import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.warren.net.Address;
import io.warren.net.UdpSessions;
import io.warren.spi.Door;
import io.warren.spi.Inbound;
import io.warren.spi.Listener;
import java.util.function.Consumer;

/** One socket, and a session for each client. */
final class UdpListener extends VerticleBase implements Listener {
    private final UdpSessions.Options options;
    private UdpSessions sessions;

    UdpListener(UdpSessions.Options options) {
        this.options = options;
    }

    @Override
    public boolean perLoop() {
        return false;
    }

    @Override
    public Future<Address> listen(Address address, Door door, Consumer<Inbound> arrivals) {
        return UdpSessions.listen(
                        context, address, options, flow -> door.admit(flow).ifPresent(arrivals))
                .onSuccess(listening -> sessions = listening)
                .map(UdpSessions::address);
    }

    /** Ends the sessions too: they share the socket, and their clients' next datagrams are for whoever listens then. */
    @Override
    public Future<Void> retire() {
        return sessions == null ? Future.succeededFuture() : sessions.close();
    }

    @Override
    public Future<?> stop() {
        return retire();
    }
}
