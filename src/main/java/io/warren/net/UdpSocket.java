package io.warren.net;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.FixedRecvByteBufAllocator;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.epoll.EpollChannelOption;
import io.netty.channel.epoll.EpollDatagramChannel;
import io.netty.channel.socket.DatagramChannel;
import io.netty.channel.socket.DatagramPacket;
import io.netty.channel.socket.SocketProtocolFamily;
import io.netty.channel.socket.nio.NioDatagramChannel;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.internal.ContextInternal;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.PortUnreachableException;
import java.util.List;

/**
 * A UDP socket, bound or connected. Reads and writes in batches where the system can. What is received is copied once to a buffer of its size, so that
 * a datagram that waits somewhere does not hold a whole batch's memory.
 *
 * <p>A connected socket closes when its peer's host says that nobody listens there; a bound one stays open whatever its peers do.
 */
public final class UdpSocket implements DatagramFlow {
    private static final int BATCH_BYTES = 1 << 20;
    private static final int BATCH = 64;

    /** Beyond this a slow device's datagrams are dropped. */
    private static final int MOST_UNSENT = 1 << 20;

    private static final int MOST_LOOKUPS = 64;

    private final ContextInternal context;
    private final Channel channel;
    private final Address remote;
    private final boolean connected;
    private final PacketQueue queue;
    private final UdpSender sender;
    private final Promise<Void> closed;
    private final Address local;
    private Address lastPeer = Address.NONE;
    private int lookups;
    private long dropped;

    private UdpSocket(ContextInternal context, Channel channel, Address remote, UdpOptions options) {
        this.context = context;
        this.channel = channel;
        this.remote = remote;
        this.connected = !remote.equals(Address.NONE);
        this.queue = new PacketQueue(options.queue());
        this.sender = new UdpSender(channel, connected);
        this.closed = context.promise();
        this.local = Address.of((InetSocketAddress) channel.localAddress());
        channel.pipeline().addLast(new Incoming());
        channel.closeFuture().addListener(f -> {
            sender.release();
            queue.end();
            queue.release();
            closed.tryComplete();
        });
        channel.config().setAutoRead(true);
    }

    /**
     * Binds, on the caller's context.
     *
     * @param address where; an empty host is all addresses of both families, a name its first IPv4 address
     * @return fails with INTERNAL and the reason
     */
    public static Future<UdpSocket> bind(Context context, Address address, UdpOptions options) {
        return bind(context, address, DialOptions.DEFAULT, options);
    }

    /**
     * As {@link #bind(Context, Address, UdpOptions)}, for a client.
     *
     * @param dial its mark is set; when {@code address} has no host, the first IP of its interfaces is used
     */
    public static Future<UdpSocket> bind(Context context, Address address, DialOptions dial, UdpOptions options) {
        ContextInternal own = Loops.internal(context);
        return LocalEnd.of(own, dial.interfaces())
                .compose(ends -> {
                    Address from = address.host().isEmpty() ? ends.get(0).source(address) : address;
                    return TcpServer.bindHost(own.owner(), from.host()).map(from::withHost);
                })
                .compose(where -> open(own, where.ip(), dial, "", options, channel -> channel.bind(where.socket())))
                .map(channel -> new UdpSocket(own, channel, Address.NONE, options))
                .recover(e -> Future.failedFuture(new ProxyException(
                        ProxyException.Kind.INTERNAL,
                        ProxyException.Side.SELF,
                        "bind udp " + address + ": " + e.getMessage(),
                        e)));
    }

    /**
     * A socket that speaks with {@code target} only, on the caller's context. A name's first address is used, IPv4 before IPv6 as the system orders
     * them.
     *
     * @return fails with RESOLVE or UNREACHABLE
     */
    public static Future<UdpSocket> connect(Context context, Address target, DialOptions dial, UdpOptions options) {
        ContextInternal own = Loops.internal(context);
        Future<List<InetAddress>> addresses = target.isIp()
                ? Future.succeededFuture(List.of(target.ip()))
                : Names.resolve(own.owner(), target.host());
        return addresses
                .compose(all -> LocalEnd.of(own, dial.interfaces())
                        .compose(ends ->
                                connect(own, new InetSocketAddress(all.get(0), target.port()), dial, options, ends, 0)))
                .recover(e -> Future.failedFuture(
                        e instanceof ProxyException
                                ? e
                                : new ProxyException(
                                        ProxyException.Kind.UNREACHABLE,
                                        ProxyException.Side.UPSTREAM,
                                        target + " (udp): " + e.getMessage(),
                                        e)));
    }

    private static Future<UdpSocket> connect(
            ContextInternal own,
            InetSocketAddress target,
            DialOptions dial,
            UdpOptions options,
            List<LocalEnd> ends,
            int which) {
        LocalEnd end = ends.get(which);
        return end.check(target.getAddress())
                .compose(v -> open(
                        own,
                        target.getAddress(),
                        dial,
                        end.device(target.getAddress()),
                        options,
                        channel -> end.address().isPresent()
                                ? channel.connect(
                                        target,
                                        new InetSocketAddress(end.address().get(), 0))
                                : channel.connect(target)))
                .map(channel -> new UdpSocket(own, channel, Address.of(target), options))
                .recover(e -> end.strict() || which + 1 == ends.size()
                        ? Future.failedFuture(e)
                        : connect(own, target, dial, options, ends, which + 1));
    }

