package io.warren.spi;

import java.net.InetAddress;
import java.util.Optional;

/** A table of names that goes before every resolver ({@code hosts}). Any thread. */
@FunctionalInterface
public interface HostMapper {
    Optional<InetAddress> map(String host);
}
