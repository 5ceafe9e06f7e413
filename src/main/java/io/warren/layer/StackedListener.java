package io.warren.layer;

import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.warren.net.Address;
import io.warren.spi.Door;
import io.warren.spi.Inbound;
import io.warren.spi.Layer;
import io.warren.spi.Listener;
import java.util.Optional;
import java.util.function.Consumer;

/** What the listener below lets in, through a layer. */
final class StackedListener extends VerticleBase implements Listener {
    private final Listener below;
    private final Layer layer;

    StackedListener(Listener below, Layer layer) {
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
    public Future<Address> listen(Address address, Door door, Consumer<Inbound> arrivals) {
        return below.listen(address, door, carrier -> layer.accept(carrier, arrivals));
    }

    @Override
    public Future<Void> retire() {
        return below.retire();
    }

    @Override
    public boolean perLoop() {
        return below.perLoop();
    }

    @Override
    public Optional<String> trouble() {
        return below.trouble();
    }
}
