package io.warren.boot;

import io.vertx.core.Future;
import io.warren.cluster.Cluster;
import io.warren.cluster.ClusterOptions;
import io.warren.control.Host;
import io.warren.net.Address;
import io.warren.service.Activity;
import io.warren.service.Endpoints;
import io.warren.spi.Control;
import java.util.Optional;

/** A running Warren and its control, as the control plane sees them. */
record ThisProcess(Warren warren, Control control, String name) implements Host {
    static ThisProcess of(Warren warren, Control control) {
        return new ThisProcess(
                warren, control, warren.cluster().map(Cluster::member).orElseGet(ClusterOptions::hostName));
    }

    @Override
    public String version() {
        return Optional.ofNullable(ThisProcess.class.getPackage().getImplementationVersion())
                .orElse("dev");
    }

    @Override
    public Activity activity() {
        return warren.activity();
    }

    @Override
    public Endpoints endpoints() {
        return warren.endpoints();
    }

    @Override
    public Optional<Cluster> cluster() {
        return warren.cluster();
    }

    @Override
    public Optional<Address> address(String service) {
        return warren.address(service);
    }

    @Override
    public Future<Void> drain() {
        return Future.failedFuture(new IllegalStateException("drain"));
    }

    @Override
    public Future<Void> undrain() {
        return Future.failedFuture(new IllegalStateException("undrain"));
    }

    @Override
    public boolean isDraining() {
        return false;
    }

    @Override
    public void logLevel(String logger, String level) {
        Logs.level(logger, level);
    }
}
