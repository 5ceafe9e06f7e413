package io.warren.policy.record;

import io.netty.buffer.Unpooled;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.warren.net.Address;
import io.warren.net.DialOptions;
import io.warren.net.TcpDial;
import io.warren.spi.Eventually;
import java.time.Duration;

/** One connection for each record, as gost makes it. */
final class TcpSink extends Singly {
    private final Address address;
    private final DialOptions dial;

    TcpSink(Address address, Duration timeout) {
        this.address = address;
        this.dial = DialOptions.DEFAULT.within(timeout);
    }

    @Override
    Future<Void> write(byte[] record) {
        Context context = Vertx.currentContext();
        return TcpDial.connect(context, address, dial)
                .compose(stream -> Eventually.within(
                                context, dial.timeout(), "record sent", stream.send(Unpooled.wrappedBuffer(record)))
                        .onSuccess(sent -> stream.close())
                        .onFailure(e -> stream.abort()));
    }

    @Override
    public void close() {}

    @Override
    public String toString() {
        return "tcp " + address;
    }
}
