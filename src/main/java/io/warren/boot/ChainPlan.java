package io.warren.boot;

import io.vertx.core.Future;
import io.warren.route.Chain;
import io.warren.route.Hop;
import io.warren.spi.Egress;
import io.warren.spi.Scope;
import java.util.List;

/** A chain as configured. */
record ChainPlan(String name, List<HopPlan> hops) {
    Future<Egress> instantiate(Scope scope) {
        List<Future<Hop>> made =
                hops.stream().map(hop -> hop.instantiate(scope)).toList();
        return Future.all(made)
                .map(all -> new Chain(name, made.stream().map(Future::result).toList()));
    }
}
