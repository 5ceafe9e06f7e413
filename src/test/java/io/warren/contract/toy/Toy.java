package io.warren.contract.toy;

import io.warren.spi.Protocol;

/** The catalogue's line. */
public final class Toy {
    public static final Protocol PROTOCOL = Protocol.named("toy")
            .handler(ToyOptions::read, ToyHandler::new)
            .connector(ToyOptions::read, (scope, options) -> new ToyConnector(options));

    private Toy() {}
}
