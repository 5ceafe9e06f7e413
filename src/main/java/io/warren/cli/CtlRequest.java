package io.warren.cli;

import io.vertx.core.json.JsonObject;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * What a verb asks of the cluster API.
 *
 * @param path below {@code /cluster}, encoded
 * @param body empty for none
 * @param columns of a list; empty for what is no list
 * @param document whether the answer is a document, which is YAML unless JSON is wanted
 */
record CtlRequest(
        String method, String path, Map<String, String> query, String body, List<String> columns, boolean document) {
    static CtlRequest get(String... segments) {
        return of("GET", segments);
    }

    static CtlRequest post(String... segments) {
        return of("POST", segments);
    }

    static CtlRequest put(String... segments) {
        return of("PUT", segments);
    }

    static CtlRequest delete(String... segments) {
        return of("DELETE", segments);
    }

    private static CtlRequest of(String method, String... segments) {
        String path = Arrays.stream(segments).map(ConsoleClient::segment).collect(Collectors.joining("/", "/", ""));
        return new CtlRequest(method, path, Map.of(), "", List.of(), false);
    }

    CtlRequest shown(String... by) {
        return new CtlRequest(method, path, query, body, List.of(by), document);
    }

    CtlRequest asDocument() {
        return new CtlRequest(method, path, query, body, columns, true);
    }

    CtlRequest with(String text) {
        return new CtlRequest(method, path, query, text, columns, document);
    }

    CtlRequest with(JsonObject object) {
        return with(object.encode());
    }

    CtlRequest where(Map<String, String> parameters) {
        Map<String, String> all = new LinkedHashMap<>(query);
        all.putAll(parameters);
        return new CtlRequest(method, path, all, body, columns, document);
    }

    CtlRequest where(String parameter, Optional<String> value) {
        return value.map(v -> where(Map.of(parameter, v))).orElse(this);
    }
}
