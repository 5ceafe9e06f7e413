package io.warren.net;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFactory;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelOption;
import io.netty.channel.ConnectTimeoutException;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.socket.SocketProtocolFamily;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.internal.VertxInternal;
import java.net.ConnectException;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NoRouteToHostException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/**
 * One TCP connection to a host, raced over its addresses as RFC 8305 says: families take turns, the next address starts when the one before failed
 * or has taken {@value #STAGGER_MS} ms, the first that is there wins.
 */
public final class TcpDial {
    static final long STAGGER_MS = 300;

    private final ContextInternal context;
    private final Address target;
    private final DialOptions options;
    private final LocalEnd from;
    private final Promise<Stream> result;
    private final Deque<InetAddress> left;
    private final List<ChannelFuture> running = new ArrayList<>();
    private Throwable lastFailure;
    private boolean over;

    private TcpDial(
            ContextInternal context, Address target, DialOptions options, List<InetAddress> addresses, LocalEnd from) {
        this.context = context;
        this.target = target;
        this.options = options;
        this.result = context.promise();
        this.left = interleave(addresses);
        this.from = from;
    }

    /**
     * Connects, on the caller's context.
     *
     * @return the stream, paused; fails with RESOLVE, REFUSED, UNREACHABLE or TIMEOUT
     */
    public static Future<Stream> connect(Context context, Address target, DialOptions options) {
        ContextInternal own = Loops.internal(context);
        if (target.isIp()) {
            return connect(own, target, options, List.of(target.ip()));
        }
        if (target.host().isEmpty()) {
            return connect(own, target, options, List.of(InetAddress.getLoopbackAddress()));
        }
        return Names.resolve(own.owner(), target.host()).compose(addresses -> connect(own, target, options, addresses));
    }

    private static Future<Stream> connect(
            ContextInternal own, Address target, DialOptions options, List<InetAddress> addresses) {
        return options.interfaces().isEmpty()
                ? new TcpDial(own, target, options, addresses, LocalEnd.ANY).start()
                : LocalEnd.of(own, options.interfaces())
                        .compose(ends -> connect(own, target, options, addresses, ends, 0));
    }

    private static Future<Stream> connect(
            ContextInternal own,
            Address target,
            DialOptions options,
            List<InetAddress> addresses,
            List<LocalEnd> ends,
            int which) {
        LocalEnd from = ends.get(which);
        List<InetAddress> reached = addresses.stream().filter(from::reaches).toList();
        Future<Stream> attempt = reached.isEmpty()
                ? from.check(addresses.get(0)).mapEmpty()
                : new TcpDial(own, target, options, reached, from).start();
        return attempt.recover(e -> from.strict() || which + 1 == ends.size()
                ? Future.failedFuture(e)
                : connect(own, target, options, addresses, ends, which + 1));
    }

    private static Deque<InetAddress> interleave(List<InetAddress> addresses) {
        Deque<InetAddress> first = new ArrayDeque<>();
        Deque<InetAddress> second = new ArrayDeque<>();
        boolean six = addresses.get(0) instanceof Inet6Address;
        for (InetAddress address : addresses) {
            (address instanceof Inet6Address == six ? first : second).add(address);
        }
        Deque<InetAddress> turns = new ArrayDeque<>();
        while (!first.isEmpty() || !second.isEmpty()) {
            if (!first.isEmpty()) {
                turns.add(first.poll());
            }
            if (!second.isEmpty()) {
                turns.add(second.poll());
            }
        }
        return turns;
    }

    private Future<Stream> start() {
        next();
        return result.future();
    }

    private void next() {
        InetAddress address = left.poll();
        if (over || address == null) {
            return;
        }
        InetSocketAddress to = new InetSocketAddress(address, target.port());
        ChannelFuture attempt = from.address().isPresent()
                ? bootstrap(address)
                        .connect(to, new InetSocketAddress(from.address().get(), 0))
                : bootstrap(address).connect(to);
        running.add(attempt);
        attempt.addListener(f -> ended(attempt));
        if (!left.isEmpty()) {
            context.nettyEventLoop().schedule(this::next, STAGGER_MS, java.util.concurrent.TimeUnit.MILLISECONDS);
        }
    }

    private Bootstrap bootstrap(InetAddress address) {
        VertxInternal vertx = context.owner();
        Bootstrap bootstrap = new Bootstrap()
                .group(context.nettyEventLoop())
                .channelFactory(factory(address))
                .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, (int)
                        options.timeout().toMillis())
                .handler(SocketOptions.NO_HANDLER);
        KeepAlive keepAlive = options.keepAlive();
        if (keepAlive.on()) {
            bootstrap.option(ChannelOption.SO_KEEPALIVE, true);
        }
        if (vertx.isNativeTransportEnabled()) {
            SocketOptions.dial(bootstrap, options.mark(), from.device(address));
            if (keepAlive.on()) {
                SocketOptions.keepAlive(bootstrap, keepAlive);
            }
        }
        return bootstrap;
    }

    private ChannelFactory<? extends Channel> factory(InetAddress address) {
        if (!context.owner().isNativeTransportEnabled()) {
            return context.owner().transport().channelFactory(false);
        }
        // A socket of its own family does not have to be told to speak both.
        return () -> new EpollSocketChannel(
                address instanceof Inet6Address ? SocketProtocolFamily.INET6 : SocketProtocolFamily.INET);
    }

    private void ended(ChannelFuture attempt) {
        running.remove(attempt);
        Channel channel = attempt.channel();
        if (over) {
            channel.close();
        } else if (attempt.isSuccess()) {
            over = true;
            running.forEach(loser -> loser.channel().close());
            result.complete(Stream.over(
                    context,
                    channel,
                    Address.of((InetSocketAddress) channel.localAddress()),
                    Address.of((InetSocketAddress) channel.remoteAddress())));
        } else {
            lastFailure = attempt.cause();
            next();
            if (running.isEmpty() && left.isEmpty()) {
                over = true;
                result.fail(failure());
            }
        }
    }

    private ProxyException failure() {
        ProxyException.Kind kind = ProxyException.Kind.UNREACHABLE;
        if (lastFailure instanceof ConnectTimeoutException) {
            kind = ProxyException.Kind.TIMEOUT;
        } else if (lastFailure instanceof ConnectException && !(lastFailure instanceof NoRouteToHostException)) {
            kind = String.valueOf(lastFailure.getMessage()).contains("refused")
                    ? ProxyException.Kind.REFUSED
                    : ProxyException.Kind.UNREACHABLE;
        }
        String why = switch (kind) {
            case TIMEOUT -> "no answer within " + options.timeout().toMillis() + " ms";
            case REFUSED -> "connection refused";
            default -> String.valueOf(lastFailure.getMessage());
        };
        return new ProxyException(kind, ProxyException.Side.UPSTREAM, target + ": " + why, lastFailure);
    }
}
