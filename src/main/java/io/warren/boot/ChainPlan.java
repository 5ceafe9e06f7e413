package io.warren.boot;

import io.vertx.core.Future;
import io.warren.route.Chain;
import io.warren.route.Connects;
import io.warren.route.Hop;
import io.warren.spi.Egress;
import io.warren.spi.Scope;
import java.util.List;
import java.util.Optional;

/** A chain as configured. */
record ChainPlan(String name, List<HopPlan> hops, Optional<Connects> connects) {
    Future<Egress> instantiate(Scope scope) {
        List<Future<Hop>> made =
                hops.stream().map(hop -> hop.instantiate(scope)).toList();
        return Future.all(made)
                .map(all -> new Chain(name, made.stream().map(Future::result).toList(), connects));
    }
}
