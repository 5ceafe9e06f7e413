package io.warren.net;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import io.netty.buffer.ByteBuf;

/**
 * Datagrams to and from one or many peers: bounded, lossy, unordered. Whatever does not fit a queue is dropped and counted; nothing waits.
 */
public non-sealed interface DatagramFlow extends Conduit {
    /** Takes what arrives. */
    interface Receiver {
        /**
         * @param payload owned by the receiver, who releases it
         * @param peer who sent it
         */
        void packet(ByteBuf payload, Address peer);

        /** The batch that the last packets came in is over: the moment to flush what was sent in answer. */
        default void batchEnd() {}

        /** Nothing more will arrive from the peer. Datagrams have no end by themselves; a flow carried by a stream has. */
        default void ended() {}
    }

    /**
     * Queues one datagram; {@link #flush} sends what is queued.
     *
     * @param payload given away, also when this returns false
     * @param peer where to; ignored by a flow that has only one peer
     * @return false when it was dropped: queue full, too long, or closed
     */
    @CanIgnoreReturnValue
    boolean send(ByteBuf payload, Address peer);

    void flush();

    /** Starts delivery; what arrived before is delivered first, as far as the queue held it. One receiver at a time. */
    void receiver(Receiver receiver);

    /** The longest payload in bytes that {@link #send} takes. */
    int maxPayload();
}
