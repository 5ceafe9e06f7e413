package io.warren.protocol.relay;

import io.warren.layer.smux.SmuxOptions;
import io.warren.net.Intake;
import io.warren.spi.Credentials;
import io.warren.spi.Settings;
import java.time.Duration;
import java.util.Optional;

/**
 * @param credentials sent whenever there are some
 * @param timeout for the node's response, where it is waited for
 * @param waits whether CONNECT waits for the response ({@code nodelay}), so that a refusal is known before the client is told
 * @param mux of the stream on which we are bound
 */
record RelayConnectorOptions(Optional<Credentials> credentials, Duration timeout, boolean waits, SmuxOptions mux) {
    static RelayConnectorOptions read(Settings connector) {
        Settings metadata = connector.metadata();
        Duration timeout = metadata.duration(Duration.ZERO, "connectTimeout");
        return new RelayConnectorOptions(
                connector.credentials(),
                timeout.isZero() || timeout.isNegative() ? Intake.PATIENCE : timeout,
                metadata.flag(false, "nodelay"),
                SmuxOptions.read(connector, 1));
    }
}
