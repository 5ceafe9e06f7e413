package io.warren.net;

import io.netty.buffer.ByteBuf;
import io.netty.channel.EventLoop;
import io.vertx.core.internal.ContextInternal;
import java.util.ArrayList;
import java.util.List;

/**
 * A stream's bytes between its own event loop (near) and another (far), in both directions at most {@value #WINDOW} bytes that the other side has not
 * taken. Buffers change loops as they are; what belongs to one direction is handed over in one task a batch.
 */
final class StreamBridge {
    static final int WINDOW = 256 * 1024;

    private final Stream near;
    private final EventLoop nearLoop;
    private final EventLoop farLoop;
    private final Near inward = new Near();
    private final Far outward = new Far();
    private CarriedChannel far;

    private StreamBridge(ContextInternal context, Stream near) {
        this.near = near;
        this.nearLoop = near.channel().eventLoop();
        this.farLoop = context.nettyEventLoop();
    }

    static Stream open(ContextInternal context, Stream near) {
        StreamBridge bridge = new StreamBridge(context, near);
        bridge.far = CarriedChannel.elsewhere(context, near, bridge.outward);
        Stream stream = bridge.far.stream();
        if (!near.halfCloses()) {
            stream.endsOutput(null);
        }
        // Also when called on the near loop: the far channel has to be registered before its first bytes.
        bridge.farLoop.execute(() -> bridge.nearLoop.execute(bridge.inward::start));
        return stream;
    }

    /** The end at the original stream; on the near loop. */
    private final class Near implements Stream.Sink {
        private List<ByteBuf> batch = new ArrayList<>();
        private int untaken;
        private boolean reading;

        void start() {
            near.attach(this);
            reading = untaken < WINDOW;
            if (near.isOpen()) {
                near.demand(reading);
            }
        }

        @Override
        public void read(ByteBuf bytes) {
            untaken += bytes.readableBytes();
            batch.add(bytes);
            if (reading && untaken >= WINDOW) {
                reading = false;
                near.demand(false);
            }
        }

        @Override
        public void readComplete() {
            if (!batch.isEmpty()) {
                List<ByteBuf> full = batch;
                batch = new ArrayList<>();
                farLoop.execute(() -> {
                    full.forEach(far::deliver);
                    far.deliveryEnds();
                });
            }
        }

        void taken(int bytes) {
            untaken -= bytes;
            if (!reading && untaken < WINDOW && near.isOpen()) {
                reading = true;
                near.demand(true);
            }
        }

        void write(List<ByteBuf> pieces, int bytes) {
            if (!near.isOpen()) {
                pieces.forEach(ByteBuf::release);
                return;
            }
            for (int i = 0; i + 1 < pieces.size(); i++) {
                near.writeLater(pieces.get(i));
            }
            near.send(pieces.get(pieces.size() - 1)).onComplete(v -> farLoop.execute(() -> outward.taken(bytes)));
        }

        @Override
        public void writable() {}

        @Override
        public void inputEnded() {
            readComplete();
            farLoop.execute(far::endInput);
        }

        @Override
        public void closed(Throwable cause) {
            readComplete();
            farLoop.execute(() -> {
                if (cause == null) {
                    far.finish();
                } else {
                    far.fail(cause);
                }
            });
        }
    }

    /** What carries the far channel's bytes; on the far loop. */
    private final class Far implements Carrier {
        private List<ByteBuf> batch = new ArrayList<>();
        private int batched;
        private int untaken;
        private int consumed;

        @Override
        public int room() {
            return WINDOW - untaken;
        }

        @Override
        public void write(ByteBuf bytes) {
            untaken += bytes.readableBytes();
            batched += bytes.readableBytes();
            batch.add(bytes);
        }

        @Override
        public void flush() {
            if (!batch.isEmpty()) {
                List<ByteBuf> full = batch;
                int bytes = batched;
                batch = new ArrayList<>();
                batched = 0;
                nearLoop.execute(() -> inward.write(full, bytes));
            }
        }

        void taken(int bytes) {
            untaken -= bytes;
            far.resume();
        }

        @Override
        public void consumed(int bytes) {
            consumed += bytes;
            if (consumed >= WINDOW / 4) {
                int all = consumed;
                consumed = 0;
                nearLoop.execute(() -> inward.taken(all));
            }
        }

        @Override
        public void endOutput() {
            flush();
            nearLoop.execute(near::end);
        }

        @Override
        public void closed(boolean aborted) {
            flush();
            nearLoop.execute(() -> {
                if (aborted) {
                    near.abort();
                } else {
                    near.close();
                }
            });
        }
    }
}
