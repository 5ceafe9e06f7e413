package io.warren.control;

import io.vertx.core.Future;
import io.warren.cluster.Cluster;
import io.warren.net.Address;
import io.warren.service.Activity;
import io.warren.service.Endpoints;
import io.warren.spi.Control;
import io.warren.spi.Renewed;
import java.time.Duration;
import java.util.Optional;

/** This process, as far as it can be seen and steered. Any thread. */
public interface Host {
    /** What it is called: as a member, else by its machine. */
    String name();

    String version();

    Control control();

    Activity activity();

    Endpoints endpoints();

    Optional<Cluster> cluster();

    /** How many services run, visitors' ports not counted. */
    int services();

    /** Where a service listens; empty when it does not. */
    Optional<Address> address(String service);

    /** What is used in the place of configured certificates. */
    Renewed renewed();

    /** Whether the configuration has a service of that name. */
    boolean hasService(String service);

    boolean isDisabled(String service);

    /**
     * Opens or closes the port of a service, now and after every change of the configuration. Of one that is not there: once it is.
     *
     * @return once that is done; fails when the port cannot be opened
     */
    Future<Void> serve(String service, boolean on);

    /**
     * Takes no new visitors and finishes what goes on.
     *
     * @param grace how long that may take; empty: as the configuration says
     * @return once that has begun
     */
    Future<Void> drain(Optional<Duration> grace);

    /** Takes visitors again. */
    Future<Void> undrain();

    boolean isDraining();

    /**
     * Until the next start or change of the log section.
     *
     * @param logger empty for all
     */
    void logLevel(String logger, String level);
}
