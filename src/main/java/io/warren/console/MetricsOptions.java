package io.warren.console;

import io.warren.net.Address;
import io.warren.spi.Settings;

/** The {@code metrics} section. */
public record MetricsOptions(Address address, String path) {
    public static MetricsOptions read(Settings section) {
        String path = section.text("/metrics", "path");
        return new MetricsOptions(
                Addresses.read(section), path.isEmpty() ? "/metrics" : path.startsWith("/") ? path : "/" + path);
    }
}