    private interface Opening {
        ChannelFuture of(Channel channel);
    }

    private static Future<Channel> open(
            ContextInternal context,
            InetAddress family,
            DialOptions dial,
            String device,
            UdpOptions options,
            Opening opening) {
        boolean epoll = context.owner().isNativeTransportEnabled();
        int slots = epoll ? Math.max(1, Math.min(BATCH, BATCH_BYTES / options.maxPayload())) : 1;
        Bootstrap bootstrap = new Bootstrap()
                .group(context.nettyEventLoop())
                .channelFactory(() -> channel(epoll, family))
                .handler(SocketOptions.NO_HANDLER)
                .option(ChannelOption.AUTO_READ, false)
                .option(ChannelOption.SO_RCVBUF, options.socketBuffer())
                .option(ChannelOption.SO_SNDBUF, options.socketBuffer())
                .option(ChannelOption.RECVBUF_ALLOCATOR, receive(slots, options.maxPayload()))
                .option(ChannelOption.WRITE_BUFFER_WATER_MARK, new WriteBufferWaterMark(MOST_UNSENT / 2, MOST_UNSENT));
        if (epoll) {
            bootstrap.option(EpollChannelOption.MAX_DATAGRAM_PAYLOAD_SIZE, options.maxPayload());
            SocketOptions.dial(bootstrap, dial.mark(), device);
        }
        Promise<Channel> opened = context.promise();
        ChannelFuture registered = bootstrap.register();
        registered.addListener(r -> {
            if (!r.isSuccess()) {
                opened.fail(r.cause());
                return;
            }
            SocketOptions.receiveBuffer(registered.channel(), options.socketBuffer());
            ChannelFuture ready = opening.of(registered.channel());
            ready.addListener(f -> {
                if (f.isSuccess()) {
                    opened.complete(registered.channel());
                } else {
                    registered.channel().close();
                    opened.fail(f.cause());
                }
            });
        });
        return opened.future();
    }

    private static FixedRecvByteBufAllocator receive(int slots, int payload) {
        FixedRecvByteBufAllocator receive = new FixedRecvByteBufAllocator(slots * payload);
        receive.maxMessagesPerRead(2 * BATCH);
        return receive;
    }

    private static DatagramChannel channel(boolean epoll, InetAddress address) {
        boolean four = address instanceof Inet4Address;
        if (!epoll) {
            return four ? new NioDatagramChannel(SocketProtocolFamily.INET) : new NioDatagramChannel();
        }
        return four ? new EpollDatagramChannel(SocketProtocolFamily.INET) : new EpollDatagramChannel();
    }

    private final class Incoming extends ChannelInboundHandlerAdapter {
        @Override
        public void channelRead(ChannelHandlerContext ctx, Object message) {
            DatagramPacket packet = (DatagramPacket) message;
            ByteBuf bytes = packet.content();
            ByteBuf payload = ctx.alloc().directBuffer(Math.max(1, bytes.readableBytes()));
            payload.writeBytes(bytes);
            Address peer = peer(packet.sender());
            packet.release();
            queue.offer(payload, peer);
        }

        @Override
        public void channelReadComplete(ChannelHandlerContext ctx) {
            queue.batchEnd();
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
            if (connected && cause instanceof PortUnreachableException) {
                ctx.close();
            }
        }
    }

    private Address peer(InetSocketAddress sender) {
        if (sender == null) {
            return remote;
        }
        if (!lastPeer.isIp() || !lastPeer.socket().equals(sender)) {
            lastPeer = Address.of(sender);
        }
        return lastPeer;
    }

    @Override
    public boolean send(ByteBuf payload, Address peer) {
        Address to = connected ? remote : peer;
        if (!channel.isActive()
                || !channel.isWritable()
                || payload.readableBytes() > UdpOptions.LONGEST
                || to.port() <= 0) {
            return drop(payload);
        }
        if (!to.isIp()) {
            return lookUpAndSend(payload, to);
        }
        sender.add(payload, to.socket());
        return true;
    }

    @CanIgnoreReturnValue
    private boolean drop(ByteBuf payload) {
        dropped++;
        Drops.count();
        payload.release();
        return false;
    }

    private boolean lookUpAndSend(ByteBuf payload, Address name) {
        if (lookups >= MOST_LOOKUPS) {
            return drop(payload);
        }
        lookups++;
        Names.resolve(context.owner(), name.host())
                .onComplete(found -> context.runOnContext(v -> {
                    lookups--;
                    if (found.failed()) {
                        drop(payload);
                        return;
                    }
                    send(
                            payload,
                            Address.of(new InetSocketAddress(found.result().get(0), name.port())));
                    flush();
                }));
        return true;
    }

    @Override
    public void flush() {
        sender.flush();
    }

    @Override
    public void receiver(Receiver receiver) {
        queue.receiver(receiver);
    }

    @Override
    public int maxPayload() {
        return UdpOptions.LONGEST;
    }

    /** Datagrams that were given up: no receiver in time, or the device too slow. */
    public long dropped() {
        return dropped + queue.dropped();
    }

    @Override
    public Context context() {
        return context;
    }

    @Override
    public Address local() {
        return local;
    }

    @Override
    public Address remote() {
        return remote;
    }

    @Override
    @CanIgnoreReturnValue
    public Future<Void> close() {
        flush();
        channel.close();
        return closed.future();
    }

    @Override
    public Future<Void> closed() {
        return closed.future();
    }
}
