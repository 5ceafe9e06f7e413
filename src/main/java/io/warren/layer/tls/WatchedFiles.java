package io.warren.layer.tls;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What is made of files, made again when one of them has changed. Looked at when asked for, at most once a second, off the event loop; who asks
 * meanwhile gets what there is. A new version that cannot be used leaves the old one in place. Any thread.
 */
final class WatchedFiles<T> {
    private static final Logger LOG = LoggerFactory.getLogger("layer");
    private static final long PAUSE = TimeUnit.SECONDS.toNanos(1);

    private final List<Path> files;
    private final Callable<T> make;
    private Future<T> current;
    private List<String> seen = List.of();
    private long looked;
    private boolean looking;

    WatchedFiles(List<Path> files, Callable<T> make) {
        this.files = files;
        this.make = make;
    }

    synchronized Future<T> current(Vertx vertx) {
        long now = System.nanoTime();
        if (current == null || current.failed()) {
            looked = now;
            current = vertx.executeBlocking(this::first, false);
        } else if (current.succeeded() && !looking && now - looked >= PAUSE) {
            looking = true;
            looked = now;
            vertx.executeBlocking(this::again, false).onComplete(done -> looked(done.succeeded(), done.cause()));
        }
        return current;
    }

    private T first() throws Exception {
        List<String> state = state();
        T made = make.call();
        synchronized (this) {
            seen = state;
        }
        return made;
    }

    private Void again() throws Exception {
        List<String> state = state();
        synchronized (this) {
            if (state.equals(seen)) {
                return null;
            }
            seen = state;
        }
        T made = make.call();
        synchronized (this) {
            current = Future.succeededFuture(made);
        }
        LOG.info("certificate files changed, used from now on: {}", files);
        return null;
    }

    private synchronized void looked(boolean fine, Throwable cause) {
        looking = false;
        if (!fine) {
            LOG.warn("changed certificate files not used: {}", cause.getMessage());
        }
    }

    private List<String> state() {
        List<String> state = new ArrayList<>();
        for (Path file : files) {
            try {
                state.add(Files.getLastModifiedTime(file) + " " + Files.size(file));
            } catch (IOException e) {
                state.add("");
            }
        }
        return state;
    }
}
