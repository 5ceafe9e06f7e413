package io.warren.protocol.direct;

import io.warren.spi.Protocol;
import io.warren.spi.Transport;

/** The catalogue's lines for nodes that are none. */
public final class Direct {
    public static final Protocol PROTOCOL = Protocol.named("direct", "virtual")
            .connector(DirectOptions::read, (scope, options) -> new DirectConnector(scope, options));

    /** Nothing is dialled for such a node. */
    public static final Transport TRANSPORT =
            Transport.named("direct", "virtual").dialer(section -> section, (scope, section) -> new NoDialer());

    private Direct() {}
}
