package io.warren.boot;

import io.warren.policy.observe.Observer;
import io.warren.spi.Settings;
import java.time.Duration;
import java.util.Optional;

/**
 * Who is told what a service does.
 *
 * @param states is told its state; empty = nobody
 * @param service is told its sums; empty = nobody
 * @param handler is told the sums of each of its users; empty = nobody
 */
record Watched(Optional<Observer> states, Optional<Watch> service, Optional<Watch> handler) {
    private static final Duration PERIOD = Duration.ofSeconds(5);
    private static final Duration SHORTEST = Duration.ofSeconds(1);

    /**
     * Sums that are told again and again.
     *
     * @param every how often, when anything has changed
     * @param resets whether bytes are counted anew each time
     */
    record Watch(Observer observer, Duration every, boolean resets) {}

    static Watched read(Settings service, Policies policies) {
        Settings handler = service.section("handler");
        Duration period = service.metadata().duration(PERIOD, "observer.period", "observePeriod");
        Duration handlerPeriod =
                handler.metadata().duration(PERIOD, "observePeriod", "observer.period", "observer.observePeriod");
        boolean resets = service.metadata().flag(false, "observer.resetTraffic");
        boolean handlerResets = handler.metadata().flag(false, "observer.resetTraffic");
        boolean sums = service.metadata().flag(false, "enableStats");
        Optional<Observer> states = policies.observer(service);
        return new Watched(
                states,
                states.filter(observer -> sums).map(observer -> watch(observer, period, resets)),
                policies.observer(handler).map(observer -> watch(observer, handlerPeriod, handlerResets)));
    }

    private static Watch watch(Observer observer, Duration every, boolean resets) {
        return new Watch(observer, every.compareTo(SHORTEST) < 0 ? SHORTEST : every, resets);
    }
}
