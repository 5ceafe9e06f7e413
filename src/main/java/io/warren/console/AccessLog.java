package io.warren.console;

import io.vertx.core.Handler;
import io.vertx.ext.web.RoutingContext;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One line for each request, with gost's fields. */
final class AccessLog implements Handler<RoutingContext> {
    private static final Logger LOG = LoggerFactory.getLogger("console");

    @Override
    public void handle(RoutingContext ctx) {
        long start = System.nanoTime();
        ctx.addEndHandler(done -> LOG.atInfo()
                .addKeyValue("kind", "api")
                .addKeyValue("method", ctx.request().method())
                .addKeyValue("uri", printable(ctx.request().uri()))
                .addKeyValue("code", ctx.response().getStatusCode())
                .addKeyValue("client", Answers.client(ctx).host())
                .addKeyValue(
                        "duration", Duration.ofNanos(System.nanoTime() - start).toMillis() + "ms")
                .log(""));
        ctx.next();
    }

    /** What somebody sent, as a word of a line. */
    static String printable(String text) {
        return text.codePoints().allMatch(c -> c > ' ' && c < 0x7f) ? text : text.replaceAll("[^\\x21-\\x7e]", "?");
    }
}
