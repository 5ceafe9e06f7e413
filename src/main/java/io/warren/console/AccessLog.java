package io.warren.console;

import io.vertx.core.Handler;
import io.vertx.ext.web.RoutingContext;
import io.warren.net.Address;
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
                .addKeyValue("client", client(ctx))
                .addKeyValue(
                        "duration", Duration.ofNanos(System.nanoTime() - start).toMillis() + "ms")
                .log(""));
        ctx.next();
    }

    private static String client(RoutingContext ctx) {
        Address client = Answers.client(ctx);
        return client.host();
    }

    private static String printable(String uri) {
        return uri.codePoints().allMatch(c -> c > ' ' && c < 0x7f) ? uri : uri.replaceAll("[^\\x21-\\x7e]", "?");
    }
}
