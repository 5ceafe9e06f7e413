package io.warren.layer;

import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.warren.net.Address;
import io.warren.net.Stream;
import io.warren.spi.Dialer;
import io.warren.spi.Egress;
import io.warren.spi.Layer;
import io.warren.spi.Session;

/** What the dialer below reaches, through a layer. */
final class StackedDialer extends VerticleBase implements Dialer {
    private final Dialer below;
    private final Layer layer;

    StackedDialer(Dialer below, Layer layer) {
        this.below = below;
        this.layer = layer;
    }

    @Override
    public Future<?> start() throws Exception {
        return below.deploy(context);
    }

    @Override
    public Future<?> stop() throws Exception {
        layer.close();
        return below.undeploy(context);
    }

    @Override
    public Future<Stream> dial(Session session, Address node, Egress way) {
        return layer.dial(session, node, () -> below.dial(session, node, way));
    }
}
