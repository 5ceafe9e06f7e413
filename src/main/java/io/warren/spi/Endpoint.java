package io.warren.spi;

/**
 * What a visitor uses.
 *
 * @param name {@code host:port} of a bound port ({@code :2222} on all addresses), or the name of something without a port: of a {@link Network#TUNNEL}
 */
public record Endpoint(Network network, String name) {
    /** What a bind at {@code local} is published as. */
    public static Endpoint of(Destination local) {
        String name = local.network() == Network.TUNNEL
                ? local.address().host()
                : local.address().toString();
        return new Endpoint(local.network(), name);
    }

    /** Whether it is a name only, with no port for visitors. */
    public boolean isNamed() {
        return network == Network.TUNNEL;
    }

    @Override
    public String toString() {
        return network + " " + name;
    }
}
