package io.warren.net;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.internal.net.NetSocketInternal;
import io.vertx.core.net.NetServer;
import io.vertx.core.net.NetServerOptions;
import io.vertx.core.net.NetSocket;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.function.Consumer;

/**
 * A TCP socket that listens. Instances on several contexts of one Vert.x share the port, and Vert.x deals the connections out among their event
 * loops.
 */
public final class TcpServer {
    private final NetServer server;
    private final Address address;

    private TcpServer(NetServer server, Address address) {
        this.server = server;
        this.address = address;
    }

    /**
     * Listens on the caller's context.
     *
     * @param address an empty host listens on all addresses of both families, as gost does; a name listens on its first IPv4 address
     * @param accepted called on that context, before the first byte is read
     * @return fails when the address cannot be bound, with a message that names it
     */
    public static Future<TcpServer> listen(
            Context context, Address address, ListenOptions options, Consumer<Stream> accepted) {
        Vertx vertx = context.owner();
        NetServerOptions server = new NetServerOptions();
        server.setAcceptBacklog(options.backlog())
                .setReusePort(options.reusePort())
                .setTcpNoDelay(true);
        KeepAlive keepAlive = options.keepAlive();
        server.setTcpKeepAlive(keepAlive.on());
        server.setTcpKeepAliveIdleSeconds((int) keepAlive.idle().toSeconds());
        server.setTcpKeepAliveIntervalSeconds((int) keepAlive.interval().toSeconds());
        server.setTcpKeepAliveCount(keepAlive.count());
        ContextInternal own = Loops.internal(context);
        return bindHost(vertx, address.host()).compose(host -> {
            NetServer listening =
                    vertx.createNetServer(server).connectHandler(socket -> accepted.accept(wrap(own, socket)));
            return listening
                    .listen(address.port(), host)
                    .map(bound -> new TcpServer(bound, address.withPort(bound.actualPort())))
                    .recover(e -> Future.failedFuture(new ProxyException(
                            ProxyException.Kind.INTERNAL,
                            ProxyException.Side.SELF,
                            "listen on " + address + ": " + e.getMessage(),
                            e)));
        });
    }

    static Future<String> bindHost(Vertx vertx, String host) {
        if (host.isEmpty()) {
            return Future.succeededFuture("::");
        }
        if (Address.of(host, 0).isIp()) {
            return Future.succeededFuture(host);
        }
        return Names.resolve(vertx, host)
                .map(all -> all.stream()
                        .filter(Inet4Address.class::isInstance)
                        .findFirst()
                        .orElse(all.get(0)))
                .map(InetAddress::getHostAddress);
    }

    private static Stream wrap(ContextInternal context, NetSocket socket) {
        ChannelHandlerContext vertxHandler = ((NetSocketInternal) socket).channelHandlerContext();
        Channel channel = vertxHandler.channel();
        return Stream.over(
                context,
                channel,
                vertxHandler.name(),
                Address.of((InetSocketAddress) channel.localAddress()),
                Address.of((InetSocketAddress) channel.remoteAddress()));
    }

    /** Where it listens: as asked, with the real port. */
    public Address address() {
        return address;
    }

    /** Stops listening. Connections accepted before stay until they end or their verticle is undeployed. */
    @CanIgnoreReturnValue
    public Future<Void> close() {
        return server.close();
    }
}
