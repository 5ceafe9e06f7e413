package io.warren.layer.smux;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.util.collection.IntObjectHashMap;
import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.ScheduledFuture;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.warren.net.Pipeline;
import io.warren.net.ProxyException;
import io.warren.net.Stream;
import io.warren.net.Vigil;
import io.warren.spi.Notice;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * One smux session on one stream, which belongs to it from then on. On the carrier's event loop.
 *
 * <p>Streams take turns of one frame when the carrier is slower than they are. A slow reader holds up its own stream only (version 2), or everything
 * once {@link SmuxOptions#maxReceiveBytes} wait for it (version 1, whose wire format has no other means). Bad frames, a silent peer and the carrier's
 * end end every stream with the reason.
 */
public final class SmuxSession {
    static final int MAX_STREAMS = 65536;

    /** What one stream may write in a turn of its own when nobody waits. */
    private static final int UNCONTENDED = 64 * 1024;

    private enum Peer {
        UNKNOWN,
        OTHER,
        WARREN
    }

    private final Stream carrier;
    private final SmuxOptions options;
    private final Consumer<Stream> accepted;
    private final IntObjectHashMap<SmuxStream> streams = new IntObjectHashMap<>();
    private final Queue<SmuxStream> waiting = new ArrayDeque<>();
    private final List<SmuxStream> delivered = new ArrayList<>();
    private final WindowBudget budget = new WindowBudget();
    private final LifeSigns signs;

    private ChannelHandlerContext ctx;
    private ScheduledFuture<?> ticks;
    private Peer peer = Peer.UNKNOWN;
    private boolean greeted;
    private int nextId;
    private SmuxStream serving;
    private int turnLeft;
    private boolean inBatch;
    private boolean needsFlush;
    private boolean flushPlanned;
    private long unread;
    private boolean paused;
    private boolean ended;
    private long lastFrame = System.nanoTime();
    private long lastTick = lastFrame;

    private Promise<Void> idle;

    private SmuxSession(Stream carrier, SmuxOptions options, int parity, Consumer<Stream> accepted) {
        this.carrier = carrier;
        this.options = options;
        this.accepted = accepted;
        this.nextId = parity;
        this.signs = new LifeSigns(this);
    }

    static SmuxSession start(Stream carrier, SmuxOptions options, int parity, Consumer<Stream> accepted) {
        SmuxSession session = new SmuxSession(carrier, options, parity, accepted);
        Pipeline pipeline = Pipeline.of(carrier);
        pipeline.add(new FrameReader(session));
        pipeline.demand();
        return session;
    }

    // --- for its user

    /**
     * A new stream. The peer is not asked: bytes may follow at once.
     *
     * @return fails with CLOSED when the session is over, LIMITED when it has no more ids or streams
     */
    public Future<Stream> open() {
        if (ended) {
            return Future.failedFuture(gone());
        }
        if (!isOpen()) {
            return Future.failedFuture(ProxyException.of(
                    ProxyException.Kind.LIMITED,
                    ProxyException.Side.SELF,
                    "smux session has " + streams.size() + " streams, last id " + nextId));
        }
        nextId += 2;
        greet();
        control(Frame.SYN, nextId);
        planFlush();
        SmuxStream stream = add(nextId);
        return Future.succeededFuture(stream.channel().stream());
    }

    /** Whether {@link #open} can succeed: the session lives and has ids left. */
    public boolean isOpen() {
        return !ended && nextId < Frame.LAST_ID - 1 && streams.size() < MAX_STREAMS;
    }

    /** How many streams are open. */
    public int streamCount() {
        return streams.size();
    }

    public Stream carrier() {
        return carrier;
    }

    /** Completes when the session is over, whatever the cause. */
    public Future<Void> closed() {
        return carrier.closed();
    }

    /** Ends the session and with it all streams. */
    @CanIgnoreReturnValue
    public Future<Void> close() {
        end(gone());
        return carrier.closed();
    }

    /**
     * From now on something is sent every two seconds, as both ends of a session want it on which somebody waits for visitors: with a {@link Vigil} over
     * the carrier a host that has gone is noticed within its time, and between two Warren ends a process that has stopped. No change for a session
     * without keep-alive.
     */
    public void attend() {
        if (!ended && !options.keepAlive().isZero() && signs.attend()) {
            greet();
            promisePulse();
            flush();
        }
    }

    private void promisePulse() {
        if (peer == Peer.WARREN) {
            signs.promisePulse();
        }
    }

    /**
     * Waits for a sign of life: at once when there was one within the {@code recent} past, else when the peer has answered a question that is put to it
     * now. Of a peer that is no Warren, its host's acknowledgement counts.
     *
     * @return fails when the session ends before that
     */
    public Future<Void> proven(Duration recent) {
        return ended ? Future.failedFuture(gone()) : signs.proven(recent);
    }

    /** Takes what the peer notifies us of. */
    public void onNotice(Consumer<Notice> taker) {
        signs.onNotice(taker);
    }

    /** @return whether the peer is one who understands it; if not, nothing is sent */
    @CanIgnoreReturnValue
    public boolean notice(Notice what) {
        return !ended && signs.notice(what);
    }

    /** Completes when no stream is open, or the session is over. */
    public Future<Void> idle() {
        if (idle == null || idle.future().isComplete()) {
            idle = carrier.promise();
            if (ended || streams.isEmpty()) {
                idle.complete();
            }
        }
        return idle.future();
    }

    private static ProxyException gone() {
        return ProxyException.upstream(ProxyException.Kind.CLOSED, "smux session ended");
    }

    private SmuxStream add(int id) {
        SmuxStream stream = new SmuxStream(this, id, new ReceiveWindow(options.maxStreamBytes(), budget));
        if (peer == Peer.OTHER) {
            stream.cannotHalfClose();
        }
        streams.put(id, stream);
        return stream;
    }

    // --- for the frame reader

    void started(ChannelHandlerContext context) {
        ctx = context;
        long interval = options.keepAlive().toNanos();
        if (interval > 0) {
            lastTick = System.nanoTime();
            ticks = ctx.executor().scheduleWithFixedDelay(this::tick, interval, interval, TimeUnit.NANOSECONDS);
        }
    }

    private void tick() {
        long now = System.nanoTime();
        if (now - lastTick > 2 * options.keepAlive().toNanos()) {
            // This process stood still: what the peer sent meanwhile may not have been read yet.
            lastFrame = now;
        }
        lastTick = now;
        if (isSilentFor(options.timeout())) {
            endSilent();
            return;
        }
        for (SmuxStream stream : streams.values()) {
            if (!stream.wasActive()) {
                stream.shrink();
            }
        }
        greet();
        nop(0);
        flush();
    }

    void batchBegins() {
        inBatch = true;
    }

    void batchEnds() {
        for (int i = 0; i < delivered.size(); i++) {
            SmuxStream stream = delivered.get(i);
            stream.touched = false;
            stream.channel().deliveryEnds();
        }
        delivered.clear();
        inBatch = false;
        if (needsFlush && !ended) {
            flush();
        }
    }

    int version() {
        return options.version();
    }

    /** A frame of any kind. */
    void frame(int command, int id) {
        lastFrame = System.nanoTime();
        signs.seen();
        if (peer == Peer.UNKNOWN && !(command == Frame.NOP && id == Frame.WARREN)) {
            peer = Peer.OTHER;
            streams.values().forEach(SmuxStream::cannotHalfClose);
        }
    }

    void synReceived(int id) {
        if (streams.containsKey(id)) {
            return;
        }
        if (streams.size() >= MAX_STREAMS) {
            control(Frame.FIN, id);
            flush();
            return;
        }
        accepted.accept(add(id).channel().stream());
    }

    void finReceived(int id) {
        SmuxStream stream = streams.get(id);
        if (stream != null) {
            stream.channel().finish();
        }
    }

    void nopReceived(int id) {
        if (id == Frame.WARREN) {
            if (peer == Peer.UNKNOWN) {
                peer = Peer.WARREN;
                greet();
                promisePulse();
                streams.values().forEach(SmuxStream::tellEnd);
                flush();
            }
        } else if (peer == Peer.WARREN && id > Frame.LAST_ID) {
            signs.signal(id);
        } else if (peer == Peer.WARREN && id != 0) {
            SmuxStream stream = streams.get(id & ~Frame.CUT);
            if (stream != null && (id & Frame.CUT) != 0) {
                stream.channel().fail(ProxyException.upstream(ProxyException.Kind.CLOSED, "reset by the peer"));
            } else if (stream != null) {
                stream.channel().endInput();
            }
        }
    }

    void updateReceived(int id, int consumed, int window) {
        SmuxStream stream = streams.get(id);
        if (stream != null) {
            stream.update(consumed, window);
        }
    }

    /** Part of a data frame's payload. */
    void dataReceived(int id, ByteBuf bytes) {
        SmuxStream stream = streams.get(id);
        if (stream == null) {
            bytes.release();
            return;
        }
        if (!stream.touched) {
            stream.touched = true;
            delivered.add(stream);
        }
        stream.deliver(bytes);
    }

    void end(ProxyException why) {
        if (ended) {
            return;
        }
        ended = true;
        if (ticks != null) {
            ticks.cancel(false);
        }
        signs.end(why);
        for (SmuxStream stream : List.copyOf(streams.values())) {
            // A carrier that just ended has delivered what it delivered; a peer that breaks the rules is not waited
            // for, and nobody will read any more on an event loop that ends.
            if (why.kind() == ProxyException.Kind.CLOSED
                    && !Pipeline.of(carrier).eventLoop().isShuttingDown()) {
                stream.channel().fail(why);
            } else {
                stream.channel().cut(why);
            }
        }
        if (why.kind() == ProxyException.Kind.TIMEOUT) {
            // Nobody takes what is still to be sent.
            carrier.abort();
        } else {
            carrier.close();
        }
        tellIdle();
    }

    private void tellIdle() {
        if (idle != null && (ended || streams.isEmpty())) {
            idle.tryComplete();
        }
    }

    // --- for the signs of life

    EventExecutor executor() {
        return ctx.executor();
    }

    /** In nanoseconds, since the last frame. */
    long silence() {
        return System.nanoTime() - lastFrame;
    }

    /** Whether nothing has come for so long, and we would have read it. */
    boolean isSilentFor(Duration time) {
        return !paused && silence() >= time.toNanos();
    }

    void endSilent() {
        end(ProxyException.upstream(
                ProxyException.Kind.TIMEOUT, "smux peer silent for " + silence() / 1_000_000_000 + " s"));
    }

    // --- for the streams: reading

    void unread(int change) {
        unread += change;
        if (!paused && unread > options.maxReceiveBytes()) {
            paused = true;
            ctx.channel().config().setAutoRead(false);
        } else if (paused && unread <= options.maxReceiveBytes() / 2) {
            paused = false;
            lastFrame = System.nanoTime();
            ctx.channel().config().setAutoRead(true);
        }
    }

    void update(int id, ReceiveWindow window) {
        write(Frame.update(ctx.alloc(), version(), id, window.consumed(), window.size()));
    }

    // --- for the streams: writing

    /** How many bytes {@code stream} may write now; when none, it is asked again in its turn. */
    int turn(SmuxStream stream) {
        boolean own = serving == stream;
        if (ctx.channel().isWritable() && (own ? turnLeft > 0 : waiting.isEmpty() && serving == null)) {
            return own ? turnLeft : UNCONTENDED;
        }
        if (!stream.queued) {
            stream.queued = true;
            waiting.add(stream);
        }
        return 0;
    }

    /** {@code stream}, which its peer's window held up, may go on. */
    void ready(SmuxStream stream) {
        if (!stream.queued) {
            stream.channel().resume();
        }
    }

    void writable() {
        if (serving != null || ended) {
            return;
        }
        while (ctx.channel().isWritable() && !waiting.isEmpty()) {
            serving = waiting.remove();
            serving.queued = false;
            turnLeft = options.maxFrameBytes();
            serving.channel().resume();
        }
        serving = null;
        if (needsFlush && !inBatch) {
            flush();
        }
    }

    void data(int id, ByteBuf bytes) {
        if (serving != null) {
            turnLeft -= bytes.readableBytes();
        }
        greet();
        while (bytes.readableBytes() > options.maxFrameBytes()) {
            write(Frame.data(ctx.alloc(), version(), id, bytes.readRetainedSlice(options.maxFrameBytes())));
        }
        write(Frame.data(ctx.alloc(), version(), id, bytes));
    }

    void flush() {
        if (inBatch || serving != null) {
            needsFlush = true;
        } else {
            needsFlush = false;
            ctx.flush();
        }
    }

    private void planFlush() {
        if (!flushPlanned) {
            flushPlanned = true;
            ctx.executor().execute(() -> {
                flushPlanned = false;
                flush();
            });
        }
    }

    void ended(SmuxStream stream) {
        if (peer == Peer.WARREN) {
            stream.tellEnd();
            flush();
        }
    }

    void forget(SmuxStream stream, int id, boolean aborted) {
        streams.remove(id);
        if (stream.queued) {
            waiting.remove(stream);
        }
        if (ended) {
            return;
        }
        if (aborted && peer == Peer.WARREN) {
            nop(id | Frame.CUT);
        }
        control(Frame.FIN, id);
        flush();
        tellIdle();
    }

    void nop(int id) {
        control(Frame.NOP, id);
    }

    /** Before our first frame, or in answer to the peer's. */
    private void greet() {
        if (!greeted) {
            greeted = true;
            nop(Frame.WARREN);
        }
    }

    private void control(int command, int id) {
        write(Frame.header(ctx.alloc(), version(), command, 0, id));
    }

    private void write(ByteBuf frame) {
        if (ended) {
            frame.release();
            return;
        }
        needsFlush = true;
        ctx.write(frame, ctx.voidPromise());
    }
}
