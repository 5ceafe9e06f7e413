package io.warren.boot;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.warren.net.DatagramFlow;
import io.warren.net.DialOptions;
import io.warren.net.ProxyException;
import io.warren.net.Stream;
import io.warren.relay.Direct;
import io.warren.spi.Destination;
import io.warren.spi.Egress;
import io.warren.spi.Scope;
import io.warren.spi.Session;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Chains for what belongs to no service, such as a resolver: each is made for an event loop when it is first used there. Any thread.
 */
final class ChainsOnDemand {
    private final Vertx vertx;
    private final Map<String, Egress> chains = new ConcurrentHashMap<>();
    private volatile Objects objects;

    ChainsOnDemand(Vertx vertx) {
        this.vertx = vertx;
    }

    /** Where chains are looked up from now on. */
    void from(Objects configured) {
        objects = configured;
    }

    Optional<Egress> named(String name) {
        return Optional.ofNullable(objects)
                .flatMap(from -> from.chain(name))
                .map(plan -> chains.computeIfAbsent(name, n -> new OnDemand(plan)));
    }

    private final class OnDemand implements Egress {
        private final ChainPlan plan;
        private final Map<Context, Future<Egress>> made = new ConcurrentHashMap<>();

        OnDemand(ChainPlan plan) {
            this.plan = plan;
        }

        private Future<Egress> here() {
            return made.computeIfAbsent(
                    vertx.getOrCreateContext(),
                    context -> plan.instantiate(new Scope(
                            vertx,
                            context,
                            plan.name(),
                            Direct.EGRESS,
                            Optional.empty(),
                            Optional.empty(),
                            DialOptions.DEFAULT,
                            handler -> Future.failedFuture(ProxyException.unsupported("handler " + handler)))));
        }

        @Override
        public Future<Stream> connect(Session session, Destination target) {
            return here().compose(way -> way.connect(session, target));
        }

        @Override
        public Future<DatagramFlow> associate(Session session, Optional<Destination> target) {
            return here().compose(way -> way.associate(session, target));
        }
    }
}
