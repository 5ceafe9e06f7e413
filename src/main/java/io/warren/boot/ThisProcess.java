package io.warren.boot;

import io.vertx.core.Future;
import io.warren.cluster.Cluster;
import io.warren.control.Host;
import io.warren.control.Refusal;
import io.warren.net.Address;
import io.warren.net.Names;
import io.warren.service.Activity;
import io.warren.service.Endpoints;
import io.warren.spi.Control;
import io.warren.spi.Renewed;
import java.time.Duration;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A running Warren and its control, as the control plane sees them. */
record ThisProcess(Warren warren, Control control, String name) implements Host {
    private static final Logger LOG = LoggerFactory.getLogger("boot");

    static ThisProcess of(Warren warren, Control control) {
        return new ThisProcess(
                warren,
                control,
                warren.cluster()
                        .map(Cluster::member)
                        .orElseGet(() -> Names.own().orElse("member")));
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
    public int services() {
        return warren.plan().services().size();
    }

    @Override
    public Optional<Address> address(String service) {
        return warren.address(service);
    }

    @Override
    public Renewed renewed() {
        return warren.renewed();
    }

    @Override
    public boolean hasService(String service) {
        return warren.plan().services().stream().anyMatch(p -> p.owner().equals(service));
    }

    @Override
    public boolean isDisabled(String service) {
        return warren.isDisabled(service);
    }

    @Override
    public Future<Void> serve(String service, boolean on) {
        return warren.serve(service, on);
    }

    @Override
    public Future<Void> drain(Optional<Duration> grace) {
        if (warren.cluster().isEmpty()) {
            return Future.failedFuture(new Refusal("not a member of a cluster"));
        }
        warren.drain(grace).onFailure(e -> LOG.atInfo().log("not drained: {}", e.getMessage()));
        return Future.succeededFuture();
    }

    @Override
    public Future<Void> undrain() {
        return warren.undrain();
    }

    @Override
    public boolean isDraining() {
        return warren.draining();
    }

    @Override
    public void logLevel(String logger, String level) {
        Logs.level(logger, level);
    }
}
