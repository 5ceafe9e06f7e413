package io.warren.net;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.ByteToMessageDecoder;
import io.vertx.core.Handler;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.internal.buffer.BufferInternal;

/** Vert.x's view of reading a stream: handlers of buffers, with demand. What arrives without demand is held, and nothing more is read. */
final class BufferReader implements Stream.Sink {
    private final Stream stream;
    private Handler<Buffer> data;
    private Handler<Void> ended;
    private Handler<Void> drained;
    private Handler<Throwable> failed;
    private ByteBuf held = Unpooled.EMPTY_BUFFER;
    private long wanted = Long.MAX_VALUE;
    private boolean sawEnd;

    BufferReader(Stream stream) {
        this.stream = stream;
    }

    void onData(Handler<Buffer> handler) {
        data = handler;
    }

    void onEnd(Handler<Void> handler) {
        ended = handler;
    }

    void onDrained(Handler<Void> handler) {
        drained = handler;
    }

    void onFailure(Handler<Throwable> handler) {
        failed = handler;
    }

    void pause() {
        wanted = 0;
    }

    void fetch(long amount) {
        wanted = wanted + amount < 0 ? Long.MAX_VALUE : wanted + amount;
    }

    boolean sawEnd() {
        return sawEnd;
    }

    @Override
    public void read(ByteBuf bytes) {
        if (wanted > 0 && data != null) {
            deliver(bytes);
        } else {
            held = ByteToMessageDecoder.MERGE_CUMULATOR.cumulate(
                    stream.channel().alloc(), held, bytes);
            stream.demand(false);
        }
    }

    private void deliver(ByteBuf bytes) {
        if (wanted != Long.MAX_VALUE) {
            wanted--;
        }
        Buffer copy =
                BufferInternal.buffer(Unpooled.buffer(bytes.readableBytes()).writeBytes(bytes));
        bytes.release();
        stream.vertxContext().dispatch(copy, data);
    }

    void resume() {
        if (held.isReadable() && wanted > 0 && data != null) {
            ByteBuf bytes = held;
            held = Unpooled.EMPTY_BUFFER;
            deliver(bytes);
        }
        if (held.isReadable() || data == null) {
            return;
        }
        if (sawEnd && ended != null) {
            Handler<Void> handler = ended;
            ended = null;
            stream.vertxContext().dispatch(null, handler);
        }
        stream.demand(wanted > 0);
    }

    @Override
    public void readComplete() {}

    @Override
    public void writable() {
        if (stream.channel().isWritable() && drained != null) {
            stream.vertxContext().dispatch(null, drained);
        }
    }

    @Override
    public void inputEnded() {
        sawEnd = true;
        resume();
    }

    @Override
    public void closed(Throwable cause) {
        if (cause != null && failed != null) {
            stream.vertxContext().dispatch(cause, failed);
        }
        inputEnded();
        held.release();
        held = Unpooled.EMPTY_BUFFER;
    }
}
