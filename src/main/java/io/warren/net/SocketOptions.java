package io.warren.net;

import io.netty.bootstrap.AbstractBootstrap;
import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelException;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.epoll.EpollChannelOption;
import io.netty.channel.unix.Buffer;
import io.netty.channel.unix.IntegerUnixChannelOption;
import io.netty.channel.unix.RawUnixChannelOption;
import io.netty.util.internal.CleanableDirectBuffer;
import io.vertx.core.net.TcpConfig;
import io.vertx.core.net.TcpOption;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
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

    private static final int SOCK_FPROG = 16;
    private static final int SOCK_FILTER = 8;
    private static final RawUnixChannelOption ATTACH_FILTER =
            new RawUnixChannelOption("SO_ATTACH_FILTER", SOL_SOCKET, 26, SOCK_FPROG);
    private static final IntegerUnixChannelOption DETACH_FILTER =
            new IntegerUnixChannelOption("SO_DETACH_FILTER", SOL_SOCKET, 27);

    /** Classic BPF (linux/filter.h) over a TCP header: code, jump when true and when false, operand. */
    private static final long[][] NO_SYN = {
        {0x30, 0, 0, 13}, // the byte with the flags
        {0x54, 0, 0, 0x12}, // SYN and ACK of them
        {0x15, 0, 1, 0x02}, // SYN alone?
        {0x06, 0, 0, 0}, // nothing of the segment
        {0x06, 0, 0, 0xffff_ffffL}, // all of it
    };

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

    /**
     * A listening socket begins no handshake any more, and completes those that are under way.
     *
     * @return false where that is not possible
     */
    static boolean turnAway(Channel listening) {
        if (Buffer.addressSize() != Long.BYTES) {
            return false;
        }
        CleanableDirectBuffer memory = Buffer.allocateDirectBufferWithNativeOrder(NO_SYN.length * SOCK_FILTER);
        try {
            ByteBuffer filter = memory.buffer();
            for (long[] step : NO_SYN) {
                filter.putShort((short) step[0])
                        .put((byte) step[1])
                        .put((byte) step[2])
                        .putInt((int) step[3]);
            }
            ByteBuffer program = ByteBuffer.allocate(SOCK_FPROG).order(ByteOrder.nativeOrder());
            program.putShort(0, (short) NO_SYN.length);
            program.putLong(Long.BYTES, Buffer.memoryAddress(filter));
            return listening.config().setOption(ATTACH_FILTER, program);
        } catch (ChannelException e) {
            return false;
        } finally {
            memory.clean();
        }
    }

    /** It begins handshakes again. */
    static void letIn(Channel listening) {
        try {
            listening.config().setOption(DETACH_FILTER, 0);
        } catch (ChannelException e) {
            // Then there was no filter.
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
