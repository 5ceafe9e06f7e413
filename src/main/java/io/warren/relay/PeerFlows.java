package io.warren.relay;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import io.netty.buffer.ByteBuf;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.warren.net.Address;
import io.warren.net.DatagramFlow;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.function.Consumer;

/**
 * One flow that many peers share, shown as a flow for each of them: how a bound UDP port travels over one stream, at both ends of it. Of the shared
 * flow's event loop.
 */
public final class PeerFlows {
    /** Spoofed senders must not fill the memory. */
    private static final int MOST = 65_536;

    /** Datagrams kept for a flow that nobody reads yet. */
    private static final int QUEUE = 128;

    private final DatagramFlow shared;
    private final Duration ttl;
    private final Consumer<DatagramFlow> strangers;
    private final Map<Address, PeerFlow> flows = new HashMap<>();
    private final List<PeerFlow> inBatch = new ArrayList<>();
    private long sweep = -1;

    private PeerFlows(DatagramFlow shared, Duration ttl, Consumer<DatagramFlow> strangers) {
        this.shared = shared;
        this.ttl = ttl;
        this.strangers = strangers;
    }

    /** The end whose peers come by {@link #open}; datagrams of others are dropped. */
    public static PeerFlows over(DatagramFlow shared) {
        return start(new PeerFlows(shared, Duration.ZERO, null));
    }

    /**
     * The end whose peers come in.
     *
     * @param ttl a flow without traffic ends after one to two times this
     * @param accepted gets a new flow for each peer that has none; its first datagrams wait for its receiver
     */
    @CanIgnoreReturnValue
    public static PeerFlows accepting(DatagramFlow shared, Duration ttl, Consumer<DatagramFlow> accepted) {
        return start(new PeerFlows(shared, ttl, accepted));
    }

    private static PeerFlows start(PeerFlows flows) {
        flows.shared.receiver(flows.new Demultiplexer());
        flows.shared.closed().onComplete(v -> flows.end());
        return flows;
    }

    /** The flow of a peer; a second one takes the place of the first, which ends. */
    public DatagramFlow open(Address peer) {
        PeerFlow flow = new PeerFlow(peer);
        PeerFlow before = flows.put(peer, flow);
        if (before != null) {
            before.close();
        }
        return flow;
    }

    private PeerFlow find(Address peer) {
        PeerFlow known = flows.get(peer);
        if (known != null || strangers == null || flows.size() >= MOST) {
            return known;
        }
        PeerFlow flow = new PeerFlow(peer);
        flows.put(peer, flow);
        if (sweep < 0) {
            sweep = shared.context().owner().setPeriodic(ttl.toMillis(), t -> sweep());
        }
        strangers.accept(flow);
        return flow;
    }

    private void sweep() {
        List.copyOf(flows.values()).forEach(PeerFlow::sweep);
        if (flows.isEmpty()) {
            stopSweeping();
        }
    }

    private void stopSweeping() {
        if (sweep >= 0) {
            shared.context().owner().cancelTimer(sweep);
            sweep = -1;
        }
    }

    private void end() {
        stopSweeping();
        List.copyOf(flows.values()).forEach(PeerFlow::close);
    }

    private final class Demultiplexer implements DatagramFlow.Receiver {
        @Override
        public void packet(ByteBuf payload, Address peer) {
            PeerFlow flow = find(peer);
            if (flow == null || !flow.open) {
                payload.release();
            } else if (flow.deliver(payload)) {
                inBatch.add(flow);
            }
        }

        @Override
        public void batchEnd() {
            inBatch.forEach(PeerFlow::batchEnd);
            inBatch.clear();
        }

        @Override
        public void ended() {
            end();
            shared.close();
        }
    }

    private final class PeerFlow implements DatagramFlow {
        private final Address peer;
        private final Queue<ByteBuf> queue = new ArrayDeque<>();
        private final Promise<Void> closed = Promise.promise();
        private Receiver receiver;
        private boolean open = true;
        private boolean quiet;
        private boolean touched;

        PeerFlow(Address peer) {
            this.peer = peer;
        }

        /** @return whether this is its first datagram of the batch */
        boolean deliver(ByteBuf payload) {
            quiet = false;
            if (receiver != null) {
                receiver.packet(payload, peer);
            } else if (queue.size() < QUEUE) {
                queue.add(payload);
            } else {
                payload.release();
            }
            boolean first = !touched;
            touched = true;
            return first;
        }

        void batchEnd() {
            touched = false;
            if (receiver != null) {
                receiver.batchEnd();
            }
        }

        void sweep() {
            if (quiet) {
                close();
            }
            quiet = true;
        }

        @Override
        public boolean send(ByteBuf payload, Address ignored) {
            quiet = false;
            if (!open) {
                payload.release();
                return false;
            }
            return shared.send(payload, peer);
        }

        @Override
        public void flush() {
            shared.flush();
        }

        @Override
        public void receiver(Receiver next) {
            receiver = next;
            while (!queue.isEmpty() && receiver == next) {
                next.packet(queue.remove(), peer);
            }
            next.batchEnd();
            if (!open) {
                next.ended();
            }
        }

        @Override
        public int maxPayload() {
            return shared.maxPayload();
        }

        @Override
        public Context context() {
            return shared.context();
        }

        @Override
        public Address local() {
            return shared.local();
        }

        @Override
        public Address remote() {
            return peer;
        }

        @Override
        public Future<Void> close() {
            if (open) {
                open = false;
                flows.remove(peer, this);
                queue.forEach(ByteBuf::release);
                queue.clear();
                if (receiver != null) {
                    receiver.ended();
                }
                closed.tryComplete();
            }
            return closed.future();
        }

        @Override
        public Future<Void> closed() {
            return closed.future();
        }
    }
}
