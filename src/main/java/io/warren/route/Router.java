package io.warren.route;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.warren.net.DatagramFlow;
import io.warren.net.ProxyException;
import io.warren.net.Stream;
import io.warren.spi.Bypass;
import io.warren.spi.Destination;
import io.warren.spi.Egress;
import io.warren.spi.Eventually;
import io.warren.spi.HostMapper;
import io.warren.spi.Inbound;
import io.warren.spi.Resolver;
import io.warren.spi.Session;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * A service's way out: its bypass, its names, its chain, its retries. Each attempt has the whole dial time, and a fresh choice of nodes. On one event
 * loop.
 */
public final class Router implements Egress {
    /**
     * The rules of a router, shared by all event loops.
     *
     * @param retries further attempts after a failed one
     * @param dialTimeout of one attempt, over all hops
     */
    public record Rules(
            Bypass bypass, Optional<HostMapper> hosts, Optional<Resolver> resolver, int retries, Duration dialTimeout) {
        public static final Rules NONE =
                new Rules(Bypass.NONE, Optional.empty(), Optional.empty(), 0, Duration.ofSeconds(15));
    }

    private final Egress way;
    private final Rules rules;

    public Router(Egress way, Rules rules) {
        this.way = way;
        this.rules = rules;
    }

    @Override
    public Future<Stream> connect(Session session, Destination target) {
        if (rules.bypass().matches(target)) {
            return Future.failedFuture(ProxyException.denied(target + " is bypassed"));
        }
        return attempt(
                rules.retries(),
                target.toString(),
                () -> resolve(session, target).compose(resolved -> way.connect(session, resolved)));
    }

    @Override
    public Future<DatagramFlow> associate(Session session, Optional<Destination> target) {
        if (target.isPresent() && rules.bypass().matches(target.get())) {
            return Future.failedFuture(ProxyException.denied(target.get() + " is bypassed"));
        }
        return attempt(
                rules.retries(),
                target.map(Destination::toString).orElse("udp association"),
                () -> target.isEmpty()
                        ? way.associate(session, target)
                        : resolve(session, target.get()).compose(to -> way.associate(session, Optional.of(to))));
    }

    @Override
    public Future<Binding> bind(Session session, Destination local, Consumer<Inbound> peers) {
        return attempt(rules.retries(), "bind " + local, () -> way.bind(session, local, peers));
    }

    @Override
    public boolean refuses(Destination target) {
        return rules.bypass().matches(target);
    }

    @Override
    public boolean selective() {
        return rules.bypass() != Bypass.NONE;
    }

    private Future<Destination> resolve(Session session, Destination target) {
        return Resolution.resolve(session, target.address(), rules.hosts(), rules.resolver())
                .map(target::at);
    }

    private <T> Future<T> attempt(int retries, String what, Supplier<Future<T>> dial) {
        Context context = Vertx.currentContext();
        Future<T> result = Eventually.within(context, rules.dialTimeout(), what, dial.get());
        return retries == 0
                ? result
                : result.recover(e ->
                        ProxyException.from(e).retryable() ? attempt(retries - 1, what, dial) : Future.failedFuture(e));
    }
}
