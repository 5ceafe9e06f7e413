package io.warren.protocol.relay;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import io.netty.buffer.ByteBuf;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.warren.codec.RelayFrames;
import io.warren.net.Address;
import io.warren.net.DatagramFlow;
import io.warren.net.DatagramStream;
import io.warren.net.ProxyException;
import io.warren.net.Stream;
import io.warren.spi.Destination;
import io.warren.spi.Egress;
import io.warren.spi.Reply;
import io.warren.spi.Session;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The way back to a client that bound a UDP port: behind our response, frames with the visitors' addresses. */
final class UdpVisitors implements Reply, Egress {
    private final Stream client;
    private final Responder responder;
    private final Map<Address, Visitor> visitors = new HashMap<>();
    private DatagramStream frames;

    UdpVisitors(Stream client, Responder responder) {
        this.client = client;
        this.responder = responder;
    }

    @Override
    public Future<Void> accepted(Address bound) {
        Future<Void> told = responder.accepted(bound);
        frames = DatagramStream.over(client, RelayFrames.ADDRESSED);
        frames.receiver(new Demultiplexer());
        return told;
    }

    @Override
    public Future<Void> refused(ProxyException why) {
        return responder.refused(why);
    }

    @Override
    public Future<Stream> connect(Session visitor, Destination target) {
        return Future.failedFuture(ProxyException.unsupported("a stream to a client that bound a udp port"));
    }

    @Override
    public Future<DatagramFlow> associate(Session session, Optional<Destination> target) {
        if (frames == null) {
            return Future.failedFuture(
                    ProxyException.upstream(ProxyException.Kind.UNREACHABLE, "the client was not told yet"));
        }
        Visitor visitor = new Visitor(session.client());
        Visitor older = visitors.put(session.client(), visitor);
        if (older != null) {
            older.close();
        }
        client.closed().onComplete(v -> visitor.close());
        return Future.succeededFuture(visitor);
    }

    private final class Demultiplexer implements DatagramFlow.Receiver {
        private final Set<Visitor> inBatch = new HashSet<>();

        @Override
        public void packet(ByteBuf payload, Address to) {
            Visitor visitor = visitors.get(to);
            if (visitor == null || visitor.receiver == null) {
                payload.release();
                return;
            }
            inBatch.add(visitor);
            visitor.receiver.packet(payload, to);
        }

        @Override
        public void batchEnd() {
            List<Visitor> touched = List.copyOf(inBatch);
            inBatch.clear();
            touched.forEach(visitor -> visitor.receiver.batchEnd());
        }

        @Override
        public void ended() {
            client.close();
        }
    }

    private final class Visitor implements DatagramFlow {
        private final Address address;
        private final Promise<Void> closed = Promise.promise();
        private Receiver receiver;

        Visitor(Address address) {
            this.address = address;
        }

        @Override
        @CanIgnoreReturnValue
        public boolean send(ByteBuf payload, Address ignored) {
            return frames.send(payload, address);
        }

        @Override
        public void flush() {
            frames.flush();
        }

        @Override
        public void receiver(Receiver next) {
            receiver = next;
        }

        @Override
        public int maxPayload() {
            return frames.maxPayload();
        }

        @Override
        public Context context() {
            return client.context();
        }

        @Override
        public Address local() {
            return client.local();
        }

        @Override
        public Address remote() {
            return client.remote();
        }

        @Override
        @CanIgnoreReturnValue
        public Future<Void> close() {
            if (closed.tryComplete()) {
                visitors.remove(address, this);
            }
            return closed.future();
        }

        @Override
        public Future<Void> closed() {
            return closed.future();
        }
    }
}
