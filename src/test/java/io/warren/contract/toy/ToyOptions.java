package io.warren.contract.toy;

import io.warren.net.Intake;
import io.warren.spi.Credentials;
import io.warren.spi.Settings;
import java.time.Duration;
import java.util.Optional;

/** @param patience for the other side's line */
record ToyOptions(Duration patience, Optional<Credentials> credentials) {
    static ToyOptions read(Settings section) {
        return new ToyOptions(section.metadata().duration(Intake.PATIENCE, "readTimeout"), section.credentials());
    }
}
