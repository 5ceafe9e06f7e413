package io.warren.spi;

import java.util.Optional;

/** Which tunnel serves a host name. Any thread. */
@FunctionalInterface
public interface Ingress {
    /**
     * @param host a name or an IP literal, in any case, without a port
     * @return empty when there is no rule for it
     */
    Optional<TunnelId> find(String host);

    /** Whether the host names that agents announce ({@link HostClaim}) are to lead to their tunnels. */
    default boolean announced() {
        return false;
    }
}
