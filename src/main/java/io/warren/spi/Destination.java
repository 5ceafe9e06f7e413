package io.warren.spi;

import io.warren.net.Address;

/**
 * Where a client wants to go.
 *
 * @param address the host as the client named it; a name travels unresolved until somebody has to resolve it
 */
public record Destination(Network network, Address address) {
    public static Destination tcp(Address address) {
        return new Destination(Network.TCP, address);
    }

    public static Destination udp(Address address) {
        return new Destination(Network.UDP, address);
    }

    /** Something that agents published under a name. */
    public static Destination tunnel(String name) {
        return new Destination(Network.TUNNEL, Address.of(name, 0));
    }

    public Destination at(Address other) {
        return new Destination(network, other);
    }

    @Override
    public String toString() {
        return network == Network.TCP ? address.toString() : address + "/" + network;
    }
}
