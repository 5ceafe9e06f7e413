package io.warren.control;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.warren.spi.Control.Finding;
import io.warren.spi.Sizes;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Reads fields that others have written: whatever they hold, the answer is a value or a {@link Refusal} that names the field. */
public final class Fields {
    private static final Pattern DURATION = Pattern.compile("(\\d{1,9})(ms|s|m|h)");
    private static final int MAX_TEXT = 4096;
    private static final int MAX_PEM = 1 << 16;

    private Fields() {}

    /** A text; empty when missing. */
    public static String text(JsonObject json, String key) {
        Object value = json.getValue(key);
        if (value == null) {
            return "";
        }
        if (!(value instanceof String text)) {
            throw new Refusal(key + ": expected a text");
        }
        if (text.length() > MAX_TEXT) {
            throw new Refusal(key + ": " + text.length() + " characters (expected: at most " + MAX_TEXT + ")");
        }
        return text;
    }

    /** A text that must be there. */
    public static String required(JsonObject json, String key) {
        String text = text(json, key);
        if (text.isEmpty()) {
            throw new Refusal(key + ": missing");
        }
        return text;
    }

    /** The objects of a list, without what is none; none when it is missing. */
    public static List<JsonObject> objects(JsonObject json, String key) {
        return json.getValue(key) instanceof JsonArray array
                ? array.stream()
                        .filter(JsonObject.class::isInstance)
                        .map(JsonObject.class::cast)
                        .toList()
                : List.of();
    }

    /** The one of that name in a list. */
    public static Optional<JsonObject> named(JsonObject json, String key, String name) {
        return objects(json, key).stream()
                .filter(object -> name.equals(object.getValue("name")))
                .findFirst();
    }

    /** A document: of any length that a request may have. */
    static String document(JsonObject json) {
        if (!(json.getValue("document") instanceof String text)) {
            throw new Refusal("document: expected a text");
        }
        return text;
    }

    /** A PEM text that must be there. */
    static String pem(JsonObject json, String key) {
        if (!(json.getValue(key) instanceof String text) || !text.contains("-----BEGIN ")) {
            throw new Refusal(key + ": expected a PEM text");
        }
        if (text.length() > MAX_PEM) {
            throw new Refusal(key + ": " + text.length() + " characters (expected: at most " + MAX_PEM + ")");
        }
        return text;
    }

    /** A whole number. */
    public static int integer(JsonObject json, String key, int min, int max) {
        Object value = json.getValue(key);
        if (!(value instanceof Integer number) || number < min || number > max) {
            throw new Refusal(key + ": " + shown(value) + " (expected: " + min + " to " + max + ")");
        }
        return number;
    }

    /** Bytes, as gost writes them: {@code 512KB}; 0 when missing. */
    static long size(JsonObject json, String key) {
        String text = text(json, key);
        OptionalLong size = text.isEmpty() ? OptionalLong.of(0) : Sizes.parse(text);
        return size.orElseThrow(
                () -> new Refusal(key + ": " + shown(text) + " (expected: " + Sizes.EXPECTED + ", or 0)"));
    }

    /** {@code 90s}, {@code 10m}, at most a day. */
    public static Duration duration(JsonObject json, String key, Duration fallback) {
        String text = text(json, key);
        if (text.isEmpty()) {
            return fallback;
        }
        Matcher parts = DURATION.matcher(text);
        if (!parts.matches()) {
            throw new Refusal(key + ": " + shown(text) + " (expected: a duration such as 90s)");
        }
        long count = Long.parseLong(parts.group(1));
        Duration duration = switch (parts.group(2)) {
            case "ms" -> Duration.ofMillis(count);
            case "s" -> Duration.ofSeconds(count);
            case "m" -> Duration.ofMinutes(count);
            default -> Duration.ofHours(count);
        };
        if (duration.compareTo(Duration.ofDays(1)) > 0) {
            throw new Refusal(key + ": " + shown(text) + " (expected: at most 24h)");
        }
        return duration;
    }

    /** One of an enumeration, in any case; empty when missing. */
    static <E extends Enum<E>> Optional<E> oneOf(JsonObject json, String key, Class<E> type) {
        String text = text(json, key);
        if (text.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(Arrays.stream(type.getEnumConstants())
                .filter(e -> e.name().equalsIgnoreCase(text))
                .findFirst()
                .orElseThrow(() -> new Refusal(key + ": " + shown(text) + " (expected: "
                        + Arrays.stream(type.getEnumConstants())
                                .map(e -> e.name().toLowerCase(Locale.ROOT))
                                .collect(Collectors.joining(", "))
                        + ")")));
    }

    private static String shown(Object value) {
        String text = String.valueOf(value);
        return text.length() > 60 ? text.substring(0, 60) + "..." : text;
    }

    static List<JsonObject> problems(List<Finding> findings) {
        return findings.stream()
                .limit(100)
                .map(f -> new JsonObject()
                        .put("path", f.path())
                        .put("position", f.position())
                        .put("message", f.message())
                        .put("error", f.error()))
                .toList();
    }
}
