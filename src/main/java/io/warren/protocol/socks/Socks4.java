package io.warren.protocol.socks;

import io.warren.spi.Protocol;

/** SOCKS4 and SOCKS4A, CONNECT only. */
public final class Socks4 {
    public static final Protocol PROTOCOL = Protocol.named("socks4", "socks4a")
            .handler(Socks4Options::read, Socks4Handler::new)
            .connector(Socks4ConnectorOptions::read, Socks4Connector::new);

    private Socks4() {}
}
