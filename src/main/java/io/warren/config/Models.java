package io.warren.config;

import io.vertx.core.json.JsonObject;
import java.util.Optional;

/** The sections of a configuration as JSON Schema, for documents that describe an API. Durations are whole nanoseconds or texts. */
public final class Models {
    private Models() {}

    /** The section that describes an object of a kind: {@code "auther"} for {@code "authers"}. */
    public static Optional<String> ofKind(String kind) {
        return Schema.field(Schema.ROOT, kind).flatMap(Schema.Field::section);
    }

    /** Every section of gost by name; the configuration as a whole is {@code "root"}. */
    public static JsonObject all(String reference) {
        JsonObject all = new JsonObject();
        Schema.sections().stream().sorted().forEach(section -> all.put(section, section(section, reference)));
        return all;
    }

    private static JsonObject section(String section, String reference) {
        JsonObject properties = new JsonObject();
        for (Schema.Field field : Schema.fields(section)) {
            if (!field.ours()) {
                properties.put(field.json(), property(field, reference));
            }
        }
        return new JsonObject().put("type", "object").put("properties", properties);
    }

    private static JsonObject property(Schema.Field field, String reference) {
        return switch (field.type()) {
            case TEXT -> of("string");
            case INTEGER -> of("integer");
            case FLAG -> of("boolean");
            case DURATION ->
                of("integer").put("format", "int64").put("description", "nanoseconds, or a text such as 10s");
            case TEXTS -> of("array").put("items", of("string"));
            case MAP -> of("object").put("additionalProperties", of("string"));
            case FREE -> of("object").put("additionalProperties", true);
            case STATUS -> of("object").put("readOnly", true);
            case SECTION -> to(field, reference);
            case LIST, CHAINS -> of("array").put("items", to(field, reference));
        };
    }

    private static JsonObject of(String type) {
        return new JsonObject().put("type", type);
    }

    private static JsonObject to(Schema.Field field, String reference) {
        return new JsonObject().put("$ref", reference + field.section().orElseThrow());
    }
}
