package io.warren.protocol.http;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.warren.net.Address;
import io.warren.net.Paces;
import io.warren.net.Stream;

/** A connection to a target, which serves one exchange after the other and lies in the pool in between. */
final class Upstream implements Stream.Sink {
    private final UpstreamPool pool;
    private final Address target;
    private final Stream stream;
    private final Paces limit;
    private Exchange user;
    private boolean reused;
    private long idleSince;

    /** @param limit how fast the way there may be used */
    Upstream(UpstreamPool pool, Address target, Stream stream, Paces limit) {
        this.pool = pool;
        this.target = target;
        this.stream = stream;
        this.limit = limit;
    }

    Address target() {
        return target;
    }

    Stream stream() {
        return stream;
    }

    Paces limit() {
        return limit;
    }

    /** Whether it has served before: then it may have ended without our knowing. */
    boolean reused() {
        return reused;
    }

    long idleSince() {
        return idleSince;
    }

    void serve(Exchange exchange) {
        user = exchange;
    }

    /** Begins to read, unless it has long begun. */
    void open() {
        if (!reused) {
            stream.attach(this);
            stream.demand(true);
        }
    }

    void rest(long now) {
        user = null;
        reused = true;
        idleSince = now;
        // Its end, or bytes that nobody asked for, are to be noticed at once.
        stream.demand(true);
    }

    void close() {
        leave();
        stream.close();
    }

    void abort() {
        leave();
        stream.abort();
    }

    private void leave() {
        user = null;
        pool.remove(this);
        stream.detach(Unpooled.EMPTY_BUFFER);
    }

    @Override
    public void read(ByteBuf bytes) {
        if (user != null) {
            user.fromTarget(bytes);
        } else {
            bytes.release();
            close();
        }
    }

    @Override
    public void readComplete() {
        if (user != null) {
            user.batchFromTarget();
        }
    }

    @Override
    public void writable() {
        if (user != null) {
            user.targetWritable();
        }
    }

    @Override
    public void inputEnded() {
        if (user != null) {
            user.targetEnded(null);
        } else {
            close();
        }
    }

    @Override
    public void closed(Throwable cause) {
        if (user != null) {
            user.targetEnded(cause);
        } else {
            pool.remove(this);
        }
    }
}
