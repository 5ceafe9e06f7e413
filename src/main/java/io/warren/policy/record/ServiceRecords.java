package io.warren.policy.record;

import io.vertx.core.json.JsonObject;
import io.warren.spi.Recorder;
import io.warren.spi.Records;
import io.warren.spi.Settings;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/** The {@code recorders} of a service: which kind of record goes to which object. Of several for one kind the first one counts. */
public final class ServiceRecords {
    private static final String SESSIONS = "recorder.service.handler";
    private static final String CLIENTS = "recorder.service.client.address";
    private static final String DIALS = "recorder.service.router.dial.address";
    private static final String FAILED_DIALS = "recorder.service.router.dial.address.error";
    private static final Set<String> KNOWN = Set.of(SESSIONS, CLIENTS, DIALS, FAILED_DIALS);

    private static final int BODY = 64 * 1024;
    private static final int LARGEST_BODY = 1024 * 1024;

    private ServiceRecords() {}

    /** @param named finds an object of the {@code recorders} list; a record for one that is missing is discarded */
    public static Records read(Settings service, Function<String, Optional<RecorderObject>> named) {
        Map<String, Optional<Recorder>> kinds = new HashMap<>();
        Map<String, String> labels = service.metadata().map("labels");
        int bodyLimit = 0;
        for (Settings entry : service.list("recorders")) {
            String kind = entry.text("", "record");
            String name = entry.text("", "name");
            Settings metadata = entry.metadata();
            boolean bodies = metadata.flag(false, "http.body");
            int size = metadata.integer(BODY, 0, Integer.MAX_VALUE, "http.maxBodySize");
            if (!KNOWN.contains(kind)) {
                entry.warning(
                        "record",
                        "\"" + kind + "\" is recorded by nothing here (expected: one of "
                                + String.join(", ", KNOWN.stream().sorted().toList()) + ")");
            } else if (!kinds.containsKey(kind)) {
                Optional<RecorderObject> object = named.apply(name);
                kinds.put(kind, object.flatMap(o -> o.recorder(forPlugin(o, entry))));
                if (kind.equals(SESSIONS) && bodies) {
                    bodyLimit = Math.min(size == 0 ? BODY : size, LARGEST_BODY);
                }
            }
        }
        return new Records(
                kinds.getOrDefault(SESSIONS, Optional.empty()),
                kinds.getOrDefault(CLIENTS, Optional.empty()),
                kinds.getOrDefault(DIALS, Optional.empty()),
                kinds.getOrDefault(FAILED_DIALS, Optional.empty()),
                labels,
                bodyLimit);
    }

    private static JsonObject forPlugin(RecorderObject object, Settings entry) {
        JsonObject metadata = new JsonObject();
        if (object.isPlugin()) {
            entry.map("metadata").forEach(metadata::put);
        }
        return metadata;
    }
}
