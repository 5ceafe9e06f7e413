package io.warren.policy.ingress;

import io.warren.spi.Directory;
import io.warren.spi.HostClaim;
import io.warren.spi.Ingress;
import io.warren.spi.TunnelId;
import java.util.Optional;

/**
 * The rules of an ingress, and behind them what agents announce anywhere in the cluster.
 *
 * @param directory knows who announces what
 */
public record AnnouncedHosts(Ingress rules, Directory directory) implements Ingress {
    /** {@code rules} as they are, unless they ask for what is announced. */
    public static Ingress beside(Ingress rules, Directory directory) {
        return rules.announced() ? new AnnouncedHosts(rules, directory) : rules;
    }

    @Override
    public Optional<TunnelId> find(String host) {
        return rules.find(host).or(() -> HostClaim.find(directory, host).map(HostClaim::tunnel));
    }

    @Override
    public boolean announced() {
        return true;
    }
}
