package io.warren.net;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.epoll.Native;
import io.netty.channel.unix.Socket;
import java.io.IOException;
import java.util.concurrent.TimeUnit;

/**
 * Moves bytes between two TCP sockets on epoll without a channel seeing them: small amounts through one buffer of the event loop, large ones through
 * a pipe by splice(2). A pair at rest holds neither.
 *
 * <p>Edge-triggered: "readable" and "writable" last until the kernel says EAGAIN, which Netty gives as 0. So does the end of a stream for splice, and
 * an urgent mark with bytes behind it; only recv tells them apart.
 */
final class SpliceMover implements Mover {
    /** After so many bytes the other pairs of the loop have their turn. */
    private static final int BUDGET = 256 * 1024;

    /** A pipe has room for 16 chunks of up to 32 KiB each, and one call takes 16 pages at most. */
    private static final int FILLS = 4;

    /** Smaller bursts are cheaper copied. */
    private static final int WORTH_SPLICING = 8 * 1024;

    private final Link link;
    private final Scratch scratch;
    private final End client;
    private final End upstream;

    SpliceMover(Link link, Stream client, Stream upstream) {
        this.link = link;
        this.scratch = LoopHandler.current().orElseThrow().scratch();
        this.client = new End(client);
        this.upstream = new End(upstream);
        this.client.peer = this.upstream;
        this.upstream.peer = this.client;
    }

    /** Whether both are open TCP sockets of this event loop, on epoll and without layers. */
    static boolean fits(Stream client, Stream upstream) {
        return client.isBareSocket()
                && upstream.isBareSocket()
                && Tap.of(client.channel()).isPresent()
                && Tap.of(upstream.channel()).isPresent();
    }

    @Override
    public void start() {
        client.take();
        upstream.take();
        client.attach();
        upstream.attach();
    }

    @Override
    public boolean halfClosed() {
        return client.ended || upstream.ended;
    }

    @Override
    public boolean holdsBytes() {
        return client.holdsBytes() || upstream.holdsBytes();
    }

    @Override
    public void stop() {
        client.release();
        upstream.release();
    }

    /** One socket, and the direction that begins at it. */
    private final class End implements Tap.Listener, Stream.Sink, Runnable {
        private final Stream stream;
        private final Socket socket;
        private final int descriptor;
        private final Pace pace;
        private End peer;
        private Tap tap;

        private boolean readable;
        private boolean writable = true;
        private boolean hangup;
        private boolean urgent;
        /** Netty still has bytes to write to this socket. */
        private boolean flushing;

        private Scratch.Pipe pipe;
        private int inPipe;
        private ByteBuf rest = Unpooled.EMPTY_BUFFER;
        private boolean splicing;
        private boolean queued;
        private boolean ended;
        private boolean passedOn;

        End(Stream stream) {
            this.stream = stream;
            this.socket = (Socket) ((EpollSocketChannel) stream.channel()).fd();
            this.descriptor = socket.intValue();
            this.pace = link.pace(stream);
        }

        void take() {
            tap = Tap.of(stream.channel()).orElseThrow();
            tap.take(this);
            stream.demand(false);
        }

        void attach() {
            if (!link.finished()) {
                stream.attach(this);
            }
            if (!link.finished() && stream.unsent() > 0) {
                flushFirst();
            }
        }

        // --- what Netty read before, and what it still has to write

        @Override
        public void read(ByteBuf bytes) {
            if (link.finished()) {
                bytes.release();
                return;
            }
            link.moved(stream, bytes.readableBytes());
            peer.stream.writeLater(bytes);
            peer.flushFirst();
        }

        private void flushFirst() {
            flushing = true;
            stream.tail().writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(written -> {
                flushing = stream.unsent() > 0;
                if (!written.isSuccess() && !link.finished()) {
                    link.failed(stream, written.cause());
                } else {
                    peer.pump();
                }
            });
        }

        @Override
        public void readComplete() {}

        @Override
        public void writable() {}

        @Override
        public void inputEnded() {
            ended();
            pump();
        }

        @Override
        public void closed(Throwable cause) {
            if (cause != null && !link.finished()) {
                link.failed(stream, cause);
            } else {
                cancelled();
            }
        }

        // --- events

        @Override
        public void ready(int events) {
            if (link.finished()) {
                return;
            }
            link.active();
            hangup |= (events & (Tap.RDHUP | Tap.HUP | Tap.ERR)) != 0;
            urgent |= (events & Tap.PRI) != 0;
            readable |= (events & ~Tap.OUT) != 0;
            if ((events & Tap.ERR) != 0 && ended) {
                // Nobody reads from it any more, so nobody else would notice.
                link.failed(stream, new IOException("connection reset"));
                return;
            }
            if ((events & Tap.OUT) != 0) {
                writable = true;
                if (flushing) {
                    tap.flushChannel();
                }
                peer.pump();
            }
            pump();
        }

