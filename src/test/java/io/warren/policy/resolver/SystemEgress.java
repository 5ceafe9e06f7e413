package io.warren.policy.resolver;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.datagram.DatagramSocket;
import io.vertx.core.datagram.DatagramSocketOptions;
import io.warren.net.Address;
import io.warren.net.DatagramFlow;
import io.warren.net.DialOptions;
import io.warren.net.Stream;
import io.warren.net.TcpDial;
import io.warren.spi.Destination;
import io.warren.spi.Egress;
import io.warren.spi.Session;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;

/** Real sockets for the tests of the resolver, counted. */
final class SystemEgress implements Egress {
    final AtomicInteger open = new AtomicInteger();

    @Override
    public Future<Stream> connect(Session session, Destination target) {
        return TcpDial.connect(Vertx.currentContext(), target.address(), DialOptions.DEFAULT)
                .onSuccess(stream -> {
                    open.incrementAndGet();
                    stream.closed().onComplete(v -> open.decrementAndGet());
                });
    }

    @Override
    public Future<DatagramFlow> associate(Session session, Optional<Destination> target) {
        Address server = target.orElseThrow().address();
        boolean six = server.host().indexOf(':') >= 0;
        Context context = Vertx.currentContext();
        open.incrementAndGet();
        return context.owner()
                .createDatagramSocket(new DatagramSocketOptions().setIpV6(six))
                .listen(0, six ? "::1" : "127.0.0.1")
                .map(socket -> new Flow(context, socket, server));
    }

    private final class Flow implements DatagramFlow {
        private final Context context;
        private final DatagramSocket socket;
        private final Address server;
        private final Promise<Void> closed = Promise.promise();

        Flow(Context context, DatagramSocket socket, Address server) {
            this.context = context;
            this.socket = socket;
            this.server = server;
        }

        @Override
        public boolean send(ByteBuf payload, Address peer) {
            byte[] bytes = ByteBufUtil.getBytes(payload);
            payload.release();
            socket.send(Buffer.buffer(bytes), server.port(), server.host());
            return true;
        }

        @Override
        public void flush() {}

        @Override
        public void receiver(Receiver receiver) {
            socket.handler(packet -> receiver.packet(
                    Unpooled.wrappedBuffer(packet.data().getBytes()),
                    Address.of(packet.sender().host(), packet.sender().port())));
        }

        @Override
        public int maxPayload() {
            return 65_507;
        }

        @Override
        public Context context() {
            return context;
        }

        @Override
        public Address local() {
            return Address.NONE;
        }

        @Override
        public Address remote() {
            return server;
        }

        @Override
        public Future<Void> close() {
            if (closed.tryComplete()) {
                open.decrementAndGet();
                return socket.close();
            }
            return Future.succeededFuture();
        }

        @Override
        public Future<Void> closed() {
            return closed.future();
        }
    }
}
