package io.warren.protocol.socks;

import io.warren.layer.sniff.Sniffing;
import io.warren.net.Intake;
import io.warren.spi.Settings;
import java.time.Duration;

/**
 * The handler's options.
 *
 * @param readTimeout for the request to be there
 * @param idleTimeout silence in both directions that ends a connection; zero = none
 * @param hashHost whether a hash selector goes by the target instead of the client
 * @param sniffing whether what passes is looked at
 */
record Socks4Options(Duration readTimeout, Duration idleTimeout, boolean hashHost, Sniffing sniffing) {
    static Socks4Options read(Settings section) {
        Settings metadata = section.metadata();
        return new Socks4Options(
                readTimeout(metadata),
                metadata.duration(Duration.ZERO, "idleTimeout"),
                metadata.text("", "hash").equals("host"),
                Sniffing.read(metadata));
    }

    static Duration readTimeout(Settings metadata) {
        Duration time = metadata.duration(Intake.PATIENCE, "readTimeout");
        return time.isZero() || time.isNegative() ? Intake.PATIENCE : time;
    }
}
