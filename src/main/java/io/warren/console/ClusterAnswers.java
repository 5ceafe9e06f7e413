package io.warren.console;

import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;
import io.warren.control.Refusal;
import java.util.Optional;

/** Answers of the cluster API: JSON, and {@code {"error": ...}} for what was not done. */
final class ClusterAnswers {
    private static final String JSON = "application/json; charset=utf-8";

    private ClusterAnswers() {}

    static void error(RoutingContext ctx, int status, String message) {
        json(ctx, status, new JsonObject().put("error", message));
    }

    static void json(RoutingContext ctx, int status, JsonObject body) {
        Answers.send(ctx, status, JSON, body.toBuffer());
    }

    static void when(RoutingContext ctx, Future<JsonObject> answer) {
        Answers.when(ctx, answer, body -> json(ctx, 200, body), e -> failed(ctx, e));
    }

    static void failed(RoutingContext ctx, Throwable e) {
        if (!(e instanceof Refusal refusal)) {
            ctx.fail(e);
            return;
        }
        int status = switch (refusal.reason()) {
            case INVALID -> 400;
            case FORBIDDEN -> 403;
            case UNKNOWN -> 404;
            case UNANSWERED -> 503;
        };
        error(ctx, status, refusal.getMessage());
    }

    /** The request's object; without a body an empty one. Answers what is none, and returns nothing then. */
    static Optional<JsonObject> body(RoutingContext ctx) {
        Buffer bytes = ctx.body().buffer();
        if (bytes == null || bytes.length() == 0) {
            return Optional.of(new JsonObject());
        }
        try {
            return Optional.of(new JsonObject(bytes));
        } catch (DecodeException | ClassCastException e) {
            error(ctx, 400, "body: expected a JSON object" + Refusals.where(e));
            return Optional.empty();
        }
    }
}
