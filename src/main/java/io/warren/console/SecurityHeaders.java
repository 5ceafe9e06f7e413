package io.warren.console;

import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.Router;

/** What browsers are told on every page of the console: nothing from elsewhere, in nobody's frame. The first of its server's sites. */
public final class SecurityHeaders implements Site {
    private static final String POLICY =
            "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
                    + "connect-src 'self'; manifest-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

    private final boolean tls;

    /** @param tls whether the server speaks it, so that browsers may insist on it */
    public SecurityHeaders(boolean tls) {
        this.tls = tls;
    }

    @Override
    public void mount(Router router) {
        router.route().handler(ctx -> {
            HttpServerResponse response = ctx.response()
                    .putHeader("Content-Security-Policy", POLICY)
                    .putHeader("Cross-Origin-Opener-Policy", "same-origin")
                    .putHeader("Cross-Origin-Resource-Policy", "same-origin")
                    .putHeader("Permissions-Policy", "camera=(), microphone=(), geolocation=()");
            if (tls) {
                response.putHeader("Strict-Transport-Security", "max-age=31536000");
            }
            ctx.next();
        });
    }
}
