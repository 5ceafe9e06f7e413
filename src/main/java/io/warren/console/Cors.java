package io.warren.console;

import io.vertx.core.Handler;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.RoutingContext;

/** Lets pages of every origin use the API, as gost does: it is guarded by a password that the page has to know, never by cookies. */
final class Cors implements Handler<RoutingContext> {
    @Override
    public void handle(RoutingContext ctx) {
        String origin = ctx.request().getHeader("Origin");
        String host = ctx.request().getHeader("Host");
        if (origin == null || origin.equals("http://" + host) || origin.equals("https://" + host)) {
            ctx.next();
            return;
        }
        ctx.response().putHeader("Access-Control-Allow-Origin", "*");
        if (!ctx.request().method().equals(HttpMethod.OPTIONS)) {
            ctx.next();
            return;
        }
        ctx.response()
                .putHeader("Access-Control-Allow-Methods", "GET,POST,PUT,DELETE,OPTIONS")
                .putHeader("Access-Control-Allow-Headers", "*")
                .putHeader("Access-Control-Allow-Private-Network", "true");
        Answers.empty(ctx, 204);
    }
}
