package io.warren.protocol.forward;

import io.warren.spi.Protocol;

/** The catalogue's lines for port forwarding. */
public final class Forward {
    /** The handler, and the connector that takes a node's stream as it is. */
    public static final Protocol TCP = Protocol.named("tcp", "forward")
            .handler(ForwardOptions::read, ForwardHandler::new)
            .connector(section -> section, (scope, section) -> new ForwardConnector());

    public static final Protocol UDP = Protocol.named("udp").handler(ForwardOptions::read, ForwardHandler::new);

    /** Behind a listener that binds at a far end. */
    public static final Protocol REMOTE =
            Protocol.named("rtcp", "rudp", "runix").handler(ForwardOptions::read, ForwardHandler::new);

    private Forward() {}
}
