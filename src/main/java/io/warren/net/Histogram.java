package io.warren.net;

import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;

/** How many durations lay below which bounds. Any thread. */
public final class Histogram {
    private final List<Double> bounds;
    private final long[] nanos;
    private final LongAdder[] counts;
    private final LongAdder sum = new LongAdder();

    /** @param bounds upper ones, in seconds, ascending */
    public Histogram(List<Double> bounds) {
        this.bounds = List.copyOf(bounds);
        this.nanos = bounds.stream()
                .mapToLong(s -> Math.round(s * TimeUnit.SECONDS.toNanos(1)))
                .toArray();
        this.counts = new LongAdder[nanos.length + 1];
        Arrays.setAll(counts, i -> new LongAdder());
    }

    /** @param duration in nanoseconds */
    public void add(long duration) {
        int i = 0;
        while (i < nanos.length && duration > nanos[i]) {
            i++;
        }
        counts[i].increment();
        sum.add(duration);
    }

    public boolean isEmpty() {
        return count() == 0;
    }

    private long count() {
        return Arrays.stream(counts).mapToLong(LongAdder::sum).sum();
    }

    /** In seconds. */
    public List<Double> bounds() {
        return bounds;
    }

    /** How many lay at or below each bound, those below lower ones included, and last how many there were. */
    public List<Long> cumulative() {
        Long[] sums = new Long[counts.length];
        long so = 0;
        for (int i = 0; i < counts.length; i++) {
            so += counts[i].sum();
            sums[i] = so;
        }
        return List.of(sums);
    }

    /** All durations together, in seconds. */
    public double seconds() {
        return (double) sum.sum() / TimeUnit.SECONDS.toNanos(1);
    }
}
