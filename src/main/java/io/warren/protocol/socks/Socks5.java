package io.warren.protocol.socks;

import io.warren.spi.Protocol;

/** SOCKS5 with gost's extensions. */
public final class Socks5 {
    public static final Protocol PROTOCOL = Protocol.named("socks5", "socks")
            .handler(Socks5Options::read, Socks5Handler::new)
            .connector(Socks5ConnectorOptions::read, Socks5Connector::new);

    private Socks5() {}
}
