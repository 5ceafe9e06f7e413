package io.warren.console;

import io.vertx.core.MultiMap;
import io.vertx.ext.web.RoutingContext;
import io.warren.control.Query;
import io.warren.control.Refusal;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The parameters of a list. An unknown one is a mistake that would otherwise show too much. */
final class ListQuery {
    private static final int LIMIT = 100;
    private static final int MAX_OFFSET = 1_000_000;
    private static final int MAX_TEXT = 500;
    private static final Set<String> COMMON = Set.of("limit", "offset", "sort", "q");

    private ListQuery() {}

    /** @param others that the caller reads itself */
    static Query read(RoutingContext ctx, Set<String> filters, Set<String> others) {
        MultiMap given = ctx.queryParams();
        Map<String, String> conditions = new LinkedHashMap<>();
        for (String key : given.names()) {
            if (filters.contains(key)) {
                conditions.put(key, one(ctx, key));
            } else if (!COMMON.contains(key) && !others.contains(key)) {
                throw new Refusal(key + ": unknown parameter");
            }
        }
        String sort = one(ctx, "sort");
        if (!sort.matches("-?\\w{0,40}")) {
            throw new Refusal("sort: expected a field, or - and a field");
        }
        return new Query(
                conditions,
                one(ctx, "q"),
                sort,
                number(ctx, "offset", 0, MAX_OFFSET),
                number(ctx, "limit", LIMIT, Query.MAX_LIMIT));
    }

    /** The value of a parameter; empty when it is missing. */
    static String one(RoutingContext ctx, String key) {
        List<String> values = ctx.queryParams().getAll(key);
        if (values.size() > 1) {
            throw new Refusal(key + ": given more than once");
        }
        String value = values.isEmpty() ? "" : values.get(0);
        if (value.length() > MAX_TEXT) {
            throw new Refusal(key + ": " + value.length() + " characters (expected: at most " + MAX_TEXT + ")");
        }
        return value;
    }

    private static int number(RoutingContext ctx, String key, int fallback, int max) {
        String text = one(ctx, key);
        if (text.isEmpty()) {
            return fallback;
        }
        if (!text.matches("\\d{1,9}") || Integer.parseInt(text) > max) {
            throw new Refusal(key + ": expected a number from 0 to " + max);
        }
        return Integer.parseInt(text);
    }

    /** With a filter under another name. */
    static Query renamed(Query query, String from, String to) {
        if (!query.filters().containsKey(from)) {
            return query;
        }
        Map<String, String> filters = new LinkedHashMap<>(query.filters());
        filters.put(to, filters.remove(from));
        return new Query(filters, query.text(), query.sort(), query.offset(), query.limit());
    }
}
