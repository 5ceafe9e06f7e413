package io.warren.layer.smux;

import io.netty.buffer.ByteBuf;
import io.warren.net.CarriedChannel;
import io.warren.net.Carrier;
import io.warren.net.Pipeline;
import io.warren.net.ProxyException;

/** One stream of a session. */
final class SmuxStream implements Carrier {
    private final SmuxSession session;
    private final int id;
    private final ReceiveWindow window;
    private final CarriedChannel channel;

    private int written;
    private int peerConsumed;
    private int peerWindow = ReceiveWindow.INITIAL;
    private int unread;
    private boolean outputEnded;
    private boolean closed;
    boolean queued;
    boolean touched;
    boolean active;

    SmuxStream(SmuxSession session, int id, ReceiveWindow window) {
        this.session = session;
        this.id = id;
        this.window = window;
        this.channel = CarriedChannel.on(session.carrier(), this);
    }

    CarriedChannel channel() {
        return channel;
    }

    int unread() {
        return unread;
    }

    // --- what the peer says

    void deliver(ByteBuf bytes) {
        unread += bytes.readableBytes();
        if (session.version() == 2 && unread > window.largest() + Frame.MAX_PAYLOAD) {
            bytes.release();
            throw ProxyException.protocol(
                    "smux stream " + id + ": " + unread + " bytes unread (window: " + window.largest() + ")");
        }
        session.unread(bytes.readableBytes());
        channel.deliver(bytes);
    }

    void update(int consumed, int size) {
        if (written - consumed < 0) {
            throw ProxyException.protocol("smux stream " + id + ": peer has consumed more than was sent");
        }
        peerConsumed = consumed;
        peerWindow = Math.max(size, 0);
        session.ready(this);
    }

    /** Whether its window was in use since the last call. */
    boolean wasActive() {
        boolean was = active;
        active = false;
        return was || unread > 0;
    }

    void shrink() {
        if (window.shrink()) {
            session.update(id, window);
        }
    }

    /** The peer turned out not to know half-close: an end that was not told yet stays untold, so that the reply is not cut. */
    void cannotHalfClose() {
        Pipeline.of(channel.stream()).endsOutput(null);
    }

    void tellEnd() {
        if (outputEnded && !closed) {
            session.nop(id);
        }
    }

    // --- what the channel does

    @Override
    public int room() {
        int left = session.version() == 1 ? Integer.MAX_VALUE : peerWindow - (written - peerConsumed);
        return left <= 0 ? 0 : Math.min(left, session.turn(this));
    }

    @Override
    public void write(ByteBuf bytes) {
        written += bytes.readableBytes();
        session.data(id, bytes);
    }

    @Override
    public void flush() {
        session.flush();
    }

    @Override
    public void consumed(int bytes) {
        active = true;
        unread -= bytes;
        session.unread(-bytes);
        if (session.version() == 2 && window.consumed(bytes, unread, System.nanoTime())) {
            session.update(id, window);
        }
    }

    @Override
    public void endOutput() {
        outputEnded = true;
        session.ended(this);
    }

    @Override
    public void closed(boolean aborted) {
        closed = true;
        session.unread(-unread);
        unread = 0;
        window.release();
        session.forget(this, id, aborted);
    }
}
