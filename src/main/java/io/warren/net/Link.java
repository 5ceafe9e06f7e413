package io.warren.net;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import io.netty.buffer.ByteBuf;
import io.netty.util.concurrent.ScheduledFuture;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.concurrent.TimeUnit;

/**
 * Joins two streams of one event loop until both directions have ended. How the bytes move depends on the two ends: spliced in the kernel between
 * two plain TCP sockets on epoll, else handed from one channel to the other as they are.
 */
public final class Link {
    private final Side client;
    private final Side upstream;
    private final Relaying how;
    private final Promise<Void> done;
    private long lastActivity = System.nanoTime();
    private ScheduledFuture<?> watch;
    private boolean finished;

    private Link(Stream client, Stream upstream, Relaying how) {
        this.how = how;
        this.client = new Side(client, true);
        this.upstream = new Side(upstream, false);
        this.client.peer = this.upstream;
        this.upstream.peer = this.client;
        this.done = client.vertxContext().promise();
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
        client.stream.attach(client);
        if (!finished) {
            upstream.stream.attach(upstream);
        }
        if (!finished) {
            client.stream.demand(true);
            upstream.stream.demand(true);
        }
        if (!finished && !how.idle().isZero()) {
            arm(how.idle().toNanos());
        }
    }

    private void arm(long nanos) {
        watch = client.stream.channel().eventLoop().schedule(this::checkSilence, nanos, TimeUnit.NANOSECONDS);
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
        } else if (halfClosed()) {
            finish(null);
        } else {
            finish(ProxyException.of(
                    ProxyException.Kind.TIMEOUT,
                    ProxyException.Side.CLIENT,
                    "idle for " + how.idle().toSeconds() + " s"));
        }
    }

    private boolean halfClosed() {
        return client.inputEnded || upstream.inputEnded;
    }

    private long allowedSilence() {
        return (halfClosed() && !how.linger().isZero() ? how.linger() : how.idle()).toNanos();
    }

    private void finish(Throwable cause) {
        if (finished) {
            return;
        }
        finished = true;
        if (watch != null) {
            watch.cancel(false);
        }
        if (cause instanceof ProxyException || cause == null) {
            client.stream.close();
            upstream.stream.close();
        } else {
            client.stream.abort();
            upstream.stream.abort();
        }
        if (cause == null) {
            done.complete();
        } else {
            done.fail(cause);
        }
    }

    private final class Side implements Stream.Sink {
        private final Stream stream;
        private final boolean isClient;
        private Side peer;
        private boolean inputEnded;
        private boolean unflushed;
        private boolean paused;

        Side(Stream stream, boolean isClient) {
            this.stream = stream;
            this.isClient = isClient;
        }

        @Override
        public void read(ByteBuf bytes) {
            if (finished) {
                bytes.release();
                return;
            }
            lastActivity = System.nanoTime();
            if (isClient) {
                how.meter().fromClient(bytes.readableBytes());
            } else {
                how.meter().toClient(bytes.readableBytes());
            }
            peer.stream.writeLater(bytes);
            unflushed = true;
            if (!peer.stream.channel().isWritable()) {
                flushPeer();
                if (!peer.stream.channel().isWritable()) {
                    paused = true;
                    stream.demand(false);
                }
            }
        }

        private void flushPeer() {
            unflushed = false;
            peer.stream.tail().flush();
        }

        @Override
        public void readComplete() {
            if (unflushed) {
                flushPeer();
            }
        }

        @Override
        public void writable() {
            if (peer.paused && stream.channel().isWritable()) {
                peer.paused = false;
                lastActivity = System.nanoTime();
                peer.stream.demand(true);
            }
        }

        @Override
        public void inputEnded() {
            if (inputEnded || finished) {
                return;
            }
            inputEnded = true;
            lastActivity = System.nanoTime();
            readComplete();
            if (peer.inputEnded) {
                finish(null);
                return;
            }
            // A peer that cannot half-close would lose the reply that is on its way: it is closed when that is over.
            if (peer.stream.halfCloses()) {
                peer.stream.end();
            }
            if (!how.linger().isZero()) {
                if (watch != null) {
                    watch.cancel(false);
                }
                arm(how.linger().toNanos());
            }
        }

        @Override
        public void closed(Throwable cause) {
            if (finished) {
                return;
            }
            if (unflushed) {
                flushPeer();
            }
            if (cause != null) {
                finish(cause);
            } else if (inputEnded || peer.inputEnded) {
                finish(null);
            } else {
                // Gone without an end of its own, as a stream without half-close does: what it sent is still delivered.
                inputEnded = true;
                finish(null);
            }
        }
    }
}
