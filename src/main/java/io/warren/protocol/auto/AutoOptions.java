package io.warren.protocol.auto;

import io.warren.spi.Settings;
import java.time.Duration;

/**
 * Options of the handler's own part; the protocols behind it read theirs from the same section.
 *
 * @param hashHost whether a hash selector goes by the target instead of the client
 */
record AutoOptions(Duration idleTimeout, boolean hashHost) {
    static AutoOptions read(Settings section) {
        Settings metadata = section.metadata();
        Duration idle = metadata.duration(Duration.ZERO, "idleTimeout");
        return new AutoOptions(
                idle.isNegative() ? Duration.ZERO : idle,
                metadata.text("", "hash").equals("host"));
    }
}
