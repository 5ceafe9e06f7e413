package io.warren.boot;

import io.warren.cluster.ClusterOptions;
import io.warren.console.ApiOptions;
import io.warren.console.ConsoleOptions;
import io.warren.console.MetricsOptions;
import io.warren.service.ServicePlan;
import io.warren.spi.Authenticator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a configuration comes to.
 *
 * @param services in the order of the configuration
 * @param policies what they share, to be closed when the plan is replaced
 * @param membership empty outside of any cluster
 * @param api gost's web API, where it is to be served
 * @param metrics for Prometheus, likewise
 * @param console dashboard and cluster API likewise
 * @param counting whether anybody shows metrics
 */
record Plan(
        List<Planned> services,
        Policies policies,
        Optional<Membership> membership,
        Optional<Face<ApiOptions>> api,
        Optional<Face<MetricsOptions>> metrics,
        Optional<ConsoleOptions> console,
        boolean counting) {
    /** A server for people, and who may use it; empty = everybody. */
    record Face<O>(O options, Optional<Authenticator> authenticator) {}

    /** Who may log in at which service; those where everybody may come in are not there. */
    Map<String, Authenticator> users() {
        Map<String, Authenticator> users = new HashMap<>();
        services.forEach(planned -> planned.service()
                .authenticator()
                .ifPresent(who -> users.put(planned.service().name(), who)));
        return users;
    }

    /** Whether any server for people is to run. */
    boolean isShown() {
        return api.isPresent() || metrics.isPresent() || console.isPresent();
    }

    /** The cluster to be in, and a text that is the same as long as its section is. */
    record Membership(ClusterOptions options, String fingerprint) {}

    /**
     * A service, and a text that is the same as long as nothing that it consists of has changed.
     *
     * @param owner the service that the configuration names: itself, or the one whose further port it is
     * @param stats whether its status shows sums
     * @param watched who is told what it does
     */
    record Planned(ServicePlan service, String owner, String fingerprint, boolean stats, Watched watched) {
        boolean equalsPlan(Planned other) {
            return other != null && fingerprint.equals(other.fingerprint);
        }
    }
}
