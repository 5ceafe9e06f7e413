package io.warren.net;

import io.netty.buffer.ByteBuf;

/** Hands buffers from one channel to the other as they are; for every kind of stream. */
final class BufferMover implements Mover {
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
            client.begin();
            upstream.begin();
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
        private final Brake brake;
        private Side peer;
        private boolean inputEnded;
        private boolean unflushed;
        private boolean paused;

        Side(Stream stream) {
            this.stream = stream;
            this.brake = Brake.of(stream, link.pace(stream), this::rested);
        }

        private void read() {
            if (!link.finished()) {
                stream.demand(!paused && !brake.holds());
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
            brake.check();
            if (brake.holds()) {
                stream.demand(false);
            }
        }

        private void rested() {
            if (link.isMovedBy(BufferMover.this)) {
                link.active();
                begin();
            }
        }

        /** Reads, unless enough was read already, perhaps by others that share the pace. */
        void begin() {
            brake.check();
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
