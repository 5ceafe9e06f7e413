package io.warren.transport.reverse;

import io.warren.spi.Network;
import io.warren.spi.Transport;

/** The catalogue's lines for listeners at a far end. */
public final class Reverse {
    public static final Transport TCP = Transport.named("rtcp")
            .listener(section -> section, (scope, section) -> new ReverseListener(scope, Network.TCP));

    private Reverse() {}
}
