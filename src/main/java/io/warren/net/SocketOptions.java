package io.warren.net;

import io.netty.bootstrap.AbstractBootstrap;
import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelException;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.epoll.EpollChannelOption;
import io.netty.channel.unix.IntegerUnixChannelOption;
import io.netty.channel.unix.RawUnixChannelOption;
import io.vertx.core.net.TcpConfig;
import io.vertx.core.net.TcpOption;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** Options of sockets on Linux that Netty does not name, or not for the kind of socket they are wanted on. */
final class SocketOptions {
    // asm-generic/socket.h, netinet/in.h and netinet/tcp.h
    private static final int SOL_SOCKET = 1;
    private static final int TCP = 6;

    private static final IntegerUnixChannelOption MARK = new IntegerUnixChannelOption("SO_MARK", SOL_SOCKET, 36);

    private static final IntegerUnixChannelOption RCVBUFFORCE =
            new IntegerUnixChannelOption("SO_RCVBUFFORCE", SOL_SOCKET, 33);

    private static final IntegerUnixChannelOption LISTENING_KEEPALIVE =
            new IntegerUnixChannelOption("SO_KEEPALIVE", SOL_SOCKET, 9);
    private static final IntegerUnixChannelOption LISTENING_KEEPIDLE =
            new IntegerUnixChannelOption("TCP_KEEPIDLE", TCP, 4);
    private static final IntegerUnixChannelOption LISTENING_KEEPINTVL =
            new IntegerUnixChannelOption("TCP_KEEPINTVL", TCP, 5);
    private static final IntegerUnixChannelOption LISTENING_KEEPCNT =
            new IntegerUnixChannelOption("TCP_KEEPCNT", TCP, 6);

    /** Netty asks for a handler; this one leaves the pipeline at once. */
    static final ChannelInitializer<Channel> NO_HANDLER = new ChannelInitializer<>() {
        @Override
        protected void initChannel(Channel channel) {}
    };

    private SocketOptions() {}

    /**
     * Marks a socket and binds it to an interface. Where the process may not, Netty logs a warning and the dial goes on, as gost does.
     *
     * @param mark 0 = none
     * @param device empty = none
     */
    static void dial(Bootstrap bootstrap, int mark, String device) {
        if (mark != 0) {
            bootstrap.option(MARK, mark);
        }
        if (!device.isEmpty()) {
            byte[] name = (device + '\0').getBytes(StandardCharsets.US_ASCII);
            bootstrap.option(
                    new RawUnixChannelOption("SO_BINDTODEVICE", SOL_SOCKET, 25, name.length), ByteBuffer.wrap(name));
        }
    }

    /** Beyond the system's limit where the process may (CAP_NET_ADMIN), else up to it. */
    static void receiveBuffer(Channel channel, int bytes) {
        try {
            channel.config().setOption(RCVBUFFORCE, bytes);
        } catch (ChannelException e) {
            // The ordinary option was set before.
        }
    }

    static void keepAlive(Bootstrap bootstrap, KeepAlive keepAlive) {
        set(bootstrap, EpollChannelOption.TCP_KEEPIDLE, (int) keepAlive.idle().toSeconds());
        set(bootstrap, EpollChannelOption.TCP_KEEPINTVL, (int)
                keepAlive.interval().toSeconds());
        set(bootstrap, EpollChannelOption.TCP_KEEPCNT, keepAlive.count());
    }

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
