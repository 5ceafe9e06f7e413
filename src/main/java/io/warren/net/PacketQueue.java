package io.warren.net;

import io.netty.buffer.ByteBuf;
import java.util.ArrayDeque;
import java.util.Queue;

/** Hands datagrams to a receiver, or keeps a bounded number of them until there is one. On the event loop. */
final class PacketQueue {
    private record Packet(ByteBuf payload, Address peer) {}

    private final int limit;
    private final Queue<Packet> waiting = new ArrayDeque<>(0);
    private DatagramFlow.Receiver receiver;
    private boolean ended;
    private long dropped;

    PacketQueue(int limit) {
        this.limit = limit;
    }

    void offer(ByteBuf payload, Address peer) {
        if (receiver != null && !ended) {
            receiver.packet(payload, peer);
        } else if (!ended && waiting.size() < limit) {
            waiting.add(new Packet(payload, peer));
        } else {
            dropped++;
            Drops.count();
            payload.release();
        }
    }

    void batchEnd() {
        if (receiver != null) {
            receiver.batchEnd();
        }
    }

    /** Nothing more comes; what is kept still reaches a receiver. */
    void end() {
        if (!ended) {
            ended = true;
            if (receiver != null) {
                receiver.ended();
            }
        }
    }

    void receiver(DatagramFlow.Receiver next) {
        receiver = next;
        if (!waiting.isEmpty()) {
            for (Packet packet = waiting.poll(); packet != null; packet = waiting.poll()) {
                next.packet(packet.payload(), packet.peer());
            }
            next.batchEnd();
        }
        if (ended) {
            next.ended();
        }
    }

    boolean hasReceiver() {
        return receiver != null;
    }

    long dropped() {
        return dropped;
    }

    void release() {
        ended = true;
        waiting.forEach(packet -> packet.payload().release());
        waiting.clear();
    }
}
