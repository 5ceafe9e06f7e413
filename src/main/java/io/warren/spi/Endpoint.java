package io.warren.spi;

/**
 * What a visitor uses.
 *
 * @param name {@code host:port} of a bound port ({@code :2222} on all addresses), or a tunnel ID
 */
public record Endpoint(Network network, String name) {
    @Override
    public String toString() {
        return network + " " + name;
    }
}
