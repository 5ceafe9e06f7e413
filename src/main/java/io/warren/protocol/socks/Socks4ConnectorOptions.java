package io.warren.protocol.socks;

import io.warren.spi.Settings;
import java.time.Duration;

/**
 * The connector's options.
 *
 * @param timeout for the node's reply; zero = the caller's limit counts
 * @param as4a whether hosts are sent by name; else they are resolved here, to IPv4
 * @param user the user id; empty when none is configured
 */
record Socks4ConnectorOptions(Duration timeout, boolean as4a, String user) {
    static Socks4ConnectorOptions read(Settings section) {
        Settings metadata = section.metadata();
        return new Socks4ConnectorOptions(
                metadata.duration(Duration.ZERO, "timeout"),
                !metadata.flag(false, "disable4a"),
                section.credentials().map(credentials -> credentials.user()).orElse(""));
    }
}
