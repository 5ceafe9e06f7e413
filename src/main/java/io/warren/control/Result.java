package io.warren.control;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.warren.spi.Control.Finding;
import io.warren.spi.ControlException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * What a member made of a command.
 *
 * @param count of what was acted upon, where that says something
 * @param problems of a configuration; warnings too
 */
public record Result(
        String member, Outcome outcome, String detail, Optional<Integer> count, List<JsonObject> problems) {
    /** How it went. */
    public enum Outcome {
        DONE,
        /** It was so already. */
        UNCHANGED,
        /** There is no such thing. */
        MISSING,
        REFUSED,
        /** A document with errors. */
        INVALID,
        /** No answer; whether it was done is not known. */
        STALE
    }

    public Result {
        problems = List.copyOf(problems);
    }

    static Result of(String member, Outcome outcome, String detail) {
        return new Result(member, outcome, detail, Optional.empty(), List.of());
    }

    static Result done(String member) {
        return of(member, Outcome.DONE, "");
    }

    static Result counted(String member, int count) {
        return new Result(member, Outcome.DONE, "", Optional.of(count), List.of());
    }

    static Result done(String member, List<Finding> warnings, String detail) {
        return new Result(member, Outcome.DONE, detail, Optional.empty(), Fields.problems(warnings));
    }

    static Result failed(String member, Throwable e) {
        if (e instanceof ControlException refused) {
            Outcome outcome = switch (refused.reason()) {
                case MISSING -> Outcome.MISSING;
                case INVALID, UNNAMED -> Outcome.INVALID;
                default -> Outcome.REFUSED;
            };
            return new Result(
                    member, outcome, refused.getMessage(), Optional.empty(), Fields.problems(refused.problems()));
        }
        return of(member, Outcome.REFUSED, String.valueOf(e.getMessage()));
    }

    public JsonObject toJson() {
        JsonObject json = new JsonObject()
                .put("member", member)
                .put("outcome", outcome.name().toLowerCase(Locale.ROOT));
        if (!detail.isEmpty()) {
            json.put("detail", detail);
        }
        count.ifPresent(number -> json.put("count", number));
        return problems.isEmpty() ? json : json.put("problems", new JsonArray(problems));
    }

    static Result of(JsonObject json) {
        return new Result(
                Fields.text(json, "member"),
                Fields.oneOf(json, "outcome", Outcome.class).orElse(Outcome.REFUSED),
                String.valueOf(json.getValue("detail", "")),
                Optional.ofNullable(json.getInteger("count")),
                Fields.objects(json, "problems"));
    }
}
