package io.warren.net;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import io.netty.buffer.ByteBuf;
import io.netty.channel.EventLoop;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.internal.ContextInternal;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/** A datagram flow seen from another event loop; in each direction at most {@value #QUEUE} datagrams are on their way, others are dropped. */
final class FlowBridge implements DatagramFlow {
    private static final int QUEUE = 1024;

    private record Packet(ByteBuf payload, Address peer) {}

    private final ContextInternal context;
    private final EventLoop farLoop;
    private final EventLoop nearLoop;
    private final DatagramFlow near;
    private final int maxPayload;
    private final PacketQueue queue = new PacketQueue(QUEUE);
    private final Promise<Void> closed;
    private final AtomicInteger outward = new AtomicInteger();
    private final AtomicInteger inward = new AtomicInteger();
    private List<Packet> batch = new ArrayList<>();
    private boolean open = true;
    private long dropped;

    private FlowBridge(ContextInternal context, DatagramFlow near) {
        this.context = context;
        this.near = near;
        this.farLoop = context.nettyEventLoop();
        this.nearLoop = Loops.internal(near.context()).nettyEventLoop();
        this.maxPayload = near.maxPayload();
        this.closed = context.promise();
    }

    static DatagramFlow open(ContextInternal context, DatagramFlow near) {
        FlowBridge bridge = new FlowBridge(context, near);
        bridge.nearLoop.execute(() -> {
            near.receiver(bridge.new Inward());
            near.closed().onComplete(v -> bridge.farLoop.execute(bridge::ended));
        });
        return bridge;
    }

    /** On the near loop. */
    private final class Inward implements Receiver {
        private List<Packet> arrived = new ArrayList<>();

        @Override
        public void packet(ByteBuf payload, Address peer) {
            if (inward.get() >= QUEUE) {
                payload.release();
                return;
            }
            inward.incrementAndGet();
            arrived.add(new Packet(payload, peer));
        }

        @Override
        public void batchEnd() {
            if (!arrived.isEmpty()) {
                List<Packet> full = arrived;
                arrived = new ArrayList<>();
                farLoop.execute(() -> {
                    inward.addAndGet(-full.size());
                    full.forEach(packet -> queue.offer(packet.payload(), packet.peer()));
                    queue.batchEnd();
                });
            }
        }

        @Override
        public void ended() {
            batchEnd();
            farLoop.execute(queue::end);
        }
    }

    private void ended() {
        if (open) {
            open = false;
            batch.forEach(packet -> packet.payload().release());
            batch.clear();
        }
        queue.end();
        queue.release();
        closed.tryComplete();
    }

    @Override
    public boolean send(ByteBuf payload, Address peer) {
        if (!open || outward.get() >= QUEUE || payload.readableBytes() > maxPayload) {
            dropped++;
            Drops.count();
            payload.release();
            return false;
        }
        outward.incrementAndGet();
        batch.add(new Packet(payload, peer));
        return true;
    }

    @Override
    public void flush() {
        if (!batch.isEmpty()) {
            List<Packet> full = batch;
            batch = new ArrayList<>();
            nearLoop.execute(() -> {
                outward.addAndGet(-full.size());
                full.forEach(packet -> near.send(packet.payload(), packet.peer()));
                near.flush();
            });
        }
    }

    @Override
    public void receiver(Receiver receiver) {
        queue.receiver(receiver);
    }

    @Override
    public int maxPayload() {
        return maxPayload;
    }

    long dropped() {
        return dropped + queue.dropped();
    }

    @Override
    public Context context() {
        return context;
    }

    @Override
    public Address local() {
        return near.local();
    }

    @Override
    public Address remote() {
        return near.remote();
    }

    @Override
    @CanIgnoreReturnValue
    public Future<Void> close() {
        if (open) {
            flush();
            open = false;
            nearLoop.execute(near::close);
        }
        return closed.future();
    }

    @Override
    public Future<Void> closed() {
        return closed.future();
    }
}
