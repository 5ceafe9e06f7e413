package io.warren.boot;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.warren.control.Orders;
import io.warren.control.StateDirectory;
import io.warren.spi.Settings;
import java.util.Optional;

/** What outlives a process that can be steered: where it is, and what has been ordered. */
record Kept(StateDirectory directory, Orders orders) {
    /** Of a process with a console or in a cluster; empty for others. */
    static Future<Optional<Kept>> read(Vertx vertx, Plan plan, Settings root) {
        if (plan.console().isEmpty() && plan.membership().isEmpty()) {
            return Future.succeededFuture(Optional.empty());
        }
        StateDirectory directory = StatePlace.of(plan, root);
        return vertx.executeBlocking(() -> Optional.of(new Kept(directory, Orders.load(vertx, directory))), false);
    }
}
