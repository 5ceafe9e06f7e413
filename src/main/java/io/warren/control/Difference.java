package io.warren.control;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/**
 * What two configurations differ in.
 *
 * @param sections that are no lists of named objects, such as {@code log}
 */
record Difference(List<Changed> objects, List<String> sections) {
    /** A named object; {@code after} is empty when it is gone, {@code before} when it is new. */
    record Changed(String kind, String name, Optional<JsonObject> before, Optional<JsonObject> after) {}

    static Difference of(JsonObject before, JsonObject after) {
        Set<String> keys = new LinkedHashSet<>(before.fieldNames());
        keys.addAll(after.fieldNames());
        List<Changed> objects = new ArrayList<>();
        List<String> sections = new ArrayList<>();
        for (String key : keys) {
            Object was = before.getValue(key);
            Object is = after.getValue(key);
            if (Objects.equals(was, is)) {
                continue;
            }
            if ((was == null || was instanceof JsonArray) && (is == null || is instanceof JsonArray)) {
                objects(key, named(before, key), named(after, key), objects);
            } else {
                sections.add(key);
            }
        }
        return new Difference(objects, sections);
    }

    private static Map<String, JsonObject> named(JsonObject all, String kind) {
        Map<String, JsonObject> byName = new LinkedHashMap<>();
        Fields.objects(all, kind).forEach(object -> byName.put(object.getString("name", ""), object));
        return byName;
    }

    private static void objects(
            String kind, Map<String, JsonObject> before, Map<String, JsonObject> after, List<Changed> objects) {
        Set<String> names = new LinkedHashSet<>(before.keySet());
        names.addAll(after.keySet());
        for (String name : names) {
            Optional<JsonObject> was = Optional.ofNullable(before.get(name));
            Optional<JsonObject> is = Optional.ofNullable(after.get(name));
            if (!was.equals(is)) {
                objects.add(new Changed(kind, name, was, is));
            }
        }
    }

    List<JsonObject> shown() {
        List<JsonObject> shown = new ArrayList<>();
        objects.forEach(object -> shown.add(new JsonObject()
                .put(
                        "change",
                        object.before().isEmpty() ? "create" : object.after().isEmpty() ? "delete" : "replace")
                .put("kind", object.kind())
                .put("name", object.name())));
        sections.forEach(section -> shown.add(
                new JsonObject().put("change", "replace").put("kind", "section").put("name", section)));
        return shown;
    }
}
