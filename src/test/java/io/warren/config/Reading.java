package io.warren.config;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import io.warren.spi.Settings;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Reads every key that gost has, as components would, and a few of metadata. */
final class Reading {
    private final List<Object> seen = new ArrayList<>();

    private Reading() {}

    /** All values, in the order of the schema. */
    @CanIgnoreReturnValue
    static List<Object> all(Configuration configuration) {
        Reading reading = new Reading();
        reading.section(Schema.ROOT, configuration.root());
        configuration.finish();
        return reading.seen;
    }

    private void section(String section, Settings settings) {
        for (Schema.Field field : Schema.fields(section)) {
            String key = field.name();
            switch (field.type()) {
                case TEXT -> seen.add(settings.text("", key));
                case INTEGER -> seen.add(settings.integer(0, Integer.MIN_VALUE, Integer.MAX_VALUE, key));
                case FLAG -> seen.add(settings.flag(false, key));
                case DURATION -> seen.add(settings.duration(Duration.ZERO, key));
                case TEXTS -> seen.add(settings.texts(key));
                case MAP -> seen.add(settings.map(key));
                case FREE -> metadata(section, settings.metadata());
                case SECTION -> {
                    Settings inner = settings.section(key);
                    if (inner.present()) {
                        section(field.section().orElseThrow(), inner);
                    }
                }
                case LIST, CHAINS ->
                    settings.list(key).forEach(item -> section(field.section().orElseThrow(), item));
                case STATUS -> seen.add(settings.has(key));
            }
        }
    }

    private void metadata(String section, Settings metadata) {
        MetadataKeys.of(section, false).stream()
                .filter(key -> !key.equals("probeResist"))
                .sorted()
                .forEach(key -> seen.add(metadata.has(key)));
        for (String key : List.of("readTimeout", "keepalive.idle", "idleTimeout")) {
            seen.add(metadata.duration(Duration.ZERO, key));
        }
        seen.add(metadata.integer(128, 1, 65535, "backlog"));
        seen.add(metadata.flag(false, "udp"));
        seen.add(metadata.flag(false, "bind"));
        seen.add(metadata.map("http.header", "header"));
        seen.add(metadata.text("", "path"));
    }
}
