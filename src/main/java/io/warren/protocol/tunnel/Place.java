package io.warren.protocol.tunnel;

import io.warren.net.Address;
import io.warren.spi.Ingress;
import io.warren.spi.TunnelId;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
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
        return granted ? asked : asked.withHost(standard(tunnel));
    }

    /** The first half of the MD5 sum of the ID's text. */
    static String standard(TunnelId tunnel) {
        try {
            byte[] sum = MessageDigest.getInstance("MD5")
                    .digest(tunnel.uuid().toString().getBytes(StandardCharsets.US_ASCII));
            return HexFormat.of().formatHex(Arrays.copyOf(sum, 8));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
