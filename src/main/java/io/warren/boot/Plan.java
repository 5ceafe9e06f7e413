package io.warren.boot;

import io.warren.service.ServicePlan;
import java.util.List;

/**
 * What a configuration comes to.
 *
 * @param services in the order of the configuration
 * @param policies what they share, to be closed when the plan is replaced
 */
record Plan(List<Planned> services, Policies policies) {
    /**
     * A service, and a text that is the same as long as nothing that it consists of has changed.
     */
    record Planned(ServicePlan service, String fingerprint) {
        boolean equalsPlan(Planned other) {
            return other != null && fingerprint.equals(other.fingerprint);
        }
    }
}
