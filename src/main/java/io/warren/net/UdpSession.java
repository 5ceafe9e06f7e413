package io.warren.net;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import io.netty.buffer.ByteBuf;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.internal.ContextInternal;

/** One client of {@link UdpSessions}. */
final class UdpSession implements DatagramFlow {
    private final UdpSessions sessions;
    private final ContextInternal context;
    private final DatagramFlow socket;
    private final Address client;
    private final UdpSessions.Options options;
    private final PacketQueue queue;
    private final Promise<Void> closed;
    private boolean open = true;
    private boolean quiet;
    private boolean answered;
    private boolean quietSinceAnswer;
    private boolean inBatch;

    UdpSession(
            UdpSessions sessions,
            ContextInternal context,
            DatagramFlow socket,
            Address client,
            UdpSessions.Options options) {
        this.sessions = sessions;
        this.context = context;
        this.socket = socket;
        this.client = client;
        this.options = options;
        this.queue = new PacketQueue(options.queue());
        this.closed = context.promise();
    }

    /** @return whether this is its first datagram of the batch */
    boolean deliver(ByteBuf payload) {
        quiet = false;
        quietSinceAnswer = false;
        queue.offer(payload, client);
        boolean first = !inBatch;
        inBatch = true;
        return first;
    }

    void batchEnd() {
        inBatch = false;
        queue.batchEnd();
    }

    boolean hasReceiver() {
        return queue.hasReceiver();
    }

    boolean isOpen() {
        return open;
    }

    /** Ends a session that was quiet since the last sweep. */
    void sweep() {
        if (quiet) {
            close();
        }
        quiet = true;
    }

    /** Ends a session that was answered and then quiet since the last call. */
    void linger() {
        if (quietSinceAnswer) {
            close();
        }
        quietSinceAnswer = true;
    }

    @Override
    public boolean send(ByteBuf payload, Address peer) {
        if (!open) {
            payload.release();
            return false;
        }
        quiet = false;
        quietSinceAnswer = false;
        boolean sent = socket.send(payload, client);
        if (!answered && !options.keepAlive() && !options.stateless()) {
            answered = true;
            sessions.answered(this);
            // For most clients the only one: not when the sender's batch ends, which may be after the session.
            socket.flush();
        }
        return sent;
    }

    @Override
    public void flush() {
        socket.flush();
    }

    @Override
    public void receiver(Receiver receiver) {
        queue.receiver(receiver);
    }

    @Override
    public int maxPayload() {
        return socket.maxPayload();
    }

    @Override
    public Context context() {
        return context;
    }

    @Override
    public Address local() {
        return socket.local();
    }

    @Override
    public Address remote() {
        return client;
    }

    @Override
    @CanIgnoreReturnValue
    public Future<Void> close() {
        if (open) {
            open = false;
            // Whoever closes because of the last answer's way may not come to the end of its batch.
            socket.flush();
            sessions.countDropped(queue.dropped());
            queue.end();
            queue.release();
            sessions.ended(this);
            closed.tryComplete();
        }
        return closed.future();
    }

    @Override
    public Future<Void> closed() {
        return closed.future();
    }
}
