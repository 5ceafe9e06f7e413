package io.warren.control;

import io.vertx.core.json.JsonObject;
import java.time.Instant;
import java.util.Optional;

/**
 * Something that a command has left behind and that outlives the process: the object of a kind, or the fact that there is to be none.
 *
 * @param kind one of the configuration's, or one of those below
 * @param document empty: it is deleted
 * @param everywhere whether it holds for members that join later
 * @param revision of two orders for the same thing the one with the greater counts
 */
record Order(
        String kind, String name, Optional<String> document, boolean everywhere, long revision, String by, Instant at) {
    static final String DISABLED = "@disabled";
    static final String SERVICE_OFF = "@service-off";
    static final String CERTIFICATE = "@certificate";
    static final String WEIGHT = "@weight";
    static final String LIMIT = "@limit";
    static final String BAN = "@ban";

    String key() {
        return kind + "\n" + name;
    }

    boolean isOfConfiguration() {
        return !kind.startsWith("@");
    }

    /** Whether it takes the place of {@code other}. Every member decides the same. */
    boolean supersedes(Order other) {
        return revision != other.revision
                ? revision > other.revision
                : document.orElse("").compareTo(other.document.orElse("")) > 0;
    }

    JsonObject toJson() {
        JsonObject json = new JsonObject()
                .put("kind", kind)
                .put("name", name)
                .put("everywhere", everywhere)
                .put("revision", revision)
                .put("by", by)
                .put("at", at.toString());
        document.ifPresent(text -> json.put("document", text));
        return json;
    }

    static Order of(JsonObject json) {
        return new Order(
                Fields.required(json, "kind"),
                Fields.required(json, "name"),
                json.getValue("document") instanceof String text ? Optional.of(text) : Optional.empty(),
                Boolean.TRUE.equals(json.getValue("everywhere")),
                json.getValue("revision") instanceof Number revision ? revision.longValue() : 0,
                Fields.text(json, "by"),
                Instant.parse(Fields.required(json, "at")));
    }
}
