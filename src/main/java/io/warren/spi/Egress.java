package io.warren.spi;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import io.vertx.core.Future;
import io.warren.net.Address;
import io.warren.net.DatagramFlow;
import io.warren.net.ProxyException;
import io.warren.net.Stream;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * A way out, in three verbs: the system's sockets, a node over another way out, a chain, a cluster member. Called on an event loop's context; results
 * live on that event loop. Fails with {@link ProxyException}.
 */
@FunctionalInterface
public interface Egress {
    /** A way that leads nowhere. */
    static Egress failing(Supplier<ProxyException> why) {
        return new Egress() {
            @Override
            public Future<Stream> connect(Session session, Destination target) {
                return Future.failedFuture(why.get());
            }

            @Override
            public Future<DatagramFlow> associate(Session session, Optional<Destination> target) {
                return Future.failedFuture(why.get());
            }
        };
    }

    /** Whether a rule forbids clients to go there, however they say so; by default none does. */
    default boolean refuses(Destination target) {
        return false;
    }

    /** Whether there are such rules at all, so that it matters where clients go. */
    default boolean selective() {
        return false;
    }

    /** A stream to {@code target}, paused. */
    Future<Stream> connect(Session session, Destination target);

    /**
     * Datagrams to {@code target}, or to any address when empty.
     *
     * @return by default fails with UNSUPPORTED
     */
    default Future<DatagramFlow> associate(Session session, Optional<Destination> target) {
        return Future.failedFuture(ProxyException.unsupported("no datagrams on this way"));
    }

    /**
     * A place at the far end where others reach us.
     *
     * @param peers called for each of them, with a session whose client is the peer; or once with a flow of everybody's datagrams, and a session
     *     whose client is {@link Address#NONE}
     * @return by default fails with UNSUPPORTED
     */
    default Future<Binding> bind(Session session, Destination local, Consumer<Inbound> peers) {
        return Future.failedFuture(ProxyException.unsupported("no bind on this way"));
    }

    /**
     * Whether this way leads to somebody who lives, as far as that can be told.
     *
     * @return at once when there was a sign of life within the {@code recent} past (or by default), else when the far end has answered a question that
     *     is put to it now; fails when the way ends before that
     */
    default Future<Void> proven(Duration recent) {
        return Future.succeededFuture();
    }

    /** A place at the far end. */
    interface Binding {
        Address address();

        /** Completes when the far end or the way to it is gone; fails with the reason when there is one. */
        Future<Void> ended();

        /** Calls {@code taker} with what the far end notifies us of, on the event loop of the binding; by default it never does. */
        default void onNotice(Consumer<Notice> taker) {}

        @CanIgnoreReturnValue
        Future<Void> release();
    }
}
