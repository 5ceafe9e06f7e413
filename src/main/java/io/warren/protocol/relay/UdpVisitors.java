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
import io.warren.net.Loops;
import io.warren.net.ProxyException;
import io.warren.net.Stream;
import io.warren.spi.Destination;
import io.warren.spi.Egress;
import io.warren.spi.Notice;
import io.warren.spi.Reply;
import io.warren.spi.Session;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The way back to a client that bound a UDP port: behind our response, frames with the visitors' addresses. */
final class UdpVisitors implements Reply, Egress {
    /** A visitor who neither sends nor gets anything for that long can go by another way from then on. */
    private static final Duration QUIET = Duration.ofSeconds(2);

    private final Stream client;
    private final Responder responder;
    private final boolean knowsSignals;
    private final Map<Address, Visitor> visitors = new HashMap<>();
    private DatagramFlow frames;
    private Optional<DatagramSignals> signals = Optional.empty();

    /** @param signals whether the client knows signals among the datagrams */
    UdpVisitors(Stream client, Responder responder, boolean signals) {
        this.client = client;
        this.responder = responder;
        this.knowsSignals = signals;
    }

    @Override
    public Future<Void> accepted(Address bound) {
        Future<Void> told = responder.accepted(bound);
        frames = DatagramStream.over(client, RelayFrames.ADDRESSED);
        if (knowsSignals) {
            DatagramSignals among = new DatagramSignals(client, frames);
            signals = Optional.of(among);
            frames = among;
        }
        frames.receiver(new Demultiplexer());
        return told;
    }

    @Override
    public Future<Void> refused(ProxyException why) {
        return responder.refused(why);
    }

    @Override
    public Future<Void> notice(Notice what) {
        if (signals.isEmpty()) {
            return Reply.super.notice(what);
        }
        signals.get().tell(what);
        Promise<Void> quiet = client.promise();
        untilQuiet(Loops.sibling(client.context()), quiet);
        return quiet.future();
    }

    private void untilQuiet(Context own, Promise<Void> quiet) {
        long before = System.nanoTime() - QUIET.toNanos();
        List.copyOf(visitors.values()).stream()
                .filter(visitor -> visitor.active - before < 0)
                .forEach(Visitor::close);
        if (visitors.isEmpty() || client.closed().isComplete()) {
            quiet.complete();
        } else {
            Loops.setTimer(own, QUIET, t -> untilQuiet(own, quiet));
        }
    }

    @Override
    public Future<Void> proven(Duration recent) {
        return signals.map(known -> known.proven(recent)).orElseGet(() -> Egress.super.proven(recent));
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
            visitor.active = System.nanoTime();
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
        private long active = System.nanoTime();

        Visitor(Address address) {
            this.address = address;
        }

        @Override
        @CanIgnoreReturnValue
        public boolean send(ByteBuf payload, Address ignored) {
            active = System.nanoTime();
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
