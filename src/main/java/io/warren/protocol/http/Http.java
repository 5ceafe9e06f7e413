package io.warren.protocol.http;

import io.warren.spi.Handler;
import io.warren.spi.Protocol;

/** The catalogue's entry. */
public final class Http {
    public static final Protocol PROTOCOL = Protocol.named("http")
            .handler(HttpOptions::read, HttpHandler::new)
            .connector(HttpConnectorOptions::read, (scope, options) -> new HttpConnector(options));

    /** Serves requests for web sites, each by its Host; reads the {@code entrypoint} keys of the handler whose entry point it is. */
    public static final Protocol.Factory<Handler> FRONT = section -> {
        HttpOptions options = HttpOptions.front(section);
        return scope -> new HttpHandler(scope, options);
    };

    private Http() {}
}
