package io.warren.net;

/** A token bucket: so many bytes a second on average, and as many at once after a silence as its rate allows; for any number of relays together. Any thread. */
public final class SteadyPace implements Pace {
    private static final double SECOND = 1e9;

    /** Nobody rests for longer, since the rate may have become a higher one meanwhile. */
    private static final long LONGEST_REST = 1_000_000_000L;

    /** Many that share a bucket would wake for each of its tokens; what comes meanwhile is not lost, as long as it has room. */
    private static final double SHORTEST_REST = 5e6;

    private final Rate rate;
    /** At first, and after a time without a limit, as many as fit. */
    private double tokens = Double.POSITIVE_INFINITY;

    private long countedAt = System.nanoTime();

    /** @param rate may be that of other paces as well: each has a bucket of its own */
    public SteadyPace(Rate rate) {
        this.rate = rate;
    }

    public SteadyPace(long bytesPerSecond) {
        this(new Rate((double) bytesPerSecond, 0));
        if (bytesPerSecond < 1) {
            throw new IllegalArgumentException(bytesPerSecond + " bytes a second (expected: at least 1)");
        }
    }

    /** @return false when there is no limit at the moment */
    private boolean refill() {
        double perSecond = rate.perSecond();
        long now = System.nanoTime();
        boolean limited = perSecond > 0;
        tokens = limited
                ? Math.min(rate.burst(), tokens + (now - countedAt) * perSecond / SECOND)
                : Double.POSITIVE_INFINITY;
        countedAt = now;
        return limited;
    }

    @Override
    public synchronized long delayNanos() {
        if (!refill() || tokens >= 0) {
            return 0;
        }
        double toFill = rate.burst() / rate.perSecond() * SECOND;
        double nanos = Math.max(-tokens / rate.perSecond() * SECOND, Math.min(SHORTEST_REST, toFill / 4));
        return nanos >= LONGEST_REST ? LONGEST_REST : Math.max(1, (long) nanos);
    }

    @Override
    public int atMost() {
        // An eighth of a second's worth keeps the flow even.
        double most = Math.min(rate.perSecond() / 8, rate.burst());
        return rate.isFree() ? Integer.MAX_VALUE : (int) Math.max(1, Math.min(Integer.MAX_VALUE, most));
    }

    @Override
    public synchronized void passed(long bytes) {
        if (refill()) {
            tokens -= bytes;
        }
    }

    @Override
    public synchronized boolean admits(int bytes) {
        if (!refill()) {
            return true;
        }
        if (tokens < bytes) {
            return false;
        }
        tokens -= bytes;
        return true;
    }

    /** Whether it is as if it had never been used. */
    public synchronized boolean isFull() {
        return !refill() || tokens >= rate.burst();
    }

    /** What it goes by. */
    public Rate rate() {
        return rate;
    }
}
