package io.warren.console;

import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.BodyHandler;
import io.warren.control.Fields;
import io.warren.control.Refusal;
import io.warren.spi.Authenticator;
import io.warren.spi.Control;
import io.warren.spi.Control.Change;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.regex.Pattern;

/**
 * gost's web API, version 3: the configuration and its objects under {@code /config}. Every change takes the way of a reload, so what gost would let
 * pass in part (a value of the wrong type, a reference to nothing) is refused here with the key's name, and nothing has changed.
 */
public final class GostApi implements Site {
    private static final long MAX_BODY = 4 << 20;

    private final String prefix;
    private final Control control;
    private final Supplier<Optional<Authenticator>> authenticator;
    private final List<Pattern> known = new ArrayList<>();

    /**
     * @param prefix what all paths begin with; empty, or {@code /some/path}
     * @param authenticator who may use it, asked for each request; empty = everybody
     */
    public GostApi(String prefix, Control control, Supplier<Optional<Authenticator>> authenticator) {
        this.prefix = prefix;
        this.control = control;
        this.authenticator = authenticator;
    }

    /** A prefix as somebody writes it, {@code api/}, as paths have it, {@code /api}. */
    public static String prefix(String written) {
        String trimmed = written.replaceAll("^/+|/+$", "");
        return trimmed.isEmpty() ? "" : "/" + trimmed;
    }

    @Override
    public void mount(Router router) {
        for (String path : List.of("/config", "/config/*", "/docs", "/docs/*")) {
            router.route(prefix + path).handler(new Cors());
        }
        for (String path : List.of("/config", "/config/*")) {
            router.route(prefix + path).handler(this::knownOnly);
            router.route(prefix + path).handler(new BasicLogin("@api", authenticator, GostApi::unauthorized));
            router.route(prefix + path).handler(BodyHandler.create(false).setBodyLimit(MAX_BODY));
        }
        new GostApiDocument(prefix).mount(router);
        at(router, HttpMethod.GET, "", this::show);
        at(router, HttpMethod.POST, "", this::save);
        at(router, HttpMethod.POST, "/reload", this::reload);
        at(router, HttpMethod.POST, "/quotas/:name/reset", this::resetQuota);
        Kinds.ALL.keySet().forEach(kind -> {
            at(router, HttpMethod.GET, "/" + kind, ctx -> list(ctx, kind));
            at(router, HttpMethod.POST, "/" + kind, ctx -> create(ctx, kind));
            at(router, HttpMethod.GET, "/" + kind + "/:name", ctx -> one(ctx, kind));
            at(router, HttpMethod.PUT, "/" + kind + "/:name", ctx -> replace(ctx, kind));
            at(router, HttpMethod.DELETE, "/" + kind + "/:name", ctx -> delete(ctx, kind));
        });
    }

    private void at(Router router, HttpMethod method, String path, Consumer<RoutingContext> answer) {
        String whole = prefix + "/config" + path;
        known.add(Pattern.compile(method + " " + Pattern.quote(whole).replace(":name", "\\E[^/]+\\Q")));
        router.route(method, whole).handler(answer::accept);
    }

    /** What is none of ours is so before anybody has to log in. A path that would be one without its last slash is sent there. */
    private void knownOnly(RoutingContext ctx) {
        String path = ctx.request().path();
        if (isKnown(ctx, path)) {
            ctx.next();
            return;
        }
        String shorter = path.substring(0, path.length() - 1);
        if (!path.endsWith("/") || !isKnown(ctx, shorter)) {
            Answers.notFound(ctx);
            return;
        }
        String query = ctx.request().query();
        ctx.response().putHeader("Location", shorter + (query == null ? "" : "?" + query));
        Answers.empty(ctx, ctx.request().method().equals(HttpMethod.GET) ? 301 : 307);
    }

    private boolean isKnown(RoutingContext ctx, String path) {
        String wanted = ctx.request().method() + " " + path;
        return known.stream().anyMatch(p -> p.matcher(wanted).matches());
    }

    private static void unauthorized(RoutingContext ctx) {
        ctx.response().putHeader("WWW-Authenticate", "Basic");
        Answers.error(ctx, 401, 401, "Unauthorized");
    }

    // --- the configuration as a whole

