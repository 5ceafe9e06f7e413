package io.warren.console;

import io.vertx.core.Future;
import io.vertx.core.http.Cookie;
import io.vertx.core.http.CookieSameSite;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;
import io.warren.control.Accounts;
import io.warren.control.Actor;
import io.warren.control.ControlPlane;
import io.warren.control.Fields;
import io.warren.control.Role;
import io.warren.spi.Credentials;
import io.warren.spi.Secret;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/** Who is asking, and whether he may. */
final class Guard {
    static final String COOKIE = "warren-session";
    private static final String CSRF = "X-CSRF-Token";
    private static final String ACTOR = "warren.actor";
    private static final String SESSION = "warren.login";
    private static final int MAX_SHOWN = 64;
    private static final Set<HttpMethod> SAFE = Set.of(HttpMethod.GET, HttpMethod.HEAD, HttpMethod.OPTIONS);

    private final Supplier<Accounts> accounts;
    private final ControlPlane plane;
    private final LoginSessions sessions = new LoginSessions();

    Guard(Supplier<Accounts> accounts, ControlPlane plane) {
        this.accounts = accounts;
        this.plane = plane;
    }

    static Actor actor(RoutingContext ctx) {
        return ctx.get(ACTOR);
    }

    /** Lets only those on who have logged in, and keeps the body unread until then. */
    void recognise(RoutingContext ctx) {
        Optional<Credentials> basic = BasicLogin.given(ctx);
        if (basic.isPresent()) {
            String password = basic.get().password().reveal();
            Answers.unread(
                    ctx,
                    authenticate(ctx, basic.get().user(), password),
                    actor -> admit(ctx, actor),
                    e -> denied(ctx, e));
            return;
        }
        String header =
                Optional.ofNullable(ctx.request().getHeader("Authorization")).orElse("");
        boolean bearer = header.regionMatches(true, 0, "Bearer ", 0, 7);
        String token = bearer
                ? header.substring(7).trim()
                : Optional.ofNullable(ctx.request().getCookie(COOKIE))
                        .map(Cookie::getValue)
                        .orElse("");
        Optional<LoginSessions.Session> session = sessions.find(token);
        if (session.isEmpty()) {
            refuse(ctx, "not logged in");
        } else if (!bearer && !SAFE.contains(ctx.request().method()) && !isOurs(ctx, session.get())) {
            ClusterAnswers.error(ctx, 403, CSRF + ": missing or wrong");
        } else {
            ctx.put(SESSION, session.get());
            admit(ctx, session.get().actor());
        }
    }

    private static boolean isOurs(RoutingContext ctx, LoginSessions.Session session) {
        String given = ctx.request().getHeader(CSRF);
        return given != null && Secret.of(session.csrf()).matches(given);
    }

    private Future<Actor> authenticate(RoutingContext ctx, String user, String password) {
        String from = Answers.client(ctx).host();
        return accounts.get().authenticate(user, password, from).onFailure(e -> {
            if (e instanceof Accounts.Denied) {
                plane.audit(shown(user), "login", "from " + from, "refused");
            }
        });
    }

    private static String shown(String user) {
        String printable = AccessLog.printable(user);
        return printable.isEmpty() ? "-" : printable.substring(0, Math.min(printable.length(), MAX_SHOWN));
    }

    private static void admit(RoutingContext ctx, Actor actor) {
        ctx.put(ACTOR, actor);
        ctx.next();
    }

    private static void denied(RoutingContext ctx, Throwable e) {
        if (!(e instanceof Accounts.Denied denied)) {
            ctx.fail(e);
        } else if (denied.retryAfter() > 0) {
            ctx.response().putHeader("Retry-After", Long.toString(denied.retryAfter()));
            ClusterAnswers.error(ctx, 429, denied.getMessage());
        } else {
            refuse(ctx, denied.getMessage());
        }
    }

    private static void refuse(RoutingContext ctx, String message) {
        // A browser's script asks for itself; the browser is not to ask as well.
        if (ctx.request().getHeader("Sec-Fetch-Mode") == null) {
            ctx.response().putHeader("WWW-Authenticate", "Basic realm=\"warren\", charset=\"UTF-8\"");
        }
        ClusterAnswers.error(ctx, 401, message);
    }

    /** Whether he may, else he is told. */
    static boolean may(RoutingContext ctx, Role needed) {
        boolean may = actor(ctx).role().allows(needed);
        if (!may) {
            ClusterAnswers.error(ctx, 403, "needs role " + needed.name().toLowerCase(Locale.ROOT));
        }
        return may;
    }

    // --- sessions

    void login(RoutingContext ctx) {
        String type =
                Optional.ofNullable(ctx.request().getHeader("Content-Type")).orElse("");
        // What a form of another site can send is no JSON.
        if (!type.toLowerCase(Locale.ROOT).startsWith("application/json")) {
            ClusterAnswers.error(ctx, 400, "Content-Type: expected application/json");
            return;
        }
        JsonObject body = Answers.object(ctx);
        String user = Fields.required(body, "user");
        String password = Fields.required(body, "password");
        Answers.when(ctx, authenticate(ctx, user, password), actor -> open(ctx, actor), e -> denied(ctx, e));
    }

    private void open(RoutingContext ctx, Actor actor) {
        LoginSessions.Session session = sessions.open(actor);
        plane.audit(actor.user(), "login", "from " + Answers.client(ctx).host(), "done");
        ctx.response()
                .addCookie(Cookie.cookie(COOKIE, session.token())
                        .setHttpOnly(true)
                        .setSameSite(CookieSameSite.STRICT)
                        .setSecure(ctx.request().isSSL())
                        .setPath("/"));
        Answers.json(ctx, 200, shown(actor).put("csrf", session.csrf()).put("token", session.token()));
    }

    void whoami(RoutingContext ctx) {
        JsonObject shown = shown(actor(ctx));
        LoginSessions.Session session = ctx.get(SESSION);
        Answers.json(ctx, 200, session == null ? shown : shown.put("csrf", session.csrf()));
    }

    private JsonObject shown(Actor actor) {
        return new JsonObject()
                .put("user", actor.user())
                .put("role", actor.role().name().toLowerCase(Locale.ROOT))
                .put("member", plane.host().name())
                .put("version", plane.host().version());
    }

    void logout(RoutingContext ctx) {
        LoginSessions.Session session = ctx.get(SESSION);
        if (session != null) {
            sessions.close(session.token());
        }
        ctx.response().removeCookie(COOKIE, true);
        Answers.empty(ctx, 204);
    }

    /** Whether who asked then may still be answered now. */
    boolean stands(RoutingContext ctx) {
        LoginSessions.Session session = ctx.get(SESSION);
        return session == null || sessions.find(session.token()).isPresent();
    }
}
