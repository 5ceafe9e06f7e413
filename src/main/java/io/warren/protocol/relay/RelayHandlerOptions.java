package io.warren.protocol.relay;

import io.warren.layer.smux.SmuxOptions;
import io.warren.net.Intake;
import io.warren.spi.Offer;
import io.warren.spi.Settings;
import java.time.Duration;
import java.util.List;

/**
 * @param patience for the request
 * @param bind whether clients may bind, and ask for associations
 * @param bindHost replaces a wildcard host in a bind request; empty = all addresses
 * @param reach how far what is bound is announced
 * @param hashHost whether selectors hash the target instead of the client
 * @param mux of the stream of a client that bound
 * @param idle silence in both directions that ends a connection; zero = none
 */
record RelayHandlerOptions(
        Duration patience,
        boolean bind,
        String bindHost,
        Offer.Reach reach,
        boolean hashHost,
        SmuxOptions mux,
        Duration idle) {
    private static final List<String> WITHOUT_EFFECT = List.of(
            "nodelay",
            "udp.bufferSize",
            "udpBufferSize",
            "sniffing",
            "sniffing.timeout",
            "sniffing.websocket",
            "sniffing.websocket.sampleRate");

    static RelayHandlerOptions read(Settings handler) {
        Settings metadata = handler.metadata();
        Duration patience = metadata.duration(Intake.PATIENCE, "readTimeout");
        Duration idle = metadata.duration(Duration.ZERO, "idleTimeout");
        for (String key : WITHOUT_EFFECT) {
            if (metadata.has(key) && key.startsWith("sniffing")) {
                metadata.warning(key, "has no effect on a relay handler");
            }
        }
        return new RelayHandlerOptions(
                patience.isZero() || patience.isNegative() ? Intake.PATIENCE : patience,
                metadata.flag(false, "bind"),
                metadata.text("", "bind.host"),
                metadata.oneOf(Offer.Reach.CLUSTER, Offer.Reach.class, "bind.scope"),
                metadata.text("", "hash").equals("host"),
                SmuxOptions.read(handler, 1),
                idle.isNegative() ? Duration.ZERO : idle);
    }
}
