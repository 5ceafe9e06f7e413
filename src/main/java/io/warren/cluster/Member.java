package io.warren.cluster;

import io.warren.net.Address;
import java.util.UUID;

/**
 * A process in the cluster.
 *
 * @param incarnation of this one start of it
 * @param name as configured
 * @param trunk where it takes visitors' bytes
 * @param self whether it is this process
 */
public record Member(UUID incarnation, String name, Address trunk, boolean self) {
    @Override
    public String toString() {
        return name;
    }
}