        @Override
        public void cancelled() {
            link.ended();
        }

        @Override
        public void run() {
            queued = false;
            link.active();
            pump();
        }

        // --- the direction from this socket to the other

        /** Moves what can be moved now. */
        private void pump() {
            Stream blamed = stream;
            try {
                for (int moved = 0; !link.finished() && !passedOn && !peer.flushing; ) {
                    blamed = peer.stream;
                    if (!drain()) {
                        return;
                    }
                    if (ended) {
                        passOnTheEnd();
                        return;
                    }
                    if (!readable) {
                        givePipeBack();
                        return;
                    }
                    if (moved >= BUDGET) {
                        later(0);
                        return;
                    }
                    long delay = pace.delayNanos();
                    if (delay > 0) {
                        later(delay);
                        return;
                    }
                    blamed = stream;
                    int most = pace.atMost();
                    int got = splicing ? splice(Math.min(most, Scratch.PIPE_BYTES)) : 0;
                    moved += got > 0 ? got : copy(Math.min(most, Scratch.COPY_BYTES));
                }
            } catch (IOException | RuntimeException e) {
                // Not connected any more is an unchecked exception.
                link.failed(blamed, e);
            }
        }

        private void later(long delayNanos) {
            if (queued) {
                return;
            }
            queued = true;
            if (delayNanos == 0) {
                stream.channel().eventLoop().execute(this);
            } else {
                givePipeBack();
                stream.channel().eventLoop().schedule(this, delayNanos, TimeUnit.NANOSECONDS);
            }
        }

        /** Writes what was read before; false when the other socket has to become writable first. */
        private boolean drain() throws IOException {
            while (peer.writable && (rest.isReadable() || inPipe > 0)) {
                int sent;
                if (rest.isReadable()) {
                    sent = peer.socket.sendAddress(rest.memoryAddress(), rest.readerIndex(), rest.writerIndex());
                    rest.skipBytes(sent);
                } else {
                    sent = Native.splice(pipe.in().intValue(), -1, peer.descriptor, -1, inPipe);
                    inPipe -= sent;
                }
                peer.writable = sent > 0;
            }
            if (!rest.isReadable()) {
                rest.release();
                rest = Unpooled.EMPTY_BUFFER;
            }
            return peer.writable;
        }

        private int splice(int most) throws IOException {
            if (pipe == null) {
                pipe = scratch.borrow().orElse(null);
            }
            if (pipe == null) {
                return 0;
            }
            // The pipe was drained, so all that is in it afterwards is new.
            for (int fill = 0; fill < FILLS; fill++) {
                int got = Native.splice(descriptor, -1, pipe.out().intValue(), -1, most);
                inPipe += got;
                if (got == 0 || most < Scratch.PIPE_BYTES) {
                    break;
                }
            }
            splicing = inPipe >= WORTH_SPLICING;
            link.moved(stream, inPipe);
            return inPipe;
        }

        private int copy(int most) throws IOException {
            long address = scratch.copyAddress();
            int got = socket.recvAddress(address, 0, most);
            if (got < 0) {
                ended();
                return 0;
            }
            splicing = got == Scratch.COPY_BYTES;
            // Less than asked for is all there was, unless the end or an urgent mark stands behind it.
            readable = got > 0 && (got == most || hangup || urgent);
            if (got > 0) {
                link.moved(stream, got);
                int sent = peer.socket.sendAddress(address, 0, got);
                if (sent < got) {
                    rest = stream.channel().alloc().directBuffer(got - sent);
                    rest.writeBytes(scratch.copyBuffer().duplicate().limit(got).position(sent));
                }
            }
            return got;
        }

        private void ended() {
            if (!ended) {
                ended = true;
                if (!peer.ended) {
                    link.halfEnded();
                }
            }
        }

        private void passOnTheEnd() throws IOException {
            passedOn = true;
            givePipeBack();
            if (peer.passedOn) {
                link.ended();
            } else if (peer.stream.halfCloses()) {
                peer.stream.outputShut();
                peer.socket.shutdown(false, true);
            }
        }

        private void givePipeBack() {
            if (pipe != null) {
                scratch.giveBack(pipe, inPipe == 0);
                pipe = null;
            }
        }

        boolean holdsBytes() {
            return inPipe > 0 || rest.isReadable() || flushing;
        }

        void release() {
            givePipeBack();
            rest.release();
            rest = Unpooled.EMPTY_BUFFER;
        }
    }
}
