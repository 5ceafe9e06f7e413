package io.warren.console;

import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.ext.web.RoutingContext;
import io.warren.net.ProxyException;
import io.warren.spi.Authenticator;
import io.warren.spi.Credentials;
import io.warren.spi.Secret;
import io.warren.spi.Session;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** Asks for user name and password (RFC 7617), when there is somebody to ask. What a request brings is not read before. */
final class BasicLogin implements Handler<RoutingContext> {
    private static final String SCHEME = "Basic ";
    private static final Credentials NONE = new Credentials("", Secret.NONE);

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
        Credentials given = given(ctx).orElse(NONE);
        Session session = Session.of(service, Answers.client(ctx), Answers.local(ctx));
        Answers.unread(ctx, ask(asked.get(), session, given), user -> ctx.next(), e -> {
            if (e instanceof ProxyException) {
                refuse.accept(ctx);
            } else {
                ctx.fail(e);
            }
        });
    }

    private static Future<String> ask(Authenticator authenticator, Session session, Credentials given) {
        try {
            return authenticator.authenticate(
                    session, given.user(), given.password().reveal());
        } catch (ProxyException e) {
            return Future.failedFuture(e);
        }
    }

    /** What a request logs in with: both are empty when it says that in another way than it should; empty when it does not. */
    static Optional<Credentials> given(RoutingContext ctx) {
        return Optional.ofNullable(ctx.request().getHeader("Authorization"))
                .filter(header -> header.regionMatches(true, 0, SCHEME, 0, SCHEME.length()))
                .map(header -> pair(header.substring(SCHEME.length()).trim()));
    }

    private static Credentials pair(String encoded) {
        try {
            String text = new String(Base64.getDecoder().decode(encoded), StandardCharsets.UTF_8);
            int colon = text.indexOf(':');
            return colon < 0 ? NONE : new Credentials(text.substring(0, colon), Secret.of(text.substring(colon + 1)));
        } catch (IllegalArgumentException notBase64) {
            return NONE;
        }
    }
}
