package io.warren.protocol.socks;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.warren.net.Address;
import io.warren.net.Conduit;
import io.warren.spi.Egress;
import io.warren.spi.Notice;
import java.util.function.Consumer;

/** A port that a node has bound for us, as long as the stream to the node lives. */
final class FarPort implements Egress.Binding {
    private final Address address;
    private final Conduit carrier;
    private final Promise<Void> ended = Promise.promise();
    private Consumer<Consumer<Notice>> notices = taker -> {};
    private boolean spent;

    FarPort(Address address, Conduit carrier) {
        this.address = address;
        this.carrier = carrier;
        carrier.closed().onComplete(v -> ended.tryComplete());
    }

    /** @param hearing takes who is to hear what the node notifies us of */
    void notices(Consumer<Consumer<Notice>> hearing) {
        notices = hearing;
    }

    @Override
    public void onNotice(Consumer<Notice> taker) {
        notices.accept(taker);
    }

    @Override
    public Address address() {
        return address;
    }

    @Override
    public Future<Void> ended() {
        return ended.future();
    }

    /** It was for one visitor, who has the carrier now. */
    void spend() {
        spent = true;
        ended.tryComplete();
    }

    @Override
    public Future<Void> release() {
        return spent ? Future.succeededFuture() : carrier.close();
    }

    void fail(Throwable why) {
        if (ended.tryFail(why)) {
            carrier.close();
        }
    }
}
