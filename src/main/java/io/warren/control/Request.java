package io.warren.control;

import io.vertx.core.json.JsonObject;
import java.util.UUID;

/**
 * A command, from somebody, once.
 *
 * @param id a member does what has the same id once only
 * @param everywhere whether what it leaves behind holds for members that join later
 * @param revision of what the command leaves behind, so that members agree on which of two is the later one
 */
record Request(String id, Actor by, Command command, long revision, boolean everywhere) {
    static final int VERSION = 1;

    static String newId() {
        return UUID.randomUUID().toString();
    }

    JsonObject toJson() {
        return new JsonObject()
                .put("v", VERSION)
                .put("id", id)
                .put("by", by.toJson())
                .put("revision", revision)
                .put("everywhere", everywhere)
                .put("command", CommandJson.write(command));
    }

    static Request of(JsonObject json) {
        if (!(json.getValue("command") instanceof JsonObject command)
                || !(json.getValue("by") instanceof JsonObject by)) {
            throw new Refusal("expected a command, and by whom");
        }
        return new Request(
                Fields.required(json, "id"),
                Actor.of(by),
                CommandJson.read(command),
                json.getValue("revision") instanceof Number revision ? revision.longValue() : 0,
                Boolean.TRUE.equals(json.getValue("everywhere")));
    }
}
