package io.warren.protocol.relay;

import io.warren.spi.Protocol;

/** The catalogue's line for the relay protocol. */
public final class Relay {
    public static final Protocol PROTOCOL = Protocol.named("relay")
            .handler(RelayHandlerOptions::read, RelayHandler::new)
            .connector(RelayConnectorOptions::read, (scope, options) -> new RelayConnector(options));

    private Relay() {}
}
