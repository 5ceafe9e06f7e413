package io.warren.control;

import io.vertx.core.json.JsonObject;
import java.util.Locale;

/** Who asks. */
public record Actor(String user, Role role) {
    JsonObject toJson() {
        return new JsonObject().put("user", user).put("role", role.name().toLowerCase(Locale.ROOT));
    }

    static Actor of(JsonObject json) {
        return new Actor(
                Fields.text(json, "user"),
                Fields.oneOf(json, "role", Role.class).orElse(Role.VIEWER));
    }
}
