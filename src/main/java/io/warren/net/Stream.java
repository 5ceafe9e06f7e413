package io.warren.net;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelConfig;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.epoll.EpollChannelOption;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.channel.socket.ChannelInputShutdownReadComplete;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.codec.ByteToMessageDecoder;
import io.netty.handler.ssl.SslCloseCompletionEvent;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.internal.buffer.BufferInternal;
import io.vertx.core.net.impl.ShutdownEvent;
import io.vertx.core.streams.ReadStream;
import io.vertx.core.streams.WriteStream;
import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * A stream of bytes with half-close and back-pressure: a Netty channel and the one handler at the end of its pipeline. Layers (TLS, WebSocket, a
 * mux) are handlers before that one, so a stream stays one object however many layers it has.
 *
 * <p>It starts paused: what arrives is kept, up to {@value #KEPT} bytes, until somebody reads. There is one reader at a time: an {@link Intake}
 * during a handshake, then {@link #handler} or {@link Link}; what one has not read is the next one's first byte.
 *
 * <p>Unlike a Vert.x socket's, {@link #end} closes the write side only and {@link #endHandler} tells of the peer's half-close.
 */
public final class Stream implements Conduit, ReadStream<Buffer>, WriteStream<Buffer> {
    /** How many bytes are kept for a reader that is not there yet. */
    static final int KEPT = 64 * 1024;

    /** Takes what arrives as it arrives, on the event loop. Buffers are the sink's to release. */
    public interface Sink {
        void read(ByteBuf bytes);

        /** The batch that the last bytes came in is over: the moment to flush what was written in answer. */
        void readComplete();

        /** {@link #writeQueueFull} may have changed. */
        void writable();

        /** The peer has closed its direction. */
        void inputEnded();

        /** The channel is gone; {@code cause} is null when nobody failed. */
        void closed(Throwable cause);
    }

    private final ContextInternal context;
    private final Channel channel;
    private final Address local;
    private final Address remote;
    private final Promise<Void> closed;

    private ChannelHandlerContext tail;
    private Supplier<ChannelFuture> endOutput;
    private boolean halfCloses;
    private boolean outputEnded;
    private Future<Void> outputEnd;
    private boolean inputEnded;
    private boolean gone;
    private boolean forsaken;
    private Throwable failure;
    private ByteBuf pending = Unpooled.EMPTY_BUFFER;
    private Sink sink;
    private BufferReader reader;
    private Runnable watcher;

    private Stream(ContextInternal context, Channel channel, Address local, Address remote) {
        this.context = context;
        this.channel = channel;
        this.local = local;
        this.remote = remote;
        this.closed = context.promise();
        this.halfCloses = channel instanceof DuplexChannel;
    }

    /** Takes a channel over. */
    static Stream over(ContextInternal context, Channel channel, Address local, Address remote) {
        Stream stream = new Stream(context, channel, local, remote);
        channel.config().setOption(ChannelOption.ALLOW_HALF_CLOSURE, true);
        channel.config().setAutoRead(false);
        Tail handler = stream.new Tail();
        channel.pipeline().addLast("warren", handler);
        stream.tail = channel.pipeline().context(handler);
        if (!channel.isActive()) {
            stream.finished(null);
        }
        return stream;
    }

    @Override
    public Context context() {
        return context;
    }

    @Override
    public Address local() {
        return local;
    }

    @Override
    public Address remote() {
        return remote;
    }

    @Override
    public Future<Void> closed() {
        return closed.future();
    }

    @Override
    @CanIgnoreReturnValue
    public Future<Void> close() {
        forsake();
        // A close after writes must not overtake them: an empty write behind them tells when they are out.
        if (channel.isActive() && outputEnd != null) {
            outputEnd.onComplete(end -> channel.close());
            if (!outputEnd.isComplete()) {
                giveUpWithoutProgress(Long.MAX_VALUE);
            }
        } else if (channel.isActive() && !outputEnded) {
            ChannelFuture sent = tail.writeAndFlush(Unpooled.EMPTY_BUFFER);
            sent.addListener(f -> channel.close());
            if (!sent.isDone()) {
                giveUpWithoutProgress(Long.MAX_VALUE);
            }
        } else {
            channel.close();
        }
        return closed.future();
    }

    /** A peer that has stopped reading must not keep a closed stream for ever. */
    private void giveUpWithoutProgress(long leftBefore) {
        if (gone) {
            return;
        }
        long left = unsent();
        if (left >= leftBefore) {
            abort();
        } else {
            channel.eventLoop()
                    .schedule(() -> giveUpWithoutProgress(left), Relaying.LINGER.toMillis(), TimeUnit.MILLISECONDS);
        }
    }

    /** Bytes written that the carrier has not taken yet. */
    long unsent() {
        ChannelOutboundBuffer out = channel.unsafe().outboundBuffer();
        return out == null ? 0 : out.totalPendingWriteBytes();
    }

    /** Closes at once and, where the carrier can say so, tells the peer that it is not a regular end (TCP: a reset). */
    public void abort() {
        forsake();
        if (channel.isActive()) {
            channel.config().setOption(ChannelOption.SO_LINGER, 0);
            // Past the layers, which would say a regular goodbye.
            channel.pipeline().firstContext().close();
        }
    }

    /** As {@link #abort}; {@link #closed} and who reads learn {@code why}. */
    void fail(ProxyException why) {
        failure = failure == null ? why : failure;
        abort();
    }

    /** The TCP socket below all layers and muxes, where this is a stream on epoll. */
    Optional<EpollSocketChannel> socket() {
        Channel at = channel;
        while (at != null && !(at instanceof EpollSocketChannel)) {
            at = at.parent();
        }
        return Optional.ofNullable((EpollSocketChannel) at);
    }

    /**
     * How long the host at the other end of the connection has failed to acknowledge what was sent to it, whether a process there reads or not; zero
     * when nothing is missing. Empty where the system does not tell.
     */
    public Optional<Duration> unacknowledged() {
        return socket().filter(Channel::isActive).flatMap(Acknowledgements::overdue);
    }

    /** Whether the host at the other end has acknowledged all that was sent; empty where the system does not tell. */
    public Optional<Boolean> acknowledged() {
        return socket().filter(Channel::isActive).flatMap(Acknowledgements::all);
    }

    /** How long a packet takes to the host at the other end and its acknowledgement back, smoothed; empty where the system does not tell. */
    public Optional<Duration> roundTrip() {
        return socket().filter(Channel::isActive).flatMap(Acknowledgements::roundTrip);
    }

    /** A promise whose listeners run on this stream's context, at once when it is completed on the event loop. */
    public <T> Promise<T> promise() {
        return context.promise();
    }

    /** Tunes keep-alive of a connected socket; without effect on a stream that is none. */
    public void keepAlive(KeepAlive how) {
        if (!(channel instanceof EpollSocketChannel)) {
            return;
        }
        ChannelConfig config = channel.config();
        config.setOption(ChannelOption.SO_KEEPALIVE, how.on());
        if (how.on() && !how.idle().isZero()) {
            config.setOption(EpollChannelOption.TCP_KEEPIDLE, (int) how.idle().toSeconds());
            config.setOption(
                    EpollChannelOption.TCP_KEEPINTVL, (int) how.interval().toSeconds());
            config.setOption(EpollChannelOption.TCP_KEEPCNT, how.count());
        }
    }

    /** Whether {@link #end} can close one direction alone. */
    public boolean halfCloses() {
        return halfCloses;
    }

    /** Whether the peer has closed its direction and all of it has been read. */
    public boolean inputEnded() {
        return inputEnded && !pending.isReadable();
    }

    boolean isOpen() {
        return !gone;
    }

    Channel channel() {
        return channel;
    }

    /** Whether this is a TCP socket on epoll whose bytes pass no layer. */
    boolean isBareSocket() {
        return channel instanceof EpollSocketChannel
                && endOutput == null
                && channel.pipeline().firstContext() == tail;
    }

    /** Somebody shut the write side of the socket down. */
    void outputShut() {
        outputEnded = true;
    }

    ChannelPipeline pipeline() {
        return channel.pipeline();
    }

    ChannelHandlerContext tail() {
        return tail;
    }

    ContextInternal vertxContext() {
        return context;
    }

    Throwable failure() {
        return failure;
    }

    /** How this stream ends its output from now on; {@code how} null = it cannot. */
    void endsOutput(Supplier<ChannelFuture> how) {
        endOutput = how;
        halfCloses = how != null;
    }

    // --- reading

    /** The bytes kept so far; the caller moves the reader index. */
    ByteBuf pending() {
        return pending;
    }

    /** Whether nothing will be added to what is kept. */
    boolean sawEnd() {
        return inputEnded || gone;
    }

    /** Calls {@code change} whenever something was kept or the input ended; null ends that. */
    void watch(Runnable change) {
        watcher = change;
    }

    private void changed() {
        if (watcher != null) {
            watcher.run();
        }
    }

    /** Whether the carrier is read; a stream without a sink keeps what comes. */
    public void demand(boolean on) {
        if (channel.config().isAutoRead() != on) {
            channel.config().setAutoRead(on);
        }
    }

    /** Gives everything from now on to {@code next}; what was kept goes to it first. Null keeps again. */
    public void attach(Sink next) {
        sink = next;
        if (next == null) {
            return;
        }
        if (pending.isReadable()) {
            ByteBuf kept = pending;
            pending = Unpooled.EMPTY_BUFFER;
            next.read(kept);
            next.readComplete();
        } else {
            releasePending();
        }
        if (sink == next && inputEnded) {
            next.inputEnded();
        }
        if (sink == next && gone) {
            next.closed(failure);
        }
    }

    /** Ends a sink. {@code unused} is what it took and had no use for: the next reader's first bytes. */
    public void detach(ByteBuf unused) {
        sink = null;
        if (gone || !unused.isReadable()) {
            unused.release();
        } else {
            keep(unused);
        }
    }

    /** Sends what was kept through the pipeline again, entering it at {@code from}: a layer was added that has yet to see it. */
    void replay(ChannelHandlerContext from) {
        if (!pending.isReadable()) {
            return;
        }
        ByteBuf kept = pending;
        pending = Unpooled.EMPTY_BUFFER;
        try {
            ((io.netty.channel.ChannelInboundHandler) from.handler()).channelRead(from, kept);
            ((io.netty.channel.ChannelInboundHandler) from.handler()).channelReadComplete(from);
        } catch (Exception e) {
            channel.pipeline().fireExceptionCaught(e);
        }
    }

    private void releasePending() {
        pending.release();
        pending = Unpooled.EMPTY_BUFFER;
    }

    private void keep(ByteBuf bytes) {
        pending = ByteToMessageDecoder.MERGE_CUMULATOR.cumulate(channel.alloc(), pending, bytes);
        if (pending.readableBytes() >= KEPT) {
            demand(false);
        }
    }

    private void finished(Throwable cause) {
        if (gone) {
            return;
        }
        gone = true;
        failure = cause;
        if (sink != null) {
            sink.closed(cause);
        } else {
            changed();
        }
        // A reader that comes later still gets what arrived before the end, unless nobody can come: then it must not
        // leak.
        if (sink != null || cause != null || forsaken) {
            releasePending();
        }
        closed.tryComplete();
    }

    /** Nobody is going to read what is kept. */
    private void forsake() {
        forsaken = true;
        if (gone) {
            releasePending();
        }
    }

    private final class Tail extends ChannelInboundHandlerAdapter {
        @Override
        public void channelRead(ChannelHandlerContext ctx, Object message) {
            if (!(message instanceof ByteBuf bytes)) {
                ctx.fireChannelRead(message);
            } else if (sink != null) {
                sink.read(bytes);
            } else {
                keep(bytes);
            }
        }

        @Override
        public void channelReadComplete(ChannelHandlerContext ctx) {
            if (sink != null) {
                sink.readComplete();
            } else {
                changed();
            }
        }

        @Override
        public void channelWritabilityChanged(ChannelHandlerContext ctx) {
            // Who only writes has no sink, but may wait for the queue to drain.
            Sink listening = sink != null ? sink : reader;
            if (listening != null) {
                listening.writable();
            }
        }

        @Override
        public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
            boolean end = event instanceof ChannelInputShutdownEvent || event instanceof SslCloseCompletionEvent;
            if (end && !inputEnded) {
                inputEnded = true;
                if (sink != null) {
                    sink.inputEnded();
                } else {
                    changed();
                }
            } else if (!end
                    && !(event instanceof ChannelInputShutdownReadComplete)
                    // A server that retires must not end what it accepted.
                    && !(event instanceof ShutdownEvent)) {
                ctx.fireUserEventTriggered(event);
            }
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
            failure = failure == null ? cause : failure;
            ctx.close();
        }

        @Override
        public void channelInactive(ChannelHandlerContext ctx) {
            finished(failure);
            ctx.fireChannelInactive();
        }

        @Override
        public void handlerRemoved(ChannelHandlerContext ctx) {
            finished(failure);
            if (pending.refCnt() > 0) {
                releasePending();
            }
        }
    }

    // --- writing

    /** Writes without flushing; the bytes are given away. */
    public void writeLater(ByteBuf bytes) {
        tail.write(bytes, channel.voidPromise());
    }

    /** Sends what was written later. */
    public void flush() {
        tail.flush();
    }

    /** Writes and flushes; the bytes are given away. */
    @CanIgnoreReturnValue
    public Future<Void> send(ByteBuf bytes) {
        return future(tail.writeAndFlush(bytes));
    }

    @Override
    @CanIgnoreReturnValue
    public Future<Void> write(Buffer data) {
        return send(((BufferInternal) data).getByteBuf());
    }

    @Override
    @CanIgnoreReturnValue
    public Future<Void> end() {
        if (outputEnded || gone) {
            return context.succeededFuture();
        }
        outputEnded = true;
        if (!halfCloses) {
            channel.close();
            return closed.future();
        }
        if (endOutput != null) {
            outputEnd = future(endOutput.get());
            return outputEnd;
        }
        // Behind what is queued: a shutdown now would cut it off.
        Promise<Void> done = context.promise();
        tail.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(written -> {
            if (written.isSuccess()) {
                ((DuplexChannel) channel).shutdownOutput().addListener(shut -> finish(done, shut.cause()));
            } else {
                finish(done, written.cause());
            }
        });
        outputEnd = done.future();
        return outputEnd;
    }

    private Future<Void> future(ChannelFuture operation) {
        if (operation.isDone()) {
            blame(operation.cause());
            return operation.isSuccess() ? context.succeededFuture() : context.failedFuture(operation.cause());
        }
        Promise<Void> done = context.promise();
        operation.addListener(f -> {
            blame(f.cause());
            finish(done, f.cause());
        });
        return done.future();
    }

    /** A write that fails closes the channel without telling the pipeline why. */
    private void blame(Throwable cause) {
        if (failure == null && cause instanceof IOException && !(cause instanceof ClosedChannelException)) {
            failure = cause;
        }
    }

    private static void finish(Promise<Void> done, Throwable cause) {
        if (cause == null) {
            done.complete();
        } else {
            done.fail(cause);
        }
    }

    @Override
    @CanIgnoreReturnValue
    public Stream setWriteQueueMaxSize(int maxSize) {
        channel.config().setWriteBufferHighWaterMark(maxSize);
        return this;
    }

    @Override
    public boolean writeQueueFull() {
        return !channel.isWritable();
    }

    // --- the Vert.x view of reading, made when somebody asks for it: most streams are joined and never read so

    private BufferReader reader() {
        if (reader == null) {
            reader = new BufferReader(this);
        }
        return reader;
    }

    private boolean isRead() {
        return reader != null && sink == reader;
    }

    @Override
    @CanIgnoreReturnValue
    public Stream handler(Handler<Buffer> handler) {
        reader().onData(handler);
        if (handler != null) {
            if (!isRead()) {
                attach(reader);
            }
            reader.resume();
        }
        return this;
    }

    @Override
    @CanIgnoreReturnValue
    public Stream pause() {
        reader().pause();
        return this;
    }

    @Override
    @CanIgnoreReturnValue
    public Stream resume() {
        return fetch(Long.MAX_VALUE);
    }

    @Override
    @CanIgnoreReturnValue
    public Stream fetch(long amount) {
        reader().fetch(amount);
        if (isRead()) {
            reader.resume();
        }
        return this;
    }

    @Override
    @CanIgnoreReturnValue
    public Stream endHandler(Handler<Void> handler) {
        reader().onEnd(handler);
        // The end may have come together with the first bytes, before anybody said what to do then.
        if (handler != null && isRead() && reader.sawEnd()) {
            reader.resume();
        }
        return this;
    }

    @Override
    @CanIgnoreReturnValue
    public Stream drainHandler(Handler<Void> handler) {
        reader().onDrained(handler);
        return this;
    }

    @Override
    @CanIgnoreReturnValue
    public Stream exceptionHandler(Handler<Throwable> handler) {
        reader().onFailure(handler);
        return this;
    }

    /** Why a peer's end during a handshake is a failure. */
    ProxyException endedEarly() {
        String why = failure instanceof IOException ? failure.getMessage() : "closed by the peer";
        return new ProxyException(ProxyException.Kind.CLOSED, ProxyException.Side.CLIENT, why, failure);
    }

    @Override
    public String toString() {
        return remote + (gone ? " (closed)" : "");
    }
}
