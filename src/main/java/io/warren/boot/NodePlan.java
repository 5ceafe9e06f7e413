package io.warren.boot;

import io.vertx.core.Deployable;
import io.vertx.core.Future;
import io.warren.net.Address;
import io.warren.net.DialOptions;
import io.warren.route.Node;
import io.warren.route.NodeRules;
import io.warren.spi.Connector;
import io.warren.spi.Dialer;
import io.warren.spi.Scope;
import java.util.function.Function;

/** A chain node as configured; each event loop that uses it has its own dialer and connector. */
record NodePlan(
        String name,
        Address address,
        Function<Scope, Dialer> dialer,
        Function<Scope, Connector> connector,
        DialOptions dial,
        NodeRules rules) {
    Future<Node> instantiate(Scope scope) {
        Dialer ownDialer = dialer.apply(scope);
        Connector ownConnector = connector.apply(scope);
        return deploy(scope, ownDialer)
                .compose(deployed -> deploy(scope, ownConnector))
                .map(deployed -> new Node(name, address, ownDialer, ownConnector, dial, rules));
    }

    private static Future<?> deploy(Scope scope, Deployable part) {
        try {
            return part.deploy(scope.context());
        } catch (Exception e) {
            return Future.failedFuture(e);
        }
    }
}
