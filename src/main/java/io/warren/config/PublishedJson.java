package io.warren.config;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** A printable tree as JSON values: durations are nanoseconds, floating numbers without fraction whole ones, as Go writes them. */
final class PublishedJson {
    private static final double EXACT = 1e15;

    private PublishedJson() {}

    static JsonObject of(Map<?, ?> map) {
        JsonObject json = new JsonObject();
        map.forEach((key, value) -> json.put(String.valueOf(key), value(value)));
        return json;
    }

    private static Object value(Object value) {
        if (value instanceof Map<?, ?> map) {
            return of(map);
        }
        if (value instanceof List<?> list) {
            JsonArray array = new JsonArray();
            list.forEach(item -> array.add(value(item)));
            return array;
        }
        if (value instanceof Duration duration) {
            return duration.toNanos();
        }
        if (value instanceof Double number) {
            return number(number);
        }
        return value == Scalar.Nothing.NULL ? null : value;
    }

    private static Object number(double number) {
        if (Double.isNaN(number) || Double.isInfinite(number)) {
            return null;
        }
        return number == Math.rint(number) && Math.abs(number) < EXACT ? (Object) (long) number : (Object) number;
    }
}
