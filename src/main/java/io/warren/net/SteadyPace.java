package io.warren.net;

import java.util.concurrent.atomic.AtomicLong;

/** So many bytes a second on average, and as many at once after a second of silence; for any number of relays together. */
public final class SteadyPace implements Pace {
    private static final long SECOND = 1_000_000_000L;

    private final long bytesPerSecond;
    /** When everything that passed will have been paid for at the given rate. */
    private final AtomicLong paidAt;

    public SteadyPace(long bytesPerSecond) {
        if (bytesPerSecond < 1) {
            throw new IllegalArgumentException(bytesPerSecond + " bytes a second (expected: at least 1)");
        }
        this.bytesPerSecond = bytesPerSecond;
        this.paidAt = new AtomicLong(System.nanoTime() - SECOND);
    }

    @Override
    public long delayNanos() {
        return Math.max(0, paidAt.get() - System.nanoTime());
    }

    @Override
    public int atMost() {
        // An eighth of a second's worth keeps the flow even.
        return (int) Math.max(1, Math.min(Integer.MAX_VALUE, bytesPerSecond / 8));
    }

    @Override
    public void passed(long bytes) {
        long cost = (long) (bytes * (double) SECOND / bytesPerSecond);
        long earliest = System.nanoTime() - SECOND;
        paidAt.updateAndGet(paid -> (paid - earliest < 0 ? earliest : paid) + cost);
    }
}
