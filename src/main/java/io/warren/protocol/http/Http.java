package io.warren.protocol.http;

import io.warren.spi.Protocol;

/** The catalogue's entry. */
public final class Http {
    public static final Protocol PROTOCOL = Protocol.named("http")
            .handler(HttpOptions::read, HttpHandler::new)
            .connector(HttpConnectorOptions::read, (scope, options) -> new HttpConnector(options));

    private Http() {}
}
