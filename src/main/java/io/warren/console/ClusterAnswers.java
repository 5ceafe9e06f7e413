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
        error(ctx, refusal.reason().status(), refusal.getMessage());
    }
}
