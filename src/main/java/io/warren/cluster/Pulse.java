package io.warren.cluster;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.warren.net.Histogram;
import io.warren.net.Loops;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Whether another member answers on the trunk, the way that visitors take: Hazelcast needs five seconds to see that a process hangs, and does not look at
 * the trunk. Starts on any thread, the rest is of one event loop.
 */
final class Pulse {
    /** For an answer. With {@link #INTERVAL}, a member that hangs is noticed within two seconds. */
    static final Duration ANSWER = Duration.ofMillis(1500);

    private static final Duration INTERVAL = Duration.ofMillis(500);

    /** A deadline that comes so much later means that this process stood still itself: it cannot blame the other one. */
    private static final Duration LATE = Duration.ofMillis(250);

    private static final List<Double> BOUNDS = List.of(.0005, .001, .0025, .005, .01, .025, .05, .1, .25, .5, 1.0, 1.5);

    private final Context context;
    private final Supplier<Future<Void>> question;
    private final Consumer<Boolean> answers;
    private final Histogram roundTrips = new Histogram(BOUNDS);
    private volatile boolean answered = true;
    private volatile boolean stopped;

    /** @param answers told of each change; it is taken to answer at first */
    Pulse(Context context, Supplier<Future<Void>> question, Consumer<Boolean> answers) {
        this.context = context;
        this.question = question;
        this.answers = answers;
    }

    void start() {
        context.runOnContext(v -> beat());
    }

    private void beat() {
        if (stopped) {
            return;
        }
        long asked = System.nanoTime();
        question.get().onComplete(done -> {
            long took = System.nanoTime() - asked;
            if (done.succeeded()) {
                roundTrips.add(took);
            }
            boolean late = took > ANSWER.plus(LATE).toNanos();
            boolean known = done.succeeded() || !late;
            if (!stopped && known && done.succeeded() != answered) {
                answered = done.succeeded();
                answers.accept(answered);
            }
            Loops.setTimer(context, INTERVAL, t -> beat());
        });
    }

    /** Whether it answered when it was asked last. Any thread. */
    boolean answered() {
        return answered;
    }

    /** How long answers took; the first of a connection includes its opening. Any thread. */
    Histogram roundTrips() {
        return roundTrips;
    }

    /** Any thread. */
    void stop() {
        stopped = true;
    }
}
