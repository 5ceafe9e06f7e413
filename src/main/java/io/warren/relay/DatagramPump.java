package io.warren.relay;

import io.netty.buffer.ByteBuf;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.warren.net.Address;
import io.warren.net.Conduit;
import io.warren.net.DatagramFlow;
import io.warren.net.Meter;
import io.warren.net.Pace;
import io.warren.net.Paces;
import java.time.Duration;
import java.util.function.Predicate;

/** Carries datagrams both ways between a client's flow and the flow that reaches its targets, until one of them or the control connection ends. */
public final class DatagramPump {
    private final Vertx vertx;
    private final DatagramFlow client;
    private final DatagramFlow upstream;
    private final Meter meter;
    private final Promise<Void> done = Promise.promise();
    private long lastActivity = System.nanoTime();
    private long timer = -1;

    private DatagramPump(Vertx vertx, DatagramFlow client, DatagramFlow upstream, Meter meter) {
        this.vertx = vertx;
        this.client = client;
        this.upstream = upstream;
        this.meter = meter;
    }

    /**
     * @param control the association ends with it
     * @param allowed asked for the destination of each of the client's datagrams; a refused one is dropped
     * @param idle silence in both directions that ends it; zero = none
     * @param paces a datagram that comes too early is dropped
     * @return completes at the end, when both flows are closed
     */
    public static Future<Void> run(
            DatagramFlow client,
            DatagramFlow upstream,
            Conduit control,
            Predicate<Address> allowed,
            Duration idle,
            Meter meter,
            Paces paces) {
        DatagramPump pump = new DatagramPump(client.context().owner(), client, upstream, meter);
        upstream.receiver(paced(pump.new ToClient(), paces.toClient()));
        client.receiver(paced(pump.new ToUpstream(allowed), paces.fromClient()));
        client.closed().onComplete(v -> pump.end());
        upstream.closed().onComplete(v -> pump.end());
        control.closed().onComplete(v -> pump.end());
        if (!idle.isZero()) {
            pump.watch(idle, idle.toMillis());
        }
        return pump.done.future();
    }

    private static DatagramFlow.Receiver paced(DatagramFlow.Receiver receiver, Pace pace) {
        return pace == Pace.FREE ? receiver : new Policed(receiver, pace);
    }

    private void watch(Duration idle, long delayMillis) {
        timer = vertx.setTimer(Math.max(1, delayMillis), t -> {
            long left = idle.toMillis() - (System.nanoTime() - lastActivity) / 1_000_000;
            if (left <= 0) {
                end();
            } else {
                watch(idle, left);
            }
        });
    }

    private void end() {
        if (done.tryComplete()) {
            if (timer >= 0) {
                vertx.cancelTimer(timer);
            }
            client.close();
            upstream.close();
        }
    }

    private final class ToUpstream implements DatagramFlow.Receiver {
        private final Predicate<Address> allowed;

        ToUpstream(Predicate<Address> allowed) {
            this.allowed = allowed;
        }

        @Override
        public void packet(ByteBuf payload, Address target) {
            lastActivity = System.nanoTime();
            meter.fromClient(payload.readableBytes());
            if (allowed.test(target)) {
                upstream.send(payload, target);
            } else {
                payload.release();
            }
        }

        @Override
        public void batchEnd() {
            upstream.flush();
        }

        @Override
        public void ended() {
            end();
        }
    }

    private final class ToClient implements DatagramFlow.Receiver {
        @Override
        public void packet(ByteBuf payload, Address source) {
            lastActivity = System.nanoTime();
            meter.toClient(payload.readableBytes());
            client.send(payload, source);
        }

        @Override
        public void batchEnd() {
            client.flush();
        }

        @Override
        public void ended() {
            end();
        }
    }
}
