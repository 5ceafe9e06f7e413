package io.warren.boot;

import io.vertx.core.Future;
import io.warren.route.Hop;
import io.warren.route.Node;
import io.warren.route.Selection;
import io.warren.spi.Bypass;
import io.warren.spi.Scope;
import java.util.List;

/** A hop as configured. */
record HopPlan(String name, List<NodePlan> nodes, Selection selection, Bypass bypass) {
    Future<Hop> instantiate(Scope scope) {
        List<Future<Node>> made =
                nodes.stream().map(node -> node.instantiate(scope)).toList();
        return Future.all(made)
                .map(all -> new Hop(name, made.stream().map(Future::result).toList(), selection, bypass));
    }
}
