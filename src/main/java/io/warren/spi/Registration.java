package io.warren.spi;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.warren.net.Address;

/** An agent's published offer. */
public interface Registration {
    /** Where visitors come, with the real port. */
    Address address();

    /** Completes when it no longer stands: withdrawn, used up, or lost to another claim (then it fails, saying why). */
    Future<Void> ended();

    /**
     * Completes when this member is about to leave: an agent that can had better attach to another one now. Its visitors' streams go on; when it has
     * not gone by itself it is ended after a while.
     */
    default Future<Void> leaving() {
        return Promise.<Void>promise().future();
    }

    /**
     * Completes when a later session of the same agent has taken its place: no more visitors come, and what they have goes on as long as the agent
     * lives.
     */
    default Future<Void> replaced() {
        return Promise.<Void>promise().future();
    }

    @CanIgnoreReturnValue
    Future<Void> withdraw();
}
