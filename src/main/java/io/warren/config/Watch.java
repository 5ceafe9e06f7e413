package io.warren.config;

import io.vertx.core.Future;

/** Files that are being watched. */
@FunctionalInterface
public interface Watch {
    /** Ends watching. */
    Future<Void> close();
}