    private void show(RoutingContext ctx) {
        boolean yaml = "yaml".equals(ctx.queryParams().get("format"));
        Answers.when(
                ctx,
                control.print(yaml ? Control.Form.YAML : Control.Form.JSON),
                text -> Answers.send(ctx, 200, yaml ? "text/x-yaml" : "application/json", Buffer.buffer(text)),
                ctx::fail);
    }

    private void save(RoutingContext ctx) {
        Optional<String> path =
                Optional.ofNullable(ctx.queryParams().get("path")).filter(p -> !p.isEmpty());
        String form = Optional.ofNullable(ctx.queryParams().get("format")).orElse("");
        Optional<Control.Form> as = form.equalsIgnoreCase("json")
                ? Optional.of(Control.Form.JSON)
                : form.equalsIgnoreCase("yaml") ? Optional.of(Control.Form.YAML) : Optional.empty();
        settle(ctx, control.save(path, as), Refusals.ofConfiguration());
    }

    private void reload(RoutingContext ctx) {
        settle(ctx, control.reload(), Refusals.ofConfiguration());
    }

    // --- objects

    private void list(RoutingContext ctx, String kind) {
        whenRead(ctx, all -> {
            JsonArray objects = all.getJsonArray(kind);
            int count = objects == null ? 0 : objects.size();
            Answers.data(ctx, new JsonObject().put("count", count).put("list", count == 0 ? null : objects));
        });
    }

    private void one(RoutingContext ctx, String kind) {
        String name = ctx.pathParam("name");
        whenRead(ctx, all -> Answers.data(ctx, Fields.named(all, kind, name).orElse(null)));
    }

    private void whenRead(RoutingContext ctx, Consumer<JsonObject> use) {
        Answers.when(ctx, control.configuration(), use, ctx::fail);
    }

    private void create(RoutingContext ctx, String kind) {
        body(ctx).ifPresent(body -> {
            String name = body.fieldNames().stream()
                    .filter(key -> key.equalsIgnoreCase("name"))
                    .map(key -> String.valueOf(body.getValue(key)).trim())
                    .findFirst()
                    .orElse("");
            Refusals refusals = new Refusals(kind, name, true);
            if (!name.isEmpty() && hasNoBackend(kind, body)) {
                Answers.error(ctx, 400, Refusals.INVALID, "cache has no backend configured");
                return;
            }
            settle(ctx, control.apply(new Change.Create(kind, body.encode())), refusals);
        });
    }

    private void replace(RoutingContext ctx, String kind) {
        String name = ctx.pathParam("name").trim();
        body(ctx)
                .ifPresent(body -> whenRead(ctx, all -> {
                    if (Fields.named(all, kind, name).isPresent() && hasNoBackend(kind, body)) {
                        Answers.error(ctx, 400, Refusals.INVALID, "cache has no backend configured");
                    } else {
                        settle(
                                ctx,
                                control.apply(new Change.Replace(kind, name, body.encode())),
                                new Refusals(kind, name, true));
                    }
                }));
    }

    private void delete(RoutingContext ctx, String kind) {
        String name = ctx.pathParam("name").trim();
        settle(ctx, control.apply(new Change.Delete(kind, name)), new Refusals(kind, name, false));
    }

    private void resetQuota(RoutingContext ctx) {
        String name = ctx.pathParam("name").trim();
        whenRead(ctx, all -> {
            if (Fields.named(all, "quotas", name).isEmpty()) {
                Answers.error(ctx, 400, Refusals.MISSING, "quota " + name + " not found");
            } else {
                Answers.error(ctx, 400, Refusals.INVALID, "quotas are not counted by this version");
            }
        });
    }

    private static boolean hasNoBackend(String kind, JsonObject body) {
        return kind.equals("caches") && body.getValue("memory") == null && body.getValue("redis") == null;
    }

    /** The request's object; without a body an empty one, as in gost. Answers what is not an object, and returns nothing then. */
    private static Optional<JsonObject> body(RoutingContext ctx) {
        try {
            return Optional.of(Answers.object(ctx));
        } catch (Refusal e) {
            Answers.error(ctx, 400, Refusals.INVALID, e.getMessage());
            return Optional.empty();
        }
    }

    private static void settle(RoutingContext ctx, Future<?> done, Refusals refusals) {
        Answers.when(ctx, done, v -> Answers.ok(ctx), e -> refusals.answer(ctx, e));
    }
}
