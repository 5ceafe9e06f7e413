package io.warren.control;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.PriorityQueue;
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

    /** What rows are made of, so that only those that are shown need be made. */
    interface Source<T> {
        Collection<String> fields();

        /** Of a field that there is not: null, as in a row. */
        Object value(T item, String field);

        JsonObject row(T item);
    }

    private static final Source<JsonObject> ROWS = new Source<>() {
        @Override
        public Collection<String> fields() {
            return List.of();
        }

        @Override
        public Object value(JsonObject item, String field) {
            return item.getValue(field);
        }

        @Override
        public JsonObject row(JsonObject item) {
            return item;
        }
    };

    /** An item with what decides on its place. */
    private record Placed<T>(Object key, Object sid, int index, T item) {}

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

    /** Rows of no more than it takes to put them in order. */
    <T> Source<T> placing(Source<T> source) {
        String field = sort.startsWith("-") ? sort.substring(1) : sort;
        return new Source<>() {
            @Override
            public Collection<String> fields() {
                return source.fields();
            }

            @Override
            public Object value(T item, String of) {
                return source.value(item, of);
            }

            @Override
            public JsonObject row(T item) {
                JsonObject row = new JsonObject().put("sid", value(item, "sid"));
                return field.isEmpty() ? row : row.put(field, value(item, field));
            }
        };
    }

    /** The first rows, as many as a page at {@code offset} may need of one member. */
    Query firstRows() {
        return new Query(filters, text, sort, 0, (int) Math.min(Integer.MAX_VALUE, (long) offset + limit));
    }

    public boolean matches(JsonObject row) {
        return fits(ROWS, row) && (text.isEmpty() || contains(row, text.toLowerCase(Locale.ROOT)));
    }

    private <T> boolean fits(Source<T> source, T item) {
        return filters.entrySet().stream().allMatch(f -> fits(source.value(item, f.getKey()), f.getValue()));
    }

    /** The cheap questions first. */
    <T> boolean matches(Source<T> source, T item) {
        if (!fits(source, item)) {
            return false;
        }
        String lower = text.toLowerCase(Locale.ROOT);
        return text.isEmpty() || source.fields().stream().anyMatch(field -> contains(source.value(item, field), lower));
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
        return new Page(shown(ROWS, matching).stream().map(ROWS::row).toList(), matching.size());
    }

    /** As {@link #page(List)}; makes rows of what is shown only. */
    <T> Page page(Source<T> source, List<T> all) {
        List<T> matching = all.stream().filter(item -> matches(source, item)).toList();
        return new Page(shown(source, matching).stream().map(source::row).toList(), matching.size());
    }

    /** The page of rows that match already. */
    List<JsonObject> shown(List<JsonObject> rows) {
        return shown(ROWS, rows);
    }

    /**
     * In order; among equals by session, so that nothing is on two pages because members were asked twice, else as they come. Most pages are near one end
     * of a long list: no more is kept in order than that takes.
     */
    private <T> List<T> shown(Source<T> source, List<T> items) {
        if (sort.isEmpty()) {
            return items.stream().skip(offset).limit(limit).toList();
        }
        boolean descending = sort.startsWith("-");
        String field = descending ? sort.substring(1) : sort;
        Comparator<Placed<T>> byKey = (a, b) -> compare(a.key(), b.key());
        Comparator<Placed<T>> order = (descending ? byKey.reversed() : byKey)
                .thenComparing((a, b) -> compare(a.sid(), b.sid()))
                .thenComparingInt(Placed::index);
        long wanted = Math.min(items.size(), (long) offset + limit);
        List<Placed<T>> sorted = new ArrayList<>();
        if (wanted < items.size() / 4) {
            PriorityQueue<Placed<T>> first = new PriorityQueue<>(order.reversed());
            for (int i = 0; i < items.size(); i++) {
                first.add(placed(source, items.get(i), field, i));
                if (first.size() > wanted) {
                    first.remove();
                }
            }
            sorted.addAll(first);
        } else {
            for (int i = 0; i < items.size(); i++) {
                sorted.add(placed(source, items.get(i), field, i));
            }
        }
        sorted.sort(order);
        return sorted.stream().skip(offset).limit(limit).map(Placed::item).toList();
    }

    private static <T> Placed<T> placed(Source<T> source, T item, String field, int index) {
        return new Placed<>(source.value(item, field), source.value(item, "sid"), index, item);
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
