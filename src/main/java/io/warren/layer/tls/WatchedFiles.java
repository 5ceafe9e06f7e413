package io.warren.layer.tls;

import io.vertx.core.Context;
import io.vertx.core.Future;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
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
    private final Supplier<String> also;
    private final Callable<T> make;
    private final Object making = new Object();
    private final AtomicBoolean looking = new AtomicBoolean();
    private volatile Optional<T> made = Optional.empty();
    private volatile long looked;
    private List<String> seen = List.of();

    WatchedFiles(List<Path> files, Callable<T> make) {
        this(files, () -> "", make);
    }

    /** @param also something else that it is made of, as a text */
    WatchedFiles(List<Path> files, Supplier<String> also, Callable<T> make) {
        this.files = files;
        this.also = also;
        this.make = make;
    }

    /** @param context the caller's, where the future completes */
    Future<T> current(Context context) {
        Optional<T> present = made;
        if (present.isEmpty()) {
            return context.executeBlocking(this::first, false);
        }
        if (System.nanoTime() - looked >= PAUSE && looking.compareAndSet(false, true)) {
            looked = System.nanoTime();
            context.executeBlocking(this::again, false).onComplete(done -> {
                looking.set(false);
                if (done.failed()) {
                    LOG.warn(
                            "changed certificate files not used: {}",
                            done.cause().getMessage());
                }
            });
        }
        return Future.succeededFuture(present.get());
    }

    private T first() throws Exception {
        synchronized (making) {
            if (made.isEmpty()) {
                looked = System.nanoTime();
                seen = state();
                made = Optional.of(make.call());
            }
            return made.get();
        }
    }

    private Void again() throws Exception {
        synchronized (making) {
            List<String> state = state();
            if (!state.equals(seen)) {
                seen = state;
                made = Optional.of(make.call());
                LOG.info("certificate files changed, used from now on: {}", files);
            }
            return null;
        }
    }

    private List<String> state() {
        List<String> state = new ArrayList<>();
        state.add(also.get());
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
