package io.warren.route;

import io.warren.net.Histogram;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/**
 * How long it takes to reach the first nodes of chains, and how often a chain fails at one of its nodes, for monitoring. A node that was reconfigured goes on with its sums.
 * Any thread.
 */
public final class Connects {
    /** gost's. */
    private static final List<Double> BOUNDS =
            List.of(.01, .05, .1, .25, .5, 1.0, 1.5, 2.0, 5.0, 10.0, 15.0, 30.0, 60.0);

    /** Beyond that many, nodes are not told apart: those of files and URLs come and go. */
    private static final int MAX_NODES = 2_000;

    private static final First OTHERS = new First("others", "others");

    /** The first node of a chain's route. */
    public record First(String chain, String node) {}

    /** What is known about one. */
    public static final class Sums {
        private final Histogram durations = new Histogram(BOUNDS);
        private final LongAdder failures = new LongAdder();

        /** Of dialling and greeting the node, when that succeeded. */
        public Histogram durations() {
            return durations;
        }

        /** Of the whole chain behind it, the target's refusals not among them. */
        public long failures() {
            return failures.sum();
        }
    }

    private final Map<First, Sums> nodes = new ConcurrentHashMap<>();

    Sums of(String chain, String node) {
        First first = new First(chain, node);
        Sums known = nodes.get(first);
        return known != null
                ? known
                : nodes.computeIfAbsent(nodes.size() < MAX_NODES ? first : OTHERS, f -> new Sums());
    }

    static void failed(Sums at) {
        at.failures.increment();
    }

    public Map<First, Sums> nodes() {
        return nodes;
    }
}
