package io.warren.net;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.internal.net.NetSocketInternal;
import io.vertx.core.net.NetServer;
import io.vertx.core.net.NetServerOptions;
import io.vertx.core.net.NetSocket;
import io.vertx.core.net.impl.ServerID;
import java.io.IOException;
import java.net.BindException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

/**
 * A TCP socket that listens. Instances on several contexts of one Vert.x share the port, and Vert.x deals the connections out among their event
 * loops.
 */
public final class TcpServer {
    private static final Duration FOREVER = Duration.ofDays(365);

    /** How long a retired port may take to be closed; another instance that stays keeps it open. */
    private static final Duration CLOSING = Duration.ofSeconds(1);

    private final ContextInternal context;
    private final ServerID id;
    private final NetServer server;
    private final Address address;
    /** Where nothing more is known of it, it is closed at once. */
    private final Optional<ListeningSocket> socket;

    private final AtomicBoolean leaves = new AtomicBoolean();

    private TcpServer(ContextInternal context, ServerID id, NetServer server, Address address) {
        this.context = context;
        this.id = id;
        this.server = server;
        this.address = address;
        this.socket = LoopTransport.listening(context.owner(), new InetSocketAddress(id.host(), address.port()));
        socket.ifPresent(ListeningSocket::join);
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
        return bindHost(vertx, address.host())
                .compose(host -> address.port() == 0
                        ? listenAnywhere(own, address, host, server, accepted, 8)
                        : listenAt(own, address, host, server, options.exclusive(), accepted))
                .recover(e -> Future.failedFuture(new ProxyException(
                        ProxyException.Kind.INTERNAL,
                        ProxyException.Side.SELF,
                        "listen on " + address + ": " + e.getMessage(),
                        e)));
    }

    // Vert.x shares only ports that were asked for by number, so a free number is found first; somebody else may take
    // it in between.
    private static Future<TcpServer> listenAnywhere(
            ContextInternal context,
            Address address,
            String host,
            NetServerOptions options,
            Consumer<Stream> accepted,
            int tries) {
        return context.owner()
                .executeBlocking(() -> freePort(host), false)
                .compose(port -> listenAt(context, address.withPort(port), host, options, true, accepted))
                .recover(e -> tries > 1
                        ? listenAnywhere(context, address, host, options, accepted, tries - 1)
                        : Future.failedFuture(e));
    }

    private static int freePort(String host) throws IOException {
        try (ServerSocket probe = new ServerSocket()) {
            probe.bind(new InetSocketAddress(host, 0));
            return probe.getLocalPort();
        }
    }

    private static Future<TcpServer> listenAt(
            ContextInternal context,
            Address address,
            String host,
            NetServerOptions options,
            boolean exclusive,
            Consumer<Stream> accepted) {
        ServerID id = new ServerID(address.port(), host);
        if (exclusive && context.owner().sharedTcpServers().containsKey(id)) {
            return Future.failedFuture(new BindException("Address already in use"));
        }
        NetServer listening = context.owner()
                .createNetServer(options)
                .connectHandler(socket -> accepted.accept(wrap(context, socket)));
        return listening.listen(address.port(), host).map(bound -> new TcpServer(context, id, bound, address));
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
        // The server knows its connections by their channels. What Vert.x keeps for each takes more memory than a
        // whole pair without it.
        channel.pipeline().remove(vertxHandler.handler());
        return Stream.over(
                context, channel, Address.of((InetSocketAddress) channel.localAddress()), Address.of((InetSocketAddress)
                        channel.remoteAddress()));
    }

    /** Where it listens: as asked, with the real port. */
    public Address address() {
        return address;
    }

    /**
     * Stops listening. Connections accepted before stay until they end, or {@link #close}. On epoll, when all instances do: who has connected by then is
     * accepted, and who comes meanwhile has to try again.
     *
     * @return completes when the port is closed, or other instances keep it open; not on the caller's context
     */
    public Future<Void> retire() {
        // Nothing of a context that may be undeployed meanwhile.
        Context own = Loops.sibling(context);
        Future<Void> quiet = socket.filter(known -> leaves.compareAndSet(false, true))
                .map(ListeningSocket::lastCall)
                .orElse(Future.succeededFuture());
        return Loops.back(own, quiet).compose(v -> shut(own));
    }

    private Future<Void> shut(Context own) {
        // Its own future completes when the last connection ends, which nobody waits for here.
        server.shutdown(FOREVER);
        Promise<Void> closed = Promise.promise();
        awaitClosed(own, closed, System.nanoTime() + CLOSING.toNanos());
        return closed.future();
    }

    // Whoever listened in between would share a port that is about to close.
    private void awaitClosed(Context own, Promise<Void> closed, long deadline) {
        if (!context.owner().sharedTcpServers().containsKey(id) || System.nanoTime() > deadline) {
            closed.complete();
        } else {
            Loops.setTimer(own, Duration.ofMillis(1), t -> awaitClosed(own, closed, deadline));
        }
    }

    /** Stops listening at once and closes the connections that it accepted. */
    @CanIgnoreReturnValue
    public Future<Void> close() {
        socket.filter(known -> leaves.compareAndSet(false, true)).ifPresent(ListeningSocket::leave);
        return server.close();
    }
}
