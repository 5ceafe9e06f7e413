package io.warren.chaos;

import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.function.Predicate;

/** What visitors noticed of an injection. */
final class Outage {
    private final long injected;
    private final List<Sample> samples;

    /** @param samples all that began since {@code injected}, a time of {@link System#nanoTime} */
    Outage(long injected, List<Sample> samples) {
        this.injected = injected;
        this.samples = samples;
    }

    Outage of(Predicate<Route> routes) {
        return new Outage(
                injected,
                samples.stream().filter(sample -> routes.test(sample.route())).toList());
    }

    /** How long after the injection a request began that failed, or one ended that took longer than {@link Sample#SLOW}. */
    Duration length() {
        long last = injected;
        for (Sample sample : samples) {
            if (sample.failed()) {
                last = Math.max(last, sample.start());
            } else if (sample.slow()) {
                last = Math.max(last, sample.end());
            }
        }
        return Duration.ofNanos(last - injected);
    }

    long failed() {
        return samples.stream().filter(Sample::failed).count();
    }

    long all() {
        return samples.size();
    }

    Duration worst() {
        return samples.stream().map(Sample::took).max(Duration::compareTo).orElse(Duration.ZERO);
    }

    Duration quantile(double part) {
        List<Duration> times = samples.stream()
                .filter(sample -> !sample.failed())
                .map(Sample::took)
                .sorted()
                .toList();
        return times.isEmpty() ? Duration.ZERO : times.get((int) (part * (times.size() - 1)));
    }

    /** A few of those that failed or were slow, for whoever looks for the reason. */
    List<String> examples() {
        List<String> failed = samples.stream()
                .filter(sample -> sample.failed() || sample.slow())
                .sorted(Comparator.comparing(Sample::failed))
                .map(sample -> String.format(
                        java.util.Locale.ROOT,
                        "%.1f s: %s, %.1f s: %s",
                        (sample.start() - injected) / 1e9,
                        sample.route(),
                        sample.took().toNanos() / 1e9,
                        sample.fault()))
                .toList();
        return failed.subList(Math.max(0, failed.size() - 12), failed.size());
    }
}
