package io.warren.protocol.socks;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import io.netty.buffer.ByteBuf;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.warren.net.Address;
import io.warren.net.DatagramFlow;

/** A flow to any address, used for one. */
record Aimed(DatagramFlow flow, Address target) implements DatagramFlow {
    @Override
    public boolean send(ByteBuf payload, Address ignored) {
        return flow.send(payload, target);
    }

    @Override
    public Address remote() {
        return target;
    }

    @Override
    public void flush() {
        flow.flush();
    }

    @Override
    public void receiver(Receiver receiver) {
        flow.receiver(receiver);
    }

    @Override
    public int maxPayload() {
        return flow.maxPayload();
    }

    @Override
    public Context context() {
        return flow.context();
    }

    @Override
    public Address local() {
        return flow.local();
    }

    @Override
    @CanIgnoreReturnValue
    public Future<Void> close() {
        return flow.close();
    }

    @Override
    public Future<Void> closed() {
        return flow.closed();
    }
}
