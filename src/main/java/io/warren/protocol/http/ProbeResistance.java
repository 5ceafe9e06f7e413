package io.warren.protocol.http;

import io.warren.spi.Settings;
import java.util.Locale;
import java.util.Optional;

/**
 * What a client without credentials is shown, so that the port does not look like a proxy.
 *
 * @param value a status, a URL, {@code host:port}, or a file's path
 */
record ProbeResistance(Type type, String value) {
    enum Type {
        CODE,
        WEB,
        HOST,
        FILE
    }

    static Optional<ProbeResistance> read(Settings metadata) {
        String text = metadata.text("", "probeResist", "probe_resist");
        if (text.isEmpty()) {
            return Optional.empty();
        }
        int colon = text.indexOf(':');
        String name = colon < 0 ? text : text.substring(0, colon);
        for (Type type : Type.values()) {
            if (colon > 0 && type.name().equals(name.toUpperCase(Locale.ROOT))) {
                return Optional.of(new ProbeResistance(type, text.substring(colon + 1)));
            }
        }
        metadata.problem("probeResist", "\"" + text + "\" (expected: code:, web:, host: or file: and a value)");
        return Optional.empty();
    }
}
