package io.warren.console;

import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.ext.web.RoutingContext;
import io.warren.net.ProxyException;
import io.warren.spi.Authenticator;
import io.warren.spi.Session;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** Asks for user name and password (RFC 7617), when there is somebody to ask. What a request brings is not read before. */
final class BasicLogin implements Handler<RoutingContext> {
    private record Pair(String user, String password) {
        static final Pair NONE = new Pair("", "");
    }

    private final String service;
    private final Supplier<Optional<Authenticator>> authenticator;
    private final Consumer<RoutingContext> refuse;

    /**
     * @param service what authenticators are told
     * @param authenticator asked anew for each request; empty = everybody
     * @param refuse answers who is not let in
     */
    BasicLogin(String service, Supplier<Optional<Authenticator>> authenticator, Consumer<RoutingContext> refuse) {
        this.service = service;
        this.authenticator = authenticator;
        this.refuse = refuse;
    }

    @Override
    public void handle(RoutingContext ctx) {
        Optional<Authenticator> asked = authenticator.get();
        if (asked.isEmpty()) {
            ctx.next();
            return;
        }
        ctx.request().pause();
        Pair given = pair(ctx.request().getHeader("Authorization"));
        Session session = Session.of(service, Answers.client(ctx), Answers.local(ctx));
        Answers.when(
                ctx,
                ask(asked.get(), session, given),
                user -> {
                    ctx.request().resume();
                    ctx.next();
                },
                e -> {
                    ctx.request().resume();
                    if (e instanceof ProxyException) {
                        refuse.accept(ctx);
                    } else {
                        ctx.fail(e);
                    }
                });
    }

    private static Future<String> ask(Authenticator authenticator, Session session, Pair given) {
        try {
            return authenticator.authenticate(session, given.user(), given.password());
        } catch (ProxyException e) {
            return Future.failedFuture(e);
        }
    }

    private static Pair pair(String header) {
        if (header == null || !header.regionMatches(true, 0, "Basic ", 0, 6)) {
            return Pair.NONE;
        }
        try {
            String text =
                    new String(Base64.getDecoder().decode(header.substring(6).trim()), StandardCharsets.UTF_8);
            int colon = text.indexOf(':');
            return colon < 0 ? Pair.NONE : new Pair(text.substring(0, colon), text.substring(colon + 1));
        } catch (IllegalArgumentException notBase64) {
            return Pair.NONE;
        }
    }
}
