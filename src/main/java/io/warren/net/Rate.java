package io.warren.net;

/** How many a second, on average, and how many at once after a silence; of all that have it, and changeable while they go on. Any thread. */
public final class Rate {
    private record Limit(double perSecond, double burst) {}

    private static final Limit FREE = new Limit(0, 0);

    private volatile Limit limit = FREE;

    /** Without a limit, for now. */
    public Rate() {}

    public Rate(double perSecond, double burst) {
        set(perSecond, burst);
    }

    /** From now on. Zero or less a second: no limit. A burst of zero or less is a second's worth. */
    public void set(double perSecond, double burst) {
        limit = perSecond > 0 ? new Limit(perSecond, burst > 0 ? burst : perSecond) : FREE;
    }

    public boolean isFree() {
        return limit.perSecond() <= 0;
    }

    /** Zero when there is no limit. */
    public double perSecond() {
        return limit.perSecond();
    }

    /** Zero when there is no limit. */
    public double burst() {
        return limit.burst();
    }
}
