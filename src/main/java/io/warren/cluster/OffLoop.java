package io.warren.cluster;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.concurrent.Callable;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/** Threads for what waits: Hazelcast's calls. They end when there is nothing to do. */
final class OffLoop {
    private static final int THREADS = 4;

    private final ThreadPoolExecutor threads =
            new ThreadPoolExecutor(THREADS, THREADS, 5, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), task -> {
                Thread thread = new Thread(task, "cluster");
                thread.setDaemon(true);
                return thread;
            });

    OffLoop() {
        threads.allowCoreThreadTimeOut(true);
    }

    /** @return completes on one of these threads */
    <T> Future<T> run(Callable<T> work) {
        Promise<T> done = Promise.promise();
        threads.execute(() -> {
            try {
                done.complete(work.call());
            } catch (Exception e) {
                done.fail(e);
            }
        });
        return done.future();
    }
}
