package io.warren.net;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import io.vertx.core.Context;
import io.vertx.core.Future;

/** A stream or a datagram flow. Owned by one event loop: every method is called there, and every callback and future completes there. */
public sealed interface Conduit permits Stream, DatagramFlow {
    /** The context whose event loop owns this. */
    Context context();

    /** Our end; {@link Address#NONE} when the carrier has none. */
    Address local();

    /** The peer's end; {@link Address#NONE} when the carrier has none. */
    Address remote();

    /** Closes both directions; what was written before is still sent. Repeating it does nothing. */
    @CanIgnoreReturnValue
    Future<Void> close();

    /** Completes at the end, whatever its cause; never fails. */
    Future<Void> closed();
}
