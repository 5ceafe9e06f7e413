package io.warren.boot;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.warren.cluster.Cluster;
import io.warren.net.Loops;
import io.warren.service.Activity;
import io.warren.service.Endpoints;
import io.warren.service.LiveSession;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How a member goes out of service without a request being lost: it is not ready any more, tells the others, who stop choosing it, accepts for a while
 * what balancers still bring, then closes its ports, lets its agents go, and waits for what runs. Each step can be the last one: then it is back in
 * service. Any thread.
 */
final class Drain {
    private static final Logger LOG = LoggerFactory.getLogger("boot");

    /** For balancers to notice that this member is not ready. */
    private static final Duration NOTICE = Duration.ofSeconds(2);

    /** For those who were let in last to have shaken hands, and so be seen. */
    private static final Duration ARRIVAL = Duration.ofSeconds(1);

    private static final Duration LOOK = Duration.ofMillis(100);

    private final Context context;
    private final Cluster cluster;
    private final Server server;
    private final Endpoints endpoints;
    private final Activity activity;
    /** Odd while draining. */
    private final AtomicInteger turn = new AtomicInteger();

    private volatile Future<Void> running = Future.succeededFuture();

    Drain(Vertx vertx, Cluster cluster, Server server, Endpoints endpoints, Activity activity) {
        this.context = Loops.next(vertx);
        this.cluster = cluster;
        this.server = server;
        this.endpoints = endpoints;
        this.activity = activity;
    }

    boolean draining() {
        return turn.get() % 2 == 1;
    }

    /**
     * @param within the grace time; empty: the one that the cluster section says
     * @return once nothing runs here any more, or the grace time is over; fails when it was taken back
     */
    synchronized Future<Void> begin(Optional<Duration> within) {
        if (draining()) {
            return running;
        }
        int mine = turn.incrementAndGet();
        Duration grace = within.orElse(cluster.grace());
        LOG.atInfo().addKeyValue("grace", grace).log("draining");
        endpoints.drain(true);
        running = cluster.drain()
                .compose(v -> after(alone() ? Duration.ZERO : NOTICE))
                .compose(v -> stillOf(mine))
                .compose(v -> closeAll())
                .compose(v -> stillOf(mine))
                .compose(v -> {
                    endpoints.dismiss();
                    Promise<Void> idle = Promise.promise();
                    long deadline = System.nanoTime() + grace.toNanos();
                    return after(grace.compareTo(ARRIVAL) < 0 ? grace : ARRIVAL).compose(passed -> {
                        untilIdle(mine, deadline, idle);
                        return idle.future();
                    });
                })
                .onSuccess(v -> LOG.atInfo().log("drained"));
        return running;
    }

    /** Nobody's agent goes before the last visitor has come. */
    private Future<Void> closeAll() {
        Future<Void> ports = endpoints.closePorts();
        return server.pause().compose(v -> ports);
    }

    private boolean alone() {
        return cluster.members().size() < 2;
    }

    private Future<Void> after(Duration time) {
        Promise<Void> passed = Promise.promise();
        Loops.setTimer(context, time, t -> passed.complete());
        return passed.future();
    }

    private Future<Void> stillOf(int mine) {
        return turn.get() == mine ? Future.succeededFuture() : Future.failedFuture("taken back");
    }

    private void untilIdle(int mine, long deadline, Promise<Void> idle) {
        activity.sessions().onComplete(asked -> {
            List<LiveSession> running = asked.succeeded()
                    ? asked.result().stream().filter(Drain::isToFinish).toList()
                    : List.of();
            boolean rest = asked.succeeded() && running.isEmpty() && endpoints.live() == 0;
            if (turn.get() != mine) {
                idle.fail("taken back");
            } else if (rest) {
                idle.complete();
            } else if (System.nanoTime() > deadline) {
                LOG.atWarn()
                        .log(
                                "the grace time is over for {} sessions, such as {}",
                                running.size(),
                                running.stream().findFirst());
                idle.complete();
            } else {
                Loops.setTimer(context, LOOK, t -> untilIdle(mine, deadline, idle));
            }
        });
    }

    /** An agent's own connection ends when this process does. */
    private static boolean isToFinish(LiveSession session) {
        return session.kind() != LiveSession.Kind.BIND;
    }

    /** @param plan what is to run again */
    synchronized Future<Void> end(Plan plan) {
        if (!draining()) {
            return Future.succeededFuture();
        }
        turn.incrementAndGet();
        endpoints.drain(false);
        return running.transform(v -> server.apply(plan)).compose(v -> {
            endpoints.openPorts();
            LOG.atInfo().log("back in service");
            return cluster.undrain();
        });
    }
}
