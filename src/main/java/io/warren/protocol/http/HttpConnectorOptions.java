package io.warren.protocol.http;

import io.warren.spi.Credentials;
import io.warren.spi.Settings;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/**
 * Options of the connector.
 *
 * @param timeout for the node's answer; zero = as long as the dial may take
 * @param header added to requests, and instead of {@code User-Agent}
 */
record HttpConnectorOptions(Duration timeout, Map<String, String> header, Optional<Credentials> credentials) {
    static HttpConnectorOptions read(Settings section) {
        Settings metadata = section.metadata();
        Duration timeout = metadata.duration(Duration.ZERO, "timeout");
        return new HttpConnectorOptions(
                timeout.isNegative() ? Duration.ZERO : timeout, metadata.map("header"), section.credentials());
    }
}
