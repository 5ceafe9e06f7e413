package io.warren.layer.smux;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import io.vertx.core.Future;
import io.warren.net.Address;
import io.warren.spi.Egress;
import io.warren.spi.Notice;
import java.util.function.Consumer;

/** A place at the far end of a session, which lasts as long as it. */
public record MuxBinding(Address address, SmuxSession session) implements Egress.Binding {
    @Override
    public void onNotice(Consumer<Notice> taker) {
        session.onNotice(taker);
    }

    @Override
    public Future<Void> ended() {
        return session.carrier().closed();
    }

    @Override
    @CanIgnoreReturnValue
    public Future<Void> release() {
        return session.carrier().close();
    }
}
