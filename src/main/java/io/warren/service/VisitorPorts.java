package io.warren.service;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.warren.net.Address;
import io.warren.net.DialOptions;
import io.warren.net.Loops;
import io.warren.spi.Directory;
import io.warren.spi.Egress;
import io.warren.spi.Limits;
import io.warren.spi.Listener;
import io.warren.spi.Network;
import io.warren.spi.Records;
import io.warren.spi.Scope;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Opens the ports that agents bind, each as a service of its own, so that its visitors pass the same door, journal and relay as everybody else.
 */
public final class VisitorPorts implements Endpoints.Ports {
    private static final Logger LOG = LoggerFactory.getLogger("endpoint");
    private static final String VISITORS = "visitors";

    private final Map<Network, Function<Scope, Listener>> listeners;

    private final Activity activity;

    /**
     * @param listeners what listens on a TCP and on a UDP port
     * @param activity where the visitors can be seen
     */
    public VisitorPorts(Map<Network, Function<Scope, Listener>> listeners, Activity activity) {
        this.listeners = Map.copyOf(listeners);
        this.activity = activity;
    }

    @Override
    public Future<Endpoints.Port> open(Context context, Network network, Address address, Egress way) {
        // A context of its own on the same event loop: the port outlives the service through which it was bound.
        Context own = Loops.sibling(context);
        ServicePlan plan = new ServicePlan(
                network + " " + address,
                address,
                listeners.get(network),
                Map.of(VISITORS, scope -> new VisitorHandler(network)),
                VISITORS,
                scope -> Future.succeededFuture(way),
                scope -> Future.succeededFuture(way),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                DialOptions.DEFAULT,
                client -> true,
                Limits.NONE,
                target -> false,
                false,
                Directory.NONE,
                activity,
                Records.NONE);
        ServiceVerticle verticle = new ServiceVerticle(plan, address);
        return Loops.call(own, () -> deploy(verticle, own));
    }

    private static Future<Endpoints.Port> deploy(ServiceVerticle verticle, Context own) {
        try {
            return verticle.deploy(own).map(done -> new Open(verticle, own));
        } catch (Exception e) {
            return Future.failedFuture(e);
        }
    }

    private record Open(ServiceVerticle verticle, Context context) implements Endpoints.Port {
        @Override
        public Address address() {
            return verticle.bound();
        }

        @Override
        public Future<Void> close() {
            Promise<Void> closed = Promise.promise();
            context.runOnContext(v -> {
                verticle.retire().onComplete(closed);
                // Visitors that are there stay until their agent's streams end.
                verticle.drained().onComplete(done -> undeploy());
            });
            return closed.future();
        }

        private void undeploy() {
            try {
                verticle.undeploy(context)
                        .onFailure(e -> LOG.atError().setCause(e).log("port of visitors not closed"));
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        }
    }
}
