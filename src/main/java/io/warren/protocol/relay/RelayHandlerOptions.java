package io.warren.protocol.relay;

import io.warren.layer.smux.SmuxOptions;
import io.warren.layer.sniff.Sniffing;
import io.warren.net.Intake;
import io.warren.spi.Offer;
import io.warren.spi.Settings;
import java.time.Duration;

/**
 * @param patience for the request
 * @param bind whether clients may bind, and ask for associations
 * @param bindHost replaces a wildcard host in a bind request; empty = all addresses
 * @param reach how far what is bound is announced
 * @param hashHost whether selectors hash the target instead of the client
 * @param mux of the stream of a client that bound
 * @param idle silence in both directions that ends a connection; zero = none
 * @param sniffing whether what passes is looked at
 */
record RelayHandlerOptions(
        Duration patience,
        boolean bind,
        String bindHost,
        Offer.Reach reach,
        boolean hashHost,
        SmuxOptions mux,
        Duration idle,
        Sniffing sniffing) {
    static RelayHandlerOptions read(Settings handler) {
        Settings metadata = handler.metadata();
        Duration patience = metadata.duration(Intake.PATIENCE, "readTimeout");
        Duration idle = metadata.duration(Duration.ZERO, "idleTimeout");
        return new RelayHandlerOptions(
                patience.isZero() || patience.isNegative() ? Intake.PATIENCE : patience,
                metadata.flag(false, "bind"),
                metadata.text("", "bind.host"),
                metadata.oneOf(Offer.Reach.CLUSTER, Offer.Reach.class, "bind.scope"),
                metadata.text("", "hash").equals("host"),
                SmuxOptions.read(handler, 1),
                idle.isNegative() ? Duration.ZERO : idle,
                Sniffing.read(metadata));
    }
}
