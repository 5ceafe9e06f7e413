package io.warren.protocol.tunnel;

import io.warren.layer.smux.SmuxOptions;
import io.warren.net.Intake;
import io.warren.spi.Settings;
import io.warren.spi.TunnelId;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * @param patience for the request
 * @param visitors the ID that public visitors bring, who then reach what the ingress says
 * @param direct whether a visitor reaches the tunnel whose ID it brings without a rule of the ingress
 * @param mux of the stream of an agent
 */
record TunnelHandlerOptions(Duration patience, Optional<TunnelId> visitors, boolean direct, SmuxOptions mux) {
    private static final List<String> WITHOUT_EFFECT =
            List.of("tunnel.ttl", "sniffing.websocket", "sniffing.websocket.sampleRate");

    static TunnelHandlerOptions read(Settings handler) {
        Settings metadata = handler.metadata();
        Duration patience = metadata.duration(Intake.PATIENCE, "readTimeout");
        for (String key : WITHOUT_EFFECT) {
            if (metadata.has(key) && key.startsWith("sniffing")) {
                metadata.warning(key, "has no effect on a tunnel handler");
            }
        }
        String rules = metadata.text("", "tunnel");
        if (!metadata.text("", "ingress").isEmpty() && !rules.isEmpty()) {
            metadata.warning("tunnel", "has no effect beside an ingress");
        }
        if (metadata.has("sd")) {
            metadata.warning("sd", "has no effect: members of a cluster know each other's tunnels by themselves");
        }
        return new TunnelHandlerOptions(
                patience.isZero() || patience.isNegative() ? Intake.PATIENCE : patience,
                id(metadata, "entrypoint.id"),
                metadata.flag(false, "tunnel.direct"),
                SmuxOptions.read(handler, 2));
    }

    static Optional<TunnelId> id(Settings metadata, String key, String... aliases) {
        String text = metadata.text("", key, aliases);
        Optional<TunnelId> id = TunnelId.parse(text);
        if (id.isEmpty() && !text.isEmpty()) {
            metadata.problem(
                    metadata.has(key) ? key : aliases[0],
                    "tunnel ID \"" + text + "\" (expected: a UUID, not all zero)");
        }
        return id;
    }
}
