package io.warren.spi;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import io.vertx.core.Future;
import io.warren.net.Address;

/** An agent's published offer. */
public interface Registration {
    /** Where visitors come, with the real port. */
    Address address();

    /** Completes when it no longer stands: withdrawn, used up, or lost to another claim (then it fails, saying why). */
    Future<Void> ended();

    @CanIgnoreReturnValue
    Future<Void> withdraw();
}
