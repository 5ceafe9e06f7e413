package io.warren.boot;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import io.warren.policy.observe.Event;
import io.warren.policy.observe.Observer;
import io.warren.service.Activity;
import io.warren.service.ServiceStats;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells the observers of one running service what it does, from its start until it is retired and its last session has ended. */
final class Observation {
    private static final Logger LOG = LoggerFactory.getLogger("observer");

    private final Vertx vertx;
    private final String service;
    private final Optional<Observer> states;
    private final Supplier<Boolean> trouble;
    private final List<Report> reports = new ArrayList<>();
    private boolean troubled;
    private Future<Void> lastState = Future.succeededFuture();

    private Observation(Vertx vertx, Plan.Planned planned, Supplier<Boolean> trouble) {
        Activity activity = planned.service().activity();
        this.vertx = vertx;
        this.service = planned.service().name();
        this.states = planned.watched().states();
        this.trouble = trouble;
        planned.watched()
                .service()
                .ifPresent(watch -> reports.add(new Report(
                        watch,
                        () -> activity.stats().map(all -> Map.of("", all.getOrDefault(service, ServiceStats.NONE))),
                        (client, sums) -> Event.ofService(service, sums))));
        planned.watched()
                .handler()
                .ifPresent(watch -> reports.add(new Report(
                        watch,
                        () -> activity.users(service),
                        (client, sums) -> Event.ofClient(service, client, sums))));
    }

    /** @param trouble whether nobody can come in at the moment */
    static Observation begin(Vertx vertx, Plan.Planned planned, Supplier<Boolean> trouble) {
        Observation observation = new Observation(vertx, planned, trouble);
        observation.state("running");
        observation.state("ready");
        observation.reports.forEach(Report::begin);
        return observation;
    }

    /** The service accepts nobody any more. */
    void retired() {
        state("closed");
    }

    /** Its last session has ended: the last sums are told. */
    void ended() {
        reports.forEach(Report::end);
    }

    /** One after the other, so that they arrive in their order. */
    private synchronized void state(String state) {
        states.ifPresent(observer -> lastState = lastState
                .transform(before -> observer.tell(List.of(Event.status(service, state))))
                .onFailure(
                        e -> LOG.atWarn().log("{}: {}; service {} is {}", observer, e.getMessage(), service, state)));
    }

    private synchronized void lookForTrouble() {
        boolean now = trouble.get();
        if (now != troubled) {
            troubled = now;
            state(now ? "failed" : "ready");
        }
    }

    /** Makes an event of a client's sums. */
    private interface Wording {
        Event of(String client, JsonObject sums);
    }

    /** Sums that one observer is told each period. */
    private final class Report {
        private final Watched.Watch watch;
        private final Supplier<Future<Map<String, ServiceStats>>> source;
        private final Wording wording;
        private final Map<String, ServiceStats> told = new HashMap<>();
        private List<Event> unsent = List.of();
        private boolean failing;
        private Future<Void> round = Future.succeededFuture();
        private long timer;

        Report(Watched.Watch watch, Supplier<Future<Map<String, ServiceStats>>> source, Wording wording) {
            this.watch = watch;
            this.source = source;
            this.wording = wording;
        }

        synchronized void begin() {
            timer = vertx.setPeriodic(watch.every().toMillis(), t -> {
                lookForTrouble();
                tick();
            });
        }

        synchronized void end() {
            vertx.cancelTimer(timer);
            round = round.transform(before -> tell());
        }

        private synchronized void tick() {
            if (round.isComplete()) {
                round = tell();
            }
        }

        /** What could not be told is told again, alone, before new sums are taken. */
        private Future<Void> tell() {
            Future<List<Event>> events =
                    unsent.isEmpty() ? source.get().map(this::changed) : Future.succeededFuture(unsent);
            return events.compose(news -> news.isEmpty()
                            ? Future.succeededFuture()
                            : watch.observer().tell(news).onFailure(e -> keep(news)))
                    .onSuccess(v -> told())
                    .onFailure(this::warn);
        }

        private synchronized List<Event> changed(Map<String, ServiceStats> sums) {
            List<Event> events = new ArrayList<>();
            sums.forEach((client, now) -> {
                ServiceStats before = told.getOrDefault(client, ServiceStats.NONE);
                if (!now.equals(before)) {
                    told.put(client, now);
                    long in = watch.resets() ? Math.max(0, now.in() - before.in()) : now.in();
                    long out = watch.resets() ? Math.max(0, now.out() - before.out()) : now.out();
                    events.add(wording.of(
                            client, sums(new ServiceStats(now.total(), now.current(), now.failed(), in, out))));
                }
            });
            return events;
        }

        private synchronized void keep(List<Event> events) {
            unsent = events;
        }

        private synchronized void told() {
            unsent = List.of();
            if (failing) {
                LOG.atInfo().log("{}: told again of service {}", watch.observer(), service);
            }
            failing = false;
        }

        private synchronized void warn(Throwable e) {
            if (!failing) {
                LOG.atWarn().log("{}: {}; events of service {} wait", watch.observer(), e.getMessage(), service);
            }
            failing = true;
        }
    }

    private static JsonObject sums(ServiceStats sums) {
        return new JsonObject()
                .put("totalConns", sums.total())
                .put("currentConns", sums.current())
                .put("inputBytes", sums.in())
                .put("outputBytes", sums.out())
                .put("totalErrs", sums.failed());
    }
}
