package io.warren.transport.tcp;

import io.warren.net.ListenOptions;
import io.warren.spi.Listener;
import io.warren.spi.Transport;

/** The {@code tcp} transport. */
public final class Tcp {
    public static final Transport TRANSPORT = Transport.named("tcp")
            .listener(TcpOptions::read, (scope, options) -> new TcpListener(options.listen()))
            .dialer(TcpOptions::read, (scope, options) -> new TcpDialer(options));

    private Tcp() {}

    /** What listens on the further ports of a service. */
    public static Listener forEntrances() {
        return new TcpListener(ListenOptions.DEFAULT);
    }

    /** What listens on a port that an agent has bound: nobody shares it. */
    public static Listener forVisitors() {
        return new TcpListener(ListenOptions.EXCLUSIVE);
    }
}
