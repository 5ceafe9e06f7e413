package io.warren.console;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.warren.spi.Authenticator;
import java.util.Optional;
import java.util.function.Supplier;

/** Metrics for Prometheus under one path, as gost serves them: by every method, to pages of every origin. */
public final class MetricsPage implements Site {
    private static final String TYPE = "text/plain; version=0.0.4; charset=utf-8";

    private final String path;
    private final Metrics metrics;
    private final Supplier<Optional<Authenticator>> authenticator;

    /** @param authenticator who may see them, asked for each request; empty = everybody */
    public MetricsPage(String path, Metrics metrics, Supplier<Optional<Authenticator>> authenticator) {
        this.path = path;
        this.metrics = metrics;
        this.authenticator = authenticator;
    }

    @Override
    public void mount(Router router) {
        router.route(path).handler(MetricsPage::forEveryOrigin);
        router.route(path).handler(new BasicLogin("@metrics", authenticator, ctx -> Answers.empty(ctx, 401)));
        router.route(path)
                .handler(ctx -> Answers.when(
                        ctx, metrics.text(), text -> Answers.send(ctx, 200, TYPE, Buffer.buffer(text)), ctx::fail));
    }

    private static void forEveryOrigin(RoutingContext ctx) {
        ctx.response()
                .putHeader("Access-Control-Allow-Origin", "*")
                .putHeader("Access-Control-Allow-Methods", "GET, OPTIONS")
                .putHeader("Access-Control-Allow-Headers", "*");
        if (ctx.request().method().equals(HttpMethod.OPTIONS)) {
            Answers.empty(ctx, 204);
        } else {
            ctx.next();
        }
    }
}
