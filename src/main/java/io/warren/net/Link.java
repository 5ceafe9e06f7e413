package io.warren.net;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import io.netty.util.concurrent.ScheduledFuture;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.concurrent.TimeUnit;

/**
 * Joins two streams of one event loop until both directions have ended. How the bytes move depends on the two ends: spliced in the kernel between
 * two plain TCP sockets on epoll, else handed from one channel to the other as they are.
 */
public final class Link {
    private final Stream client;
    private final Stream upstream;
    private final Relaying how;
    private final Promise<Void> done;
    private Mover mover;
    private long lastActivity = System.nanoTime();
    private ScheduledFuture<?> watch;
    private boolean finished;

    private Link(Stream client, Stream upstream, Relaying how) {
        this.client = client;
        this.upstream = upstream;
        this.how = how;
        this.done = client.vertxContext().promise();
        this.mover = SpliceMover.fits(client, upstream)
                ? new SpliceMover(this, client, upstream)
                : new BufferMover(this, client, upstream);
    }

    /**
     * Relays until the end and closes both.
     *
     * @return completes when both directions ended in order; fails with the first failure: CLOSED when an end was reset, TIMEOUT after idle time
     * @throws IllegalArgumentException when the two live on different event loops: see {@link Bridge}
     */
    @CanIgnoreReturnValue
    public static Future<Void> join(Stream client, Stream upstream, Relaying how) {
        if (client.channel().eventLoop() != upstream.channel().eventLoop()) {
            throw new IllegalArgumentException("streams of two event loops");
        }
        Link link = new Link(client, upstream, how);
        link.start();
        return link.done.future();
    }

    private void start() {
        mover.start();
        if (!finished && !how.idle().isZero()) {
            arm(how.idle().toNanos());
        }
    }

    /** Goes on in the kernel once nothing is in the way of that any more, such as a reply that came before the first data. */
    void spliceWherePossible() {
        if (!finished && !mover.halfClosed() && SpliceMover.fits(client, upstream)) {
            mover = new SpliceMover(this, client, upstream);
            mover.start();
        }
    }

    boolean isMovedBy(Mover one) {
        return mover == one && !finished;
    }

    // --- what a mover tells

    void active() {
        lastActivity = System.nanoTime();
    }

    void moved(Stream from, long bytes) {
        if (from == client) {
            how.meter().fromClient(bytes);
        } else {
            how.meter().toClient(bytes);
        }
        pace(from).passed(bytes);
    }

    Pace pace(Stream from) {
        return from == client ? how.fromClient() : how.toClient();
    }

    /** One direction has ended and the other has not: it may go on for as long as something moves. */
    void halfEnded() {
        if (!finished && !how.linger().isZero()) {
            if (watch != null) {
                watch.cancel(false);
            }
            arm(how.linger().toNanos());
        }
    }

    /** Both directions have ended, or one end was closed by its owner. */
    void ended() {
        if (finish()) {
            client.close();
            upstream.close();
            done.complete();
        }
    }

    void failed(Stream side, Throwable cause) {
        if (finish()) {
            client.abort();
            upstream.abort();
            done.fail(
                    cause instanceof ProxyException
                            ? cause
                            : new ProxyException(
                                    ProxyException.Kind.CLOSED,
                                    side == client ? ProxyException.Side.CLIENT : ProxyException.Side.UPSTREAM,
                                    (side == client ? "client" : "upstream") + ": " + reason(cause),
                                    cause));
        }
    }

    /** Netty's own exceptions of a closed channel say nothing. */
    private static String reason(Throwable cause) {
        return cause.getMessage() == null ? "connection lost" : cause.getMessage();
    }

    private boolean finish() {
        if (finished) {
            return false;
        }
        finished = true;
        if (watch != null) {
            watch.cancel(false);
        }
        mover.stop();
        return true;
    }

    boolean finished() {
        return finished;
    }

    // --- silence

    private void arm(long nanos) {
        watch = client.channel().eventLoop().schedule(this::checkSilence, nanos, TimeUnit.NANOSECONDS);
    }

    private void checkSilence() {
        watch = null;
        long allowed = allowedSilence();
        long silent = System.nanoTime() - lastActivity;
        if (allowed == 0 || finished) {
            return;
        }
        if (silent < allowed) {
            arm(allowed - silent);
            return;
        }
        boolean lost = mover.holdsBytes();
        boolean halfClosed = mover.halfClosed();
        if (finish()) {
            // Bytes that nobody takes any more: the peers are to know that it was not a regular end.
            if (lost) {
                client.abort();
                upstream.abort();
            } else {
                client.close();
                upstream.close();
            }
            if (halfClosed) {
                done.complete();
            } else {
                done.fail(ProxyException.of(
                        ProxyException.Kind.TIMEOUT,
                        ProxyException.Side.CLIENT,
                        "idle for " + how.idle().toMillis() + " ms"));
            }
        }
    }

    private long allowedSilence() {
        boolean lingers = mover.halfClosed() && !how.linger().isZero();
        return (lingers ? how.linger() : how.idle()).toNanos();
    }
}
