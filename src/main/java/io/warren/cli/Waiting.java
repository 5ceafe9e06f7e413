package io.warren.cli;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import io.vertx.core.Future;
import io.warren.config.ConfigException;
import java.util.concurrent.CompletionException;

/** The main thread's way to wait for the event loops. */
final class Waiting {
    private Waiting() {}

    /**
     * @throws ConfigException when the future fails with one
     * @throws StartException when it fails otherwise
     */
    @CanIgnoreReturnValue
    static <T> T on(Future<T> future) {
        try {
            return future.toCompletionStage().toCompletableFuture().join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof ConfigException wrong) {
                throw wrong;
            }
            throw new StartException(e.getCause());
        }
    }
}
