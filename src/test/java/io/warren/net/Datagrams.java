package io.warren.net;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/** Datagram flows seen from a test's thread. */
final class Datagrams {
    @SuppressWarnings("ArrayRecordComponent") // Never compared.
    record Packet(byte[] payload, Address peer) {}

    private Datagrams() {}

    static <T> T on(Context context, Supplier<Future<T>> task) {
        Promise<T> result = Promise.promise();
        context.runOnContext(v -> task.get().onComplete(result));
        return LinkFixture.get(result.future());
    }

    static Context context(Vertx vertx) {
        return vertx.getOrCreateContext();
    }

    /** What arrives from now on. */
    static Inbox inbox(DatagramFlow flow) {
        Inbox inbox = new Inbox();
        flow.context().runOnContext(v -> flow.receiver(inbox));
        return inbox;
    }

    static void send(DatagramFlow flow, byte[] payload, Address peer) {
        flow.context().runOnContext(v -> {
            flow.send(Unpooled.copiedBuffer(payload), peer);
            flow.flush();
        });
    }

    static final class Inbox implements DatagramFlow.Receiver {
        private final BlockingQueue<Packet> packets = new LinkedBlockingQueue<>();
        volatile boolean ended;

        @Override
        public void packet(ByteBuf payload, Address peer) {
            packets.add(new Packet(ByteBufUtil.getBytes(payload), peer));
            payload.release();
        }

        @Override
        public void ended() {
            ended = true;
        }

        Packet next() throws InterruptedException {
            Packet packet = packets.poll(LinkFixture.DEADLINE.toSeconds(), TimeUnit.SECONDS);
            if (packet == null) {
                throw new AssertionError("no datagram");
            }
            return packet;
        }

        int size() {
            return packets.size();
        }
    }
}
