package io.warren.net;

import io.netty.buffer.ByteBuf;
import io.netty.channel.FixedRecvByteBufAllocator;
import java.util.concurrent.TimeUnit;

/** Hands buffers from one channel to the other as they are; for every kind of stream. */
final class BufferMover implements Mover {
    /** Of a stream with a limit on its speed. */
    private static final int LIMITED_READ = 16 * 1024;

    private final Link link;
    private final Side client;
    private final Side upstream;

    BufferMover(Link link, Stream client, Stream upstream) {
        this.link = link;
        this.client = new Side(client);
        this.upstream = new Side(upstream);
        this.client.peer = this.upstream;
        this.upstream.peer = this.client;
    }

    @Override
    public void start() {
        client.stream.attach(client);
        if (!link.finished()) {
            upstream.stream.attach(upstream);
        }
        if (!link.finished()) {
            client.read();
            upstream.read();
        }
    }

    @Override
    public boolean halfClosed() {
        return client.inputEnded || upstream.inputEnded;
    }

    @Override
    public void stop() {
        // The sinks stay and release what still arrives.
    }

    @Override
    public boolean holdsBytes() {
        return client.stream.unsent() > 0 || upstream.stream.unsent() > 0;
    }

    private final class Side implements Stream.Sink {
        private final Stream stream;
        private final Pace pace;
        private Side peer;
        private boolean inputEnded;
        private boolean unflushed;
        private boolean paused;
        private boolean resting;

        Side(Stream stream) {
            this.stream = stream;
            this.pace = link.pace(stream);
            if (pace != Pace.FREE) {
                FixedRecvByteBufAllocator small = new FixedRecvByteBufAllocator(Math.min(pace.atMost(), LIMITED_READ));
                small.maxMessagesPerRead(1);
                stream.channel().config().setRecvByteBufAllocator(small);
            }
        }

        private void read() {
            if (!link.finished()) {
                stream.demand(!paused && !resting);
            }
        }

        @Override
        public void read(ByteBuf bytes) {
            if (link.finished()) {
                bytes.release();
                return;
            }
            link.active();
            link.moved(stream, bytes.readableBytes());
            peer.stream.writeLater(bytes);
            unflushed = true;
            if (!peer.stream.channel().isWritable()) {
                flushPeer();
                if (!peer.stream.channel().isWritable()) {
                    paused = true;
                    stream.demand(false);
                }
            }
            long delay = pace.delayNanos();
            if (delay > 0 && !resting) {
                resting = true;
                stream.demand(false);
                stream.channel().eventLoop().schedule(this::rested, delay, TimeUnit.NANOSECONDS);
            }
        }

        private void rested() {
            resting = false;
            link.active();
            read();
        }

        private void flushPeer() {
            unflushed = false;
            peer.stream.tail().flush();
        }

        @Override
        public void readComplete() {
            flushUnflushed();
            link.spliceWherePossible();
        }

        private void flushUnflushed() {
            if (unflushed) {
                flushPeer();
            }
        }

        @Override
        public void writable() {
            if (peer.paused && stream.channel().isWritable()) {
                peer.paused = false;
                link.active();
                peer.read();
            }
        }

        @Override
        public void inputEnded() {
            if (inputEnded || link.finished()) {
                return;
            }
            inputEnded = true;
            link.active();
            flushUnflushed();
            if (peer.inputEnded) {
                link.ended();
                return;
            }
            // A peer that cannot half-close would lose the reply that is on its way: it is closed when that is over.
            if (peer.stream.halfCloses()) {
                peer.stream.end();
            }
            link.halfEnded();
        }

        @Override
        public void closed(Throwable cause) {
            if (link.finished()) {
                return;
            }
            flushUnflushed();
            if (cause != null) {
                link.failed(stream, cause);
            } else {
                // Also without an end of its own, as a stream without half-close does: what it sent is still delivered.
                link.ended();
            }
        }
    }
}
