package io.warren.protocol.tunnel;

import io.warren.net.Address;
import io.warren.spi.HostClaim;
import io.warren.spi.Ingress;
import io.warren.spi.TunnelId;
import java.util.Optional;

/** Where an agent is told that its tunnel is. */
final class Place {
    private Place() {}

    /** The host that the agent asked for, unless it means none or another tunnel's; then one that is made of the tunnel's ID. */
    static Address of(TunnelId tunnel, Address asked, Optional<Ingress> ingress) {
        boolean granted = !asked.isWildcard()
                && ingress.isPresent()
                && ingress.get()
                        .find(asked.host())
                        .filter(owner -> owner.hidden() || !owner.sameTunnel(tunnel))
                        .isEmpty();
        return granted ? asked : asked.withHost(HostClaim.standardName(tunnel));
    }
}
