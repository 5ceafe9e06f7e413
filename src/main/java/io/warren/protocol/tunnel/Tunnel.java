package io.warren.protocol.tunnel;

import io.warren.spi.Handler;
import io.warren.spi.Protocol;

/** The catalogue's line for the tunnel protocol. */
public final class Tunnel {
    private Tunnel() {}

    /** @param web serves HTTP requests at entry points, each over the way out that it is given */
    public static Protocol protocol(Protocol.Factory<Handler> web) {
        return Protocol.named("tunnel")
                .handler(TunnelHandlerOptions::read, TunnelHandler::new)
                .connector(TunnelConnectorOptions::read, (scope, options) -> new TunnelConnector(options))
                .entrances(section -> Entrypoints.read(section, web));
    }
}
