package io.warren.relay;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import io.netty.buffer.ByteBuf;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.warren.net.Address;
import io.warren.net.DatagramFlow;
import io.warren.net.Loops;
import io.warren.net.ProxyException;
import io.warren.net.Stream;
import io.warren.spi.Notice;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The way back to a client that has bound a UDP port. Once it has been told so, its stream carries the datagrams of all visitors, each with its visitor's
 * address: one flow for each visitor. On the client's event loop.
 */
public final class VisitorFlows {
    /** A visitor who neither sends nor gets anything for that long can go by another way from then on. */
    private static final Duration QUIET = Duration.ofSeconds(2);

    private final Stream client;
    private final boolean knowsSignals;
    private final Map<Address, Visitor> visitors = new HashMap<>();
    private DatagramFlow frames;
    private Optional<DatagramSignals> signals = Optional.empty();

    /** @param signals whether the client knows signals among the datagrams */
    public VisitorFlows(Stream client, boolean signals) {
        this.client = client;
        this.knowsSignals = signals;
    }

    /**
     * All that is sent to the client from now on are datagrams.
     *
     * @param datagrams those of its stream, given away
     */
    public void begin(DatagramFlow datagrams) {
        frames = datagrams;
        if (knowsSignals) {
            DatagramSignals among = new DatagramSignals(client, datagrams);
            signals = Optional.of(among);
            frames = among;
        }
        frames.receiver(new Demultiplexer());
    }

    /**
     * Tells the client.
     *
     * @return once its visitors are quiet; empty when the client is not one who understands it: then nothing is sent
     */
    public Optional<Future<Void>> notice(Notice what) {
        return signals.map(known -> {
            known.tell(what);
            Promise<Void> quiet = client.promise();
            untilQuiet(Loops.sibling(client.context()), quiet);
            return quiet.future();
        });
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

    /** As of {@link io.warren.spi.Egress#proven}, for a client that knows signals; of another one nothing is known. */
    public Future<Void> proven(Duration recent) {
        return signals.map(known -> known.proven(recent)).orElseGet(Future::succeededFuture);
    }

    /**
     * A flow for a visitor; a second one of the same takes the place of the first, which ends.
     *
     * @return fails with UNREACHABLE before {@link #begin}
     */
    public Future<DatagramFlow> open(Address address) {
        if (frames == null) {
            return Future.failedFuture(
                    ProxyException.upstream(ProxyException.Kind.UNREACHABLE, "the client was not told yet"));
        }
        Visitor visitor = new Visitor(address);
        Visitor older = visitors.put(address, visitor);
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
