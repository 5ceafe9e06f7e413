package io.warren.control;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.stream.Collectors;

/** What became of a command as a whole. */
public record Outcome(String request, List<Result> results) {
    public Outcome {
        results = List.copyOf(results);
    }

    /** Whether a member did it, or had it done. */
    public boolean isDone() {
        return results.stream()
                .anyMatch(r -> r.outcome() == Result.Outcome.DONE || r.outcome() == Result.Outcome.UNCHANGED);
    }

    private boolean all(Result.Outcome outcome) {
        return results.stream().allMatch(r -> r.outcome() == outcome);
    }

    /** As an HTTP status. */
    public int status() {
        if (isDone()) {
            return 200;
        }
        if (all(Result.Outcome.STALE)) {
            return 503;
        }
        if (all(Result.Outcome.MISSING)) {
            return 404;
        }
        return all(Result.Outcome.INVALID) ? 422 : 409;
    }

    public JsonObject toJson() {
        JsonObject json = new JsonObject().put("request", request);
        if (!isDone()) {
            results.stream().findFirst().ifPresent(r -> json.put("error", r.detail()));
        }
        return json.put(
                "results", new JsonArray(results.stream().map(Result::toJson).toList()));
    }

    /** In one line, for the audit. */
    String summary() {
        return results.stream()
                .collect(Collectors.groupingBy(
                        r -> r.outcome().name().toLowerCase(java.util.Locale.ROOT),
                        java.util.TreeMap::new,
                        Collectors.mapping(Result::member, Collectors.joining(","))))
                .entrySet()
                .stream()
                .map(e -> e.getKey() + ":" + e.getValue())
                .collect(Collectors.joining(" "));
    }
}
