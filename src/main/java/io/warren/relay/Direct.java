package io.warren.relay;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.warren.net.Address;
import io.warren.net.DatagramFlow;
import io.warren.net.DialOptions;
import io.warren.net.ListenOptions;
import io.warren.net.ProxyException;
import io.warren.net.Stream;
import io.warren.net.TcpDial;
import io.warren.net.TcpServer;
import io.warren.net.UdpOptions;
import io.warren.net.UdpSocket;
import io.warren.spi.Destination;
import io.warren.spi.Egress;
import io.warren.spi.Inbound;
import io.warren.spi.Network;
import io.warren.spi.Session;
import java.util.Optional;
import java.util.function.Consumer;

/** The system's own sockets. */
public final class Direct implements Egress {
    /** With the default options. */
    public static final Direct EGRESS = new Direct(DialOptions.DEFAULT);

    private final DialOptions options;

    public Direct(DialOptions options) {
        this.options = options;
    }

    @Override
    public Future<Stream> connect(Session session, Destination target) {
        if (target.network() != Network.TCP) {
            return Future.failedFuture(
                    ProxyException.unsupported("a stream to " + target + " (expected: a tcp destination)"));
        }
        return TcpDial.connect(Vertx.currentContext(), target.address(), options);
    }

    @Override
    public Future<DatagramFlow> associate(Session session, Optional<Destination> target) {
        Context context = Vertx.currentContext();
        return target.isPresent()
                ? UdpSocket.connect(context, target.get().address(), options, UdpOptions.DEFAULT)
                        .map(socket -> socket)
                : UdpSocket.bind(context, Address.NONE, options, UdpOptions.DEFAULT)
                        .map(socket -> socket);
    }

    @Override
    public Future<Binding> bind(Session session, Destination local, Consumer<Inbound> peers) {
        Context context = Vertx.currentContext();
        if (local.network() == Network.UDP) {
            return UdpSocket.bind(context, local.address(), UdpOptions.DEFAULT).map(socket -> {
                Session everybody = Session.of(session.service(), Address.NONE, socket.local());
                peers.accept(new Inbound(everybody, socket));
                return new Receiving(socket);
            });
        }
        return TcpServer.listen(
                        context,
                        local.address(),
                        ListenOptions.EXCLUSIVE,
                        stream -> peers.accept(
                                new Inbound(Session.of(session.service(), stream.remote(), stream.local()), stream)))
                .map(Listening::new);
    }

    private record Receiving(UdpSocket socket) implements Binding {
        @Override
        public Address address() {
            return socket.local();
        }

        @Override
        public Future<Void> ended() {
            return socket.closed();
        }

        @Override
        public Future<Void> release() {
            return socket.close();
        }
    }

    private static final class Listening implements Binding {
        private final TcpServer server;
        private final Promise<Void> ended = Promise.promise();

        Listening(TcpServer server) {
            this.server = server;
        }

        @Override
        public Address address() {
            return server.address();
        }

        @Override
        public Future<Void> ended() {
            return ended.future();
        }

        @Override
        public Future<Void> release() {
            return server.close().onComplete(done -> ended.tryComplete());
        }
    }
}
