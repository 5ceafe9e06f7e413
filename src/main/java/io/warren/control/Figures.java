package io.warren.control;

import com.sun.management.OperatingSystemMXBean;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.warren.net.Loops;
import io.warren.service.Activity;
import io.warren.service.ServiceStats;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/** What this process does, in figures: taken once a second, kept for five minutes by the second and for an hour by ten seconds. Any thread. */
public final class Figures {
    private static final int SECONDS = 300;
    private static final int TENS = 360;
    private static final int TEN = 10;

    private record Point(double in, double out, double connections, double opened, double failed) {
        static final Point ZERO = new Point(0, 0, 0, 0, 0);

        Point plus(Point o) {
            return new Point(in + o.in, out + o.out, connections + o.connections, opened + o.opened, failed + o.failed);
        }

        Point over(int count) {
            return new Point(in / count, out / count, connections / count, opened / count, failed / count);
        }
    }

    private final Activity activity;
    private final Instant started = Instant.now();
    private final List<Context> loops = new ArrayList<>();
    private final Deque<Point> seconds = new ArrayDeque<>();
    private final Deque<Point> tens = new ArrayDeque<>();
    private final Deque<long[]> pauses = new ArrayDeque<>();
    private final AtomicLong lag = new AtomicLong();
    private Point sum = Point.ZERO;
    private int summed;
    private ServiceStats last = ServiceStats.NONE;
    private long lastAt = System.nanoTime();
    private Instant taken = started;
    private Point current = Point.ZERO;

    private Figures(Activity activity) {
        this.activity = activity;
    }

    /** Begins to take them. */
    public static Figures start(Vertx vertx, Activity activity, int loopCount) {
        Figures figures = new Figures(activity);
        for (int i = 0; i < loopCount; i++) {
            figures.loops.add(Loops.next(vertx));
        }
        vertx.setPeriodic(1000, t -> figures.take());
        return figures;
    }

    private void take() {
        long asked = System.nanoTime();
        loops.forEach(loop ->
                loop.runOnContext(v -> lag.accumulateAndGet((System.nanoTime() - asked) / 1000, Math::max)));
        activity.stats()
                .onSuccess(stats ->
                        add(stats.values().stream().reduce(ServiceStats.NONE, ServiceStats::plus), System.nanoTime()));
    }

    private synchronized void add(ServiceStats now, long at) {
        double nanos = Math.max(1, at - lastAt) / 1e9;
        // A service that was replaced begins at zero again.
        current = new Point(
                Math.max(0, now.in() - last.in()) / nanos,
                Math.max(0, now.out() - last.out()) / nanos,
                now.current(),
                Math.max(0, now.total() - last.total()) / nanos,
                Math.max(0, now.failed() - last.failed()) / nanos);
        last = now;
        lastAt = at;
        taken = Instant.now();
        push(seconds, current, SECONDS);
        sum = sum.plus(current);
        if (++summed == TEN) {
            push(tens, sum.over(TEN), TENS);
            sum = Point.ZERO;
            summed = 0;
        }
        pauses.addLast(new long[] {collected(), lag.getAndSet(0)});
        if (pauses.size() > TEN) {
            pauses.removeFirst();
        }
    }

    private static <T> void push(Deque<T> ring, T value, int max) {
        ring.addLast(value);
        if (ring.size() > max) {
            ring.removeFirst();
        }
    }

    private static long collected() {
        return ManagementFactory.getGarbageCollectorMXBeans().stream()
                .mapToLong(GarbageCollectorMXBean::getCollectionTime)
                .sum();
    }

    synchronized JsonObject now() {
        Runtime runtime = Runtime.getRuntime();
        JsonObject json = new JsonObject()
                .put("started", started.toString())
                .put(
                        "uptimeS",
                        java.time.Duration.between(started, Instant.now()).toSeconds())
                .put("cpus", runtime.availableProcessors())
                .put("heapUsed", runtime.totalMemory() - runtime.freeMemory())
                .put("heapMax", runtime.maxMemory())
                .put("connections", last.current())
                .put("opened", last.total())
                .put("failed", last.failed())
                .put("inBytes", last.in())
                .put("outBytes", last.out())
                .put("inRate", rounded(current.in()))
                .put("outRate", rounded(current.out()))
                .put("newRate", rounded(current.opened()));
        if (ManagementFactory.getOperatingSystemMXBean() instanceof OperatingSystemMXBean system) {
            json.put("cpu", rounded(Math.max(0, system.getProcessCpuLoad())));
        }
        if (!pauses.isEmpty()) {
            json.put("gcMs", pauses.peekLast()[0] - pauses.peekFirst()[0])
                    .put("lagMs", pauses.stream().mapToLong(p -> p[1]).max().orElse(0) / 1000.0);
        }
        return json;
    }

    private static double rounded(double value) {
        return Math.round(value * 1000) / 1000.0;
    }

    /** @param ten whether by ten seconds, else by the second */
    synchronized JsonObject series(boolean ten) {
        Deque<Point> ring = ten ? tens : seconds;
        int step = ten ? TEN : 1;
        JsonArray in = new JsonArray();
        JsonArray out = new JsonArray();
        JsonArray connections = new JsonArray();
        JsonArray opened = new JsonArray();
        JsonArray failed = new JsonArray();
        for (Point point : ring) {
            in.add(rounded(point.in()));
            out.add(rounded(point.out()));
            connections.add(rounded(point.connections()));
            opened.add(rounded(point.opened()));
            failed.add(rounded(point.failed()));
        }
        Instant end = ten ? taken.minusSeconds(summed) : taken;
        return new JsonObject()
                .put(
                        "from",
                        end.minusSeconds((long) step * Math.max(0, ring.size() - 1))
                                .toString())
                .put("in", in)
                .put("out", out)
                .put("connections", connections)
                .put("opened", opened)
                .put("failed", failed);
    }
}
