package io.warren.layer.smux;

import java.util.concurrent.atomic.AtomicLong;

/** What receive windows may grow by in all: of one session, and of the process. One session's event loop, except the process's sum. */
final class WindowBudget {
    static final long SESSION = 64L * 1024 * 1024;

    private static final long PROCESS = Math.max(SESSION, Runtime.getRuntime().maxMemory() / 2);
    private static final AtomicLong GRANTED = new AtomicLong();

    private long left = SESSION;

    /** @return how much of {@code wanted} bytes is granted, perhaps nothing */
    int take(int wanted) {
        long granted = Math.min(wanted, left);
        long total = GRANTED.addAndGet(granted);
        if (total > PROCESS) {
            long excess = Math.min(granted, total - PROCESS);
            GRANTED.addAndGet(-excess);
            granted -= excess;
        }
        left -= granted;
        return (int) granted;
    }

    void give(int bytes) {
        left += bytes;
        GRANTED.addAndGet(-bytes);
    }
}
