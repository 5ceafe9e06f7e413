package io.warren.net;

import io.netty.bootstrap.AbstractBootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.ChannelOption;
import io.netty.channel.epoll.EpollChannelOption;
import io.netty.channel.unix.IntegerUnixChannelOption;
import io.vertx.core.net.TcpConfig;
import io.vertx.core.net.TcpOption;

/** Options of sockets on Linux that Netty does not name, or not for the kind of socket they are wanted on. */
final class SocketOptions {
    // asm-generic/socket.h, netinet/in.h and netinet/tcp.h
    private static final int SOL_SOCKET = 1;
    private static final int TCP = 6;

    static final IntegerUnixChannelOption MARK = new IntegerUnixChannelOption("SO_MARK", SOL_SOCKET, 36);

    private static final IntegerUnixChannelOption LISTENING_KEEPALIVE =
            new IntegerUnixChannelOption("SO_KEEPALIVE", SOL_SOCKET, 9);
    private static final IntegerUnixChannelOption LISTENING_KEEPIDLE =
            new IntegerUnixChannelOption("TCP_KEEPIDLE", TCP, 4);
    private static final IntegerUnixChannelOption LISTENING_KEEPINTVL =
            new IntegerUnixChannelOption("TCP_KEEPINTVL", TCP, 5);
    private static final IntegerUnixChannelOption LISTENING_KEEPCNT =
            new IntegerUnixChannelOption("TCP_KEEPCNT", TCP, 6);

    private SocketOptions() {}

    /**
     * Sets on the listening socket what Vert.x would set on each accepted one: Linux hands it on, which saves five system calls a connection.
     * TCP_NODELAY is not even needed there, since Netty sets it on every socket it makes.
     */
    static void inherit(TcpConfig config, ServerBootstrap bootstrap) {
        bootstrap
                .childOption(ChannelOption.TCP_NODELAY, null)
                .childOption(ChannelOption.SO_KEEPALIVE, null)
                .childOption(EpollChannelOption.TCP_KEEPIDLE, null)
                .childOption(EpollChannelOption.TCP_KEEPINTVL, null)
                .childOption(EpollChannelOption.TCP_KEEPCNT, null);
        bootstrap.option(LISTENING_KEEPALIVE, config.isSoKeepAlive() ? 1 : 0);
        set(bootstrap, LISTENING_KEEPIDLE, config.getOption(TcpOption.KEEPIDLE));
        set(bootstrap, LISTENING_KEEPINTVL, config.getOption(TcpOption.KEEPINTVL));
        set(bootstrap, LISTENING_KEEPCNT, config.getOption(TcpOption.KEEPCNT));
    }

    private static void set(AbstractBootstrap<?, ?> bootstrap, ChannelOption<Integer> option, Integer value) {
        if (value != null && value > 0) {
            bootstrap.option(option, value);
        }
    }
}
