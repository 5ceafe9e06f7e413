package io.warren.protocol.tunnel;

import io.warren.spi.Protocol;

/** The catalogue's line for the tunnel protocol. */
public final class Tunnel {
    public static final Protocol PROTOCOL = Protocol.named("tunnel")
            .handler(TunnelHandlerOptions::read, TunnelHandler::new)
            .connector(TunnelConnectorOptions::read, (scope, options) -> new TunnelConnector(options));

    private Tunnel() {}
}
