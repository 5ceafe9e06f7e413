package io.warren.console;

import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.BodyHandler;
import io.warren.control.Accounts;
import io.warren.control.ControlPlane;
import io.warren.control.Query;
import io.warren.control.Refusal;
import io.warren.control.Role;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;

/** The cluster API under {@code /cluster}, as {@code console/openapi.yaml} describes it. */
public final class ClusterApi implements Site {
    private static final long MAX_BODY = 4 << 20;
    private static final String BASE = "/cluster";

    private static final Set<String> CONNECTION_FILTERS =
            Set.of("sid", "member", "service", "kind", "client", "user", "target", "route", "endpoint");

    private final ControlPlane plane;
    private final Guard guard;
    private final EventStream stream;
    private final Buffer openapi = resource("/console/openapi.yaml");
    private final List<String> routes = new ArrayList<>();

    /** @param accounts who may use it, asked for each request */
    public ClusterApi(ControlPlane plane, Supplier<Accounts> accounts) {
        this.plane = plane;
        this.guard = new Guard(accounts, plane);
        this.stream = new EventStream(plane, guard);
    }

    private static Buffer resource(String name) {
        try (InputStream in = ClusterApi.class.getResourceAsStream(name)) {
            return Buffer.buffer(in.readAllBytes());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void mount(Router router) {
        open(router);
        router.route(BASE + "/*").handler(guard::recognise);
        router.route(BASE + "/*").handler(BodyHandler.create(false).setBodyLimit(MAX_BODY));
        session(router);
        lists(router);
        verbs(router);
        configuration(router);
        router.route(BASE + "/*")
                .handler(ctx -> ClusterAnswers.error(ctx, 404, "no such path, or not with this method"));
    }

    /** The routes, {@code GET /cluster/overview}, for whoever compares them with their description. */
    List<String> routes() {
        return List.copyOf(routes);
    }

    private void at(Router router, HttpMethod method, String path, Consumer<RoutingContext> answer) {
        routes.add(method + " " + BASE + path);
        router.route(method, BASE + path).handler(ctx -> {
            try {
                answer.accept(ctx);
            } catch (Refusal e) {
                ClusterAnswers.failed(ctx, e);
            }
        });
    }

    private void at(Router router, HttpMethod method, String path, Role needed, Consumer<RoutingContext> answer) {
        at(router, method, path, ctx -> {
            if (Guard.may(ctx, needed)) {
                answer.accept(ctx);
            }
        });
    }

    // --- for everybody

    private void open(Router router) {
        at(router, HttpMethod.GET, "/live", ctx -> text(ctx, 200, "live"));
        at(router, HttpMethod.GET, "/ready", ctx -> {
            Optional<String> reason = plane.unready();
            text(ctx, reason.isEmpty() ? 200 : 503, reason.orElse("ready"));
        });
        at(router, HttpMethod.GET, "/openapi.yaml", ctx -> Answers.send(ctx, 200, "application/yaml", openapi));
        router.route(HttpMethod.POST, BASE + "/session")
                .handler(BodyHandler.create(false).setBodyLimit(MAX_BODY >> 10));
        at(router, HttpMethod.POST, "/session", guard::login);
    }

    private static void text(RoutingContext ctx, int status, String line) {
        Answers.send(ctx, status, "text/plain; charset=utf-8", Buffer.buffer(line + "\n"));
    }

    private void session(Router router) {
        at(router, HttpMethod.GET, "/session", Role.VIEWER, guard::whoami);
        at(router, HttpMethod.DELETE, "/session", Role.VIEWER, guard::logout);
    }

    // --- what there is

    private void lists(Router router) {
        at(router, HttpMethod.GET, "/overview", Role.VIEWER, ctx -> ClusterAnswers.when(ctx, plane.overview()));
        at(router, HttpMethod.GET, "/stream", Role.VIEWER, stream::open);
        list(router, "/members", Set.of("member", "state"), query -> plane.members(query));
        list(router, "/agents", Set.of("user", "host", "member", "agent"), query -> plane.agents(inMembers(query)));
        list(
                router,
                "/endpoints",
                Set.of("network", "name", "user", "member", "disabled", "endpoint"),
                this::endpoints);
        list(
                router,
                "/services",
                Set.of("name", "member", "handler", "listener", "state"),
                query -> plane.services(query));
        list(router, "/connections", CONNECTION_FILTERS, query -> plane.connections(query));
        list(router, "/events", Set.of("member", "kind", "by"), query -> plane.events(query));
        list(router, "/certificates", Set.of("member", "file"), query -> plane.certificates(query));
        at(router, HttpMethod.GET, "/logs", Role.VIEWER, ctx -> {
            String level = ListQuery.one(ctx, "level");
            ClusterAnswers.when(
                    ctx, plane.logs(ListQuery.read(ctx, Set.of("member", "logger"), Set.of("level")), level));
        });
        at(router, HttpMethod.GET, "/bans", Role.VIEWER, ctx -> Answers.json(ctx, 200, plane.bans()));
        at(router, HttpMethod.GET, "/stats", Role.VIEWER, ctx -> {
            String step = ListQuery.one(ctx, "step");
            if (!step.isEmpty() && !step.equals("1s") && !step.equals("10s")) {
                throw new Refusal("step: expected 1s or 10s");
            }
            ClusterAnswers.when(ctx, plane.stats(step.isEmpty() ? "10s" : step, members(ctx)));
        });
    }

    private void list(Router router, String path, Set<String> filters, Function<Query, Future<JsonObject>> answer) {
        at(
                router,
                HttpMethod.GET,
                path,
                Role.VIEWER,
                ctx -> ClusterAnswers.when(ctx, answer.apply(ListQuery.read(ctx, filters, Set.of()))));
    }

    /** An agent is at several members. */
    private static Query inMembers(Query query) {
        return ListQuery.renamed(query, "member", "members");
    }

    private Future<JsonObject> endpoints(Query query) {
        return plane.endpoints(ListQuery.renamed(query, "member", "agentMembers"));
    }

    // --- what can be done

    private static List<String> members(RoutingContext ctx) {
        return ctx.queryParam("member").stream().filter(m -> !m.isEmpty()).toList();
    }

    private void verb(
            Router router, HttpMethod method, String path, Role needed, Function<RoutingContext, JsonObject> command) {
        at(router, method, path, needed, ctx -> {
            String one = ctx.pathParams().getOrDefault("member", "");
            command(ctx, command.apply(ctx), one.isEmpty() ? members(ctx) : List.of(one));
        });
    }

    private void command(RoutingContext ctx, JsonObject command, List<String> members) {
        Optional<String> id = Optional.ofNullable(ctx.request().getHeader("X-Request-Id"))
                .filter(text -> !text.isBlank() && text.length() <= 100);
        // Of one person only: another one's request of the same id is another request.
        Optional<String> unique = id.map(text -> Guard.actor(ctx).user() + ":" + text);
        Answers.when(
                ctx,
                plane.command(Guard.actor(ctx), unique, command, members),
                outcome -> Answers.json(ctx, outcome.status(), outcome.toJson()),
                e -> ClusterAnswers.failed(ctx, e));
    }

    private static JsonObject does(String what) {
        return new JsonObject().put("do", what);
    }

    private static JsonObject with(JsonObject command, RoutingContext ctx, String... parameters) {
        for (String parameter : parameters) {
            command.put(parameter, ctx.pathParam(parameter));
        }
        return command;
    }

    /** With what the body says of these; anything else in it is a mistake. */
    private static JsonObject and(JsonObject command, RoutingContext ctx, String... keys) {
        JsonObject body = Answers.object(ctx);
        for (String key : body.fieldNames()) {
            if (!List.of(keys).contains(key)) {
                throw new Refusal(key + ": unknown (known: " + String.join(", ", keys) + ")");
            }
            command.put(key, body.getValue(key));
        }
        return command;
    }

    private void verbs(Router router) {
        verb(router, HttpMethod.POST, "/members/:member/drain", Role.OPERATOR, ctx -> and(does("drain"), ctx, "grace"));
        verb(router, HttpMethod.POST, "/members/:member/undrain", Role.OPERATOR, ctx -> does("undrain"));
        verb(router, HttpMethod.POST, "/reload", Role.OPERATOR, ctx -> does("reload"));
        verb(router, HttpMethod.PUT, "/log-level", Role.OPERATOR, ctx -> and(does("logLevel"), ctx, "level", "logger"));
        verb(
                router,
                HttpMethod.POST,
                "/agents/:agent/kick",
                Role.OPERATOR,
                ctx -> with(and(does("kick"), ctx, "for"), ctx, "agent"));
        verb(router, HttpMethod.DELETE, "/bans/:agent", Role.OPERATOR, ctx -> with(does("unban"), ctx, "agent"));
        verb(
                router,
                HttpMethod.POST,
                "/endpoints/:endpoint/disable",
                Role.OPERATOR,
                ctx -> with(does("disable"), ctx, "endpoint"));
        verb(
                router,
                HttpMethod.POST,
                "/endpoints/:endpoint/enable",
                Role.OPERATOR,
                ctx -> with(does("enable"), ctx, "endpoint"));
        verb(
                router,
                HttpMethod.PUT,
                "/certificates/:use",
                Role.ADMIN,
                ctx -> with(and(does("certify"), ctx, "certificate", "key"), ctx, "use"));
        verb(
                router,
                HttpMethod.POST,
                "/services/:service/disable",
                Role.OPERATOR,
                ctx -> with(does("disableService"), ctx, "service"));
        verb(
                router,
                HttpMethod.POST,
                "/services/:service/enable",
                Role.OPERATOR,
                ctx -> with(does("enableService"), ctx, "service"));
        verb(
                router,
                HttpMethod.PUT,
                "/endpoints/:endpoint/weight",
                Role.OPERATOR,
                ctx -> with(and(does("weigh"), ctx, "agent", "weight"), ctx, "endpoint"));
        verb(
                router,
                HttpMethod.PUT,
                "/endpoints/:endpoint/limit",
                Role.OPERATOR,
                ctx -> with(and(does("limit"), ctx, "in", "out"), ctx, "endpoint"));
        verb(
                router,
                HttpMethod.POST,
                "/connections/close",
                Role.OPERATOR,
                ctx -> does("close").put("which", Answers.object(ctx)));
        verb(
                router,
                HttpMethod.DELETE,
                "/connections/:sid",
                Role.OPERATOR,
                ctx -> does("close").put("which", new JsonObject().put("sid", ctx.pathParam("sid"))));
    }

    // --- configuration

    private void configuration(Router router) {
        at(router, HttpMethod.GET, "/config", Role.VIEWER, ctx -> document(ctx, "config", new JsonObject()));
        verb(router, HttpMethod.PUT, "/config", Role.ADMIN, ctx -> document(does("apply"), ctx));
        verb(router, HttpMethod.POST, "/config/validate", Role.VIEWER, ctx -> {
            String kind = kind(ListQuery.one(ctx, "kind"));
            return document(kind.isEmpty() ? does("validate") : does("validate").put("kind", kind), ctx);
        });
        at(router, HttpMethod.POST, "/config/diff", Role.VIEWER, ctx -> {
            JsonObject parameters = document(new JsonObject().put("kind", kind(ListQuery.one(ctx, "kind"))), ctx);
            of(ctx, "difference", parameters, Function.identity());
        });
        at(
                router,
                HttpMethod.GET,
                "/config/history",
                Role.VIEWER,
                ctx -> of(ctx, "history", new JsonObject(), ClusterApi::items));
        at(
                router,
                HttpMethod.GET,
                "/config/history/:version",
                Role.VIEWER,
                ctx -> document(ctx, "version", new JsonObject().put("version", version(ctx))));
        at(
                router,
                HttpMethod.POST,
                "/config/history/:version/rollback",
                Role.ADMIN,
                ctx -> command(ctx, does("rollback").put("version", version(ctx)), List.of(member(ctx))));
        at(
                router,
                HttpMethod.GET,
                "/config/:kind",
                Role.VIEWER,
                ctx -> of(ctx, "objects", new JsonObject().put("kind", kindOf(ctx)), ClusterApi::items));
        verb(
                router,
                HttpMethod.POST,
                "/config/:kind",
                Role.ADMIN,
                ctx -> document(does("create").put("kind", kindOf(ctx)), ctx));
        at(
                router,
                HttpMethod.GET,
                "/config/:kind/:name",
                Role.VIEWER,
                ctx -> document(
                        ctx, "object", new JsonObject().put("kind", kindOf(ctx)).put("name", ctx.pathParam("name"))));
        verb(
                router,
                HttpMethod.PUT,
                "/config/:kind/:name",
                Role.ADMIN,
                ctx -> document(with(does("replace").put("kind", kindOf(ctx)), ctx, "name"), ctx));
        verb(
                router,
                HttpMethod.DELETE,
                "/config/:kind/:name",
                Role.ADMIN,
                ctx -> with(does("delete").put("kind", kindOf(ctx)), ctx, "name"));
    }

    private String member(RoutingContext ctx) {
        String member = ListQuery.one(ctx, "member");
        return member.isEmpty() ? plane.host().name() : member;
    }

    private static int version(RoutingContext ctx) {
        String text = ctx.pathParam("version");
        if (!text.matches("\\d{1,9}")) {
            throw new Refusal(Refusal.Reason.UNKNOWN, "no version " + text);
        }
        return Integer.parseInt(text);
    }

    private static String kindOf(RoutingContext ctx) {
        return kind(ctx.pathParam("kind"));
    }

    private static String kind(String kind) {
        if (!kind.isEmpty() && !Kinds.ALL.containsKey(kind)) {
            throw new Refusal(
                    Refusal.Reason.UNKNOWN,
                    "no kind of object named \"" + kind + "\" (known: " + String.join(", ", Kinds.ALL.keySet()) + ")");
        }
        return kind;
    }

    private static JsonObject document(JsonObject command, RoutingContext ctx) {
        Buffer bytes = ctx.body().buffer();
        return command.put("document", bytes == null ? "" : bytes.toString(StandardCharsets.UTF_8));
    }

    private static JsonObject items(JsonObject body) {
        return new JsonObject().put("items", body.getJsonArray("rows"));
    }

    private void of(RoutingContext ctx, String view, JsonObject parameters, Function<JsonObject, JsonObject> shown) {
        String member = member(ctx);
        ClusterAnswers.when(
                ctx,
                plane.of(member, view, parameters).map(body -> shown.apply(body).put("member", member)));
    }

    /** As it is, in the form that was asked for. */
    private void document(RoutingContext ctx, String view, JsonObject parameters) {
        String form = ListQuery.one(ctx, "format");
        Answers.when(
                ctx,
                plane.of(member(ctx), view, parameters.put("format", form)),
                body -> {
                    if (body.containsKey("text")) {
                        Answers.send(ctx, 200, "application/yaml", Buffer.buffer(body.getString("text")));
                    } else {
                        Answers.json(ctx, 200, body.getJsonObject("document"));
                    }
                },
                e -> ClusterAnswers.failed(ctx, e));
    }
}
