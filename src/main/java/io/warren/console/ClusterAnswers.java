package io.warren.console;

import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;
import io.warren.control.Refusal;

/** Answers of the cluster API: JSON, and {@code {"error": ...}} for what was not done. */
final class ClusterAnswers {
    private ClusterAnswers() {}

    static void error(RoutingContext ctx, int status, String message) {
        Answers.json(ctx, status, new JsonObject().put("error", message));
    }

    static void when(RoutingContext ctx, Future<JsonObject> answer) {
        Answers.when(ctx, answer, body -> Answers.json(ctx, 200, body), e -> failed(ctx, e));
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
}
