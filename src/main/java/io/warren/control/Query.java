package io.warren.control;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * Which rows of a list, in which order.
 *
 * @param filters by field: equal to the text, or containing it when it begins with {@code ~}; in any case
 * @param text anywhere in a row; empty for all
 * @param sort a field, behind a {@code -} for descending; empty for the list's own order
 */
public record Query(Map<String, String> filters, String text, String sort, int offset, int limit) {
    public static final int MAX_LIMIT = 1000;
    public static final Query ALL = new Query(Map.of(), "", "", 0, Integer.MAX_VALUE);

    private static final Set<String> CLOSING =
            Set.of("all", "sid", "member", "service", "kind", "client", "user", "target", "route", "endpoint", "q");

    public Query {
        filters = Map.copyOf(filters);
    }

    /** Some of a list, and how many there are. */
    public record Page(List<JsonObject> rows, int total) {}

    /** Of sessions to be closed: at least one condition, and no typing error that would make it fewer. */
    public static Query closing(JsonObject json) {
        Map<String, String> filters = new LinkedHashMap<>();
        String text = "";
        boolean all = false;
        for (String key : json.fieldNames()) {
            if (!CLOSING.contains(key)) {
                throw new Refusal(key + ": unknown");
            }
            if (key.equals("all")) {
                if (!(json.getValue(key) instanceof Boolean flag)) {
                    throw new Refusal("all: expected true or false");
                }
                all = flag;
            } else if (key.equals("q")) {
                text = Fields.required(json, key);
            } else {
                filters.put(key, Fields.required(json, key));
            }
        }
        if (all != (filters.isEmpty() && text.isEmpty())) {
            throw new Refusal("expected a filter, or all set to true and nothing else");
        }
        return new Query(filters, text, "", 0, Integer.MAX_VALUE);
    }

    public JsonObject toJson() {
        JsonObject json = new JsonObject();
        filters.forEach(json::put);
        if (!text.isEmpty()) {
            json.put("q", text);
        }
        return filters.isEmpty() && text.isEmpty() ? json.put("all", true) : json;
    }

    JsonObject toParameters() {
        JsonObject parameters =
                new JsonObject().put("sort", sort).put("offset", offset).put("limit", limit);
        JsonObject conditions = new JsonObject();
        filters.forEach(conditions::put);
        return parameters.put("filters", conditions).put("text", text);
    }

    static Query ofParameters(JsonObject json) {
        Map<String, String> filters = new LinkedHashMap<>();
        if (json.getValue("filters") instanceof JsonObject conditions) {
            conditions.fieldNames().forEach(key -> filters.put(key, Fields.text(conditions, key)));
        }
        return new Query(
                filters,
                Fields.text(json, "text"),
                Fields.text(json, "sort"),
                json.getValue("offset") instanceof Integer offset ? Math.max(0, offset) : 0,
                json.getValue("limit") instanceof Integer limit ? Math.max(0, limit) : Integer.MAX_VALUE);
    }

    /** The first rows, as many as a page at {@code offset} may need of one member. */
    Query firstRows() {
        return new Query(filters, text, sort, 0, (int) Math.min(Integer.MAX_VALUE, (long) offset + limit));
    }

    public boolean matches(JsonObject row) {
        return filters.entrySet().stream().allMatch(f -> fits(row.getValue(f.getKey()), f.getValue()))
                && (text.isEmpty() || contains(row, text.toLowerCase(Locale.ROOT)));
    }

    private static boolean fits(Object value, String wanted) {
        if (value instanceof JsonArray values) {
            return values.stream().anyMatch(v -> fits(v, wanted));
        }
        String text = value == null ? "" : String.valueOf(value);
        return wanted.startsWith("~")
                ? text.toLowerCase(Locale.ROOT).contains(wanted.substring(1).toLowerCase(Locale.ROOT))
                : text.equalsIgnoreCase(wanted);
    }

    private static boolean contains(Object value, String lower) {
        if (value instanceof JsonObject object) {
            return object.getMap().values().stream().anyMatch(v -> contains(v, lower));
        }
        if (value instanceof Map<?, ?> map) {
            return map.values().stream().anyMatch(v -> contains(v, lower));
        }
        if (value instanceof Iterable<?> values) {
            for (Object v : values) {
                if (contains(v, lower)) {
                    return true;
                }
            }
            return false;
        }
        return value != null && String.valueOf(value).toLowerCase(Locale.ROOT).contains(lower);
    }

    /** The page of {@code all}. */
    public Page page(List<JsonObject> all) {
        List<JsonObject> matching = all.stream().filter(this::matches).toList();
        return new Page(sorted(matching).stream().skip(offset).limit(limit).toList(), matching.size());
    }

    /** As {@link #page}, of rows that match already. */
    List<JsonObject> sorted(List<JsonObject> rows) {
        if (sort.isEmpty()) {
            return rows;
        }
        boolean descending = sort.startsWith("-");
        String field = descending ? sort.substring(1) : sort;
        Comparator<JsonObject> order = (a, b) -> compare(a.getValue(field), b.getValue(field));
        return rows.stream().sorted(descending ? order.reversed() : order).toList();
    }

    private static int compare(Object a, Object b) {
        if (a instanceof Number x && b instanceof Number y) {
            return Double.compare(x.doubleValue(), y.doubleValue());
        }
        // What is missing comes first.
        int missing = Boolean.compare(a != null, b != null);
        return missing != 0 || a == null ? missing : String.valueOf(a).compareTo(String.valueOf(b));
    }

    @Override
    public String toString() {
        StringBuilder shown = new StringBuilder();
        filters.forEach(
                (key, value) -> shown.append(key).append('=').append(value).append(' '));
        if (!text.isEmpty()) {
            shown.append("q=").append(text);
        }
        return shown.isEmpty() ? "all" : shown.toString().trim();
    }
}
