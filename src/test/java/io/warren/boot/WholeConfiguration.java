package io.warren.boot;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.warren.catalog.Catalog;
import io.warren.net.ProxyException;
import io.warren.service.Activity;
import io.warren.spi.Directory;
import io.warren.spi.Egress;
import io.warren.spi.Endpoint;
import io.warren.spi.Offer;
import io.warren.spi.RecordCounts;
import io.warren.spi.Registration;
import io.warren.spi.Session;
import io.warren.spi.Settings;
import java.util.Optional;

/** Reads all that this room reads of a configuration, for tests that bring settings of their own. */
public final class WholeConfiguration {
    private static final class Nowhere implements Directory {
        @Override
        public Future<Registration> publish(Session session, Endpoint endpoint, Offer offer, Egress back) {
            return Future.failedFuture(ProxyException.denied("nothing is bound here"));
        }

        @Override
        public Egress to(Endpoint endpoint) {
            return (session, target) -> Future.failedFuture(ProxyException.denied("nothing is bound here"));
        }
    }

    private WholeConfiguration() {}

    public static void read(Vertx vertx, Settings root) {
        ChainsOnDemand chains = new ChainsOnDemand(vertx);
        Policies policies = Policies.read(vertx, root, chains, new RecordCounts(), Optional.empty());
        Objects objects = new Objects(Catalog.ALL, policies, root, Optional.empty());
        chains.from(objects);
        objects.readAll();
        new Blueprint(Catalog.ALL, objects, new Nowhere(), new Activity())
                .read(root)
                .policies()
                .close();
        Logs.configure(root);
    }
}
