package io.warren.transport.tcp;

import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.warren.net.Address;
import io.warren.net.ListenOptions;
import io.warren.net.TcpServer;
import io.warren.spi.Door;
import io.warren.spi.Inbound;
import io.warren.spi.Listener;
import java.util.function.Consumer;

final class TcpListener extends VerticleBase implements Listener {
    private final ListenOptions options;
    private TcpServer server;

    TcpListener(ListenOptions options) {
        this.options = options;
    }

    @Override
    public Future<Address> listen(Address address, Door door, Consumer<Inbound> arrivals) {
        return TcpServer.listen(
                        context, address, options, stream -> door.admit(stream).onSuccess(arrivals::accept))
                .onSuccess(listening -> server = listening)
                .map(TcpServer::address);
    }

    @Override
    public Future<Void> retire() {
        return server == null ? Future.succeededFuture() : server.retire();
    }

    @Override
    public Future<?> stop() {
        return server == null ? Future.succeededFuture() : server.close();
    }
}
