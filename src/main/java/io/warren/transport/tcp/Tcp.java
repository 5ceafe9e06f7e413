package io.warren.transport.tcp;

import io.warren.spi.Transport;

/** The {@code tcp} transport. */
public final class Tcp {
    public static final Transport TRANSPORT = Transport.named("tcp")
            .listener(TcpOptions::read, (scope, options) -> new TcpListener(options))
            .dialer(TcpOptions::read, (scope, options) -> new TcpDialer(options));

    private Tcp() {}
}
