package io.warren.relay;

import io.netty.buffer.ByteBuf;
import io.warren.net.Address;
import io.warren.net.DatagramFlow;
import io.warren.net.Drops;
import io.warren.net.Pace;

/** Hands on the datagrams that come at the given pace; drops others, since nothing waits in a flow. */
final class Policed implements DatagramFlow.Receiver {
    private final DatagramFlow.Receiver receiver;
    private final Pace pace;

    Policed(DatagramFlow.Receiver receiver, Pace pace) {
        this.receiver = receiver;
        this.pace = pace;
    }

    @Override
    public void packet(ByteBuf payload, Address peer) {
        if (pace.admits(payload.readableBytes())) {
            receiver.packet(payload, peer);
        } else {
            Drops.count();
            payload.release();
        }
    }

    @Override
    public void batchEnd() {
        receiver.batchEnd();
    }

    @Override
    public void ended() {
        receiver.ended();
    }
}
