package io.warren.protocol.tunnel;

import io.warren.layer.smux.SmuxOptions;
import io.warren.net.Intake;
import io.warren.spi.Credentials;
import io.warren.spi.Settings;
import io.warren.spi.TunnelId;
import java.time.Duration;
import java.util.Optional;
import java.util.UUID;

/**
 * @param credentials sent whenever there are some
 * @param timeout for the node's response
 * @param tunnel which one; without an ID one that nobody else has, new at each start
 * @param weight among several agents of the tunnel, 0 to 255; 255 = before all lighter ones
 * @param mux of the stream on which we serve
 */
record TunnelConnectorOptions(
        Optional<Credentials> credentials, Duration timeout, TunnelId tunnel, int weight, SmuxOptions mux) {
    static TunnelConnectorOptions read(Settings connector) {
        Settings metadata = connector.metadata();
        Duration timeout = metadata.duration(Duration.ZERO, "connectTimeout");
        Optional<TunnelId> id = TunnelHandlerOptions.id(metadata, "tunnelID", "tunnel.id");
        if (id.filter(TunnelId::hidden).isPresent()) {
            metadata.problem(
                    metadata.has("tunnelID") ? "tunnelID" : "tunnel.id",
                    "tunnel ID \"" + id.get() + "\" (expected: a UUID; \"$\" is for rules of an ingress)");
        }
        if (metadata.has("record.mode")) {
            metadata.warning("record.mode", "is not sent: this version records nothing");
        }
        return new TunnelConnectorOptions(
                connector.credentials(),
                timeout.isZero() || timeout.isNegative() ? Intake.PATIENCE : timeout,
                id.orElseGet(() -> TunnelId.of(UUID.randomUUID())),
                metadata.integer(0, 0, 255, "tunnel.weight"),
                SmuxOptions.read(connector, 2));
    }
}
