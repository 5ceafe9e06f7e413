package io.warren.control;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.warren.service.LiveSession;
import io.warren.service.Registrant;
import io.warren.service.ServiceStats;
import io.warren.spi.Control.Form;
import io.warren.spi.Login;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** What this process says about itself: each view is one JSON object, without secrets. Any thread. */
final class Views {
    private final Vertx vertx;
    private final Host host;
    private final Orders orders;
    private final History history;
    private final Figures figures;
    private final LogRing logs;

    Views(Vertx vertx, Host host, Orders orders, History history, Figures figures, LogRing logs) {
        this.vertx = vertx;
        this.host = host;
        this.orders = orders;
        this.history = history;
        this.figures = figures;
        this.logs = logs;
    }

    /** Fails with a {@link Refusal} for a view that there is not, or parameters that make none. */
    Future<JsonObject> view(String name, JsonObject parameters) {
        try {
            return switch (name) {
                case "pulse" -> Future.succeededFuture(pulse(parameters));
                case "registrations" -> registrations();
                case "services" -> services();
                case "connections" -> connections(parameters);
                case "events" -> Future.succeededFuture(rows(logs.events(host.name(), 0)));
                case "logs" ->
                    Future.succeededFuture(page(
                            Query.ofParameters(parameters), logs.lines(host.name(), Fields.text(parameters, "level"))));
                case "stats" -> Future.succeededFuture(figures.series(!"1s".equals(Fields.text(parameters, "step"))));
                case "certificates" ->
                    // As it is written: what gost knows nothing of has certificates, too.
                    host.control()
                            .written(Form.JSON)
                            .compose(all -> blocking(() -> rows(Certificates.of(new JsonObject(all), host.renewed()))));
                case "config" -> config(form(parameters));
                case "objects" -> objects(Fields.required(parameters, "kind"));
                case "object" ->
                    object(Fields.required(parameters, "kind"), Fields.required(parameters, "name"), form(parameters));
                case "history" -> Future.succeededFuture(rows(history.list()));
                case "version" ->
                    version(Fields.integer(parameters, "version", 1, Integer.MAX_VALUE), form(parameters));
                default -> throw new Refusal("no view named \"" + name + "\"");
            };
        } catch (Refusal e) {
            return Future.failedFuture(e);
        }
    }

    private <T> Future<T> blocking(java.util.concurrent.Callable<T> work) {
        return vertx.executeBlocking(work, false);
    }

    private static JsonObject rows(List<JsonObject> rows) {
        return new JsonObject().put("rows", new JsonArray(rows));
    }

    private static JsonObject page(Query query, List<JsonObject> all) {
        Query.Page page = query.page(all);
        return rows(page.rows()).put("total", page.total());
    }

    static Form form(JsonObject parameters) {
        String text = Fields.text(parameters, "format");
        return switch (text.toLowerCase(Locale.ROOT)) {
            case "", "json" -> Form.JSON;
            case "yaml" -> Form.YAML;
            default -> throw new Refusal("format: expected json or yaml");
        };
    }

    // --- figures

    private JsonObject pulse(JsonObject parameters) {
        List<Registrant> registrants = host.endpoints().registrants();
        JsonArray agents = new JsonArray();
        registrants.stream().map(Registrant::agent).distinct().forEach(agents::add);
        long after = parameters.getValue("after") instanceof Number number ? number.longValue() : Long.MAX_VALUE;
        return figures.now()
                .put("version", host.version())
                .put("draining", host.isDraining())
                .put("services", host.services())
                .put("agentIds", agents)
                .put("agents", agents.size())
                .put("endpoints", host.endpoints().openings().size())
                .put("latest", logs.latest())
                .put("events", new JsonArray(logs.events(host.name(), after)));
    }

    // --- agents and endpoints

    /** Everything about endpoints at once, so that its parts fit together. */
    private Future<JsonObject> registrations() {
        List<JsonObject> rows = host.endpoints().registrants().stream()
                .map(r -> new JsonObject()
                        .put("endpoint", r.endpoint().toString())
                        .put("agent", r.agent())
                        .put("identity", r.asked().agent().orElse(""))
                        .put(
                                "version",
                                r.session().trace().login().map(Login::version).orElse(""))
                        .put("user", r.asked().user().orElse(""))
                        .put("host", r.session().client().host())
                        .put("client", r.session().client().toString())
                        .put("sid", r.session().sid())
                        .put("service", r.session().service())
                        .put("since", r.session().start().toString())
                        .put("weight", r.offer().weight())
                        .put("asked", r.asked().weight())
                        .put("connections", r.live())
                        .put("member", host.name()))
                .toList();
        List<JsonObject> openings = host.endpoints().openings().stream()
                .map(o -> {
                    JsonObject json = new JsonObject()
                            .put("endpoint", o.endpoint().toString())
                            .put("network", o.endpoint().network().toString())
                            .put("name", o.endpoint().name())
                            .put(
                                    "disabled",
                                    host.endpoints()
                                            .restrictions()
                                            .isDisabled(o.endpoint().toString()));
                    long[] limits =
                            host.endpoints().restrictions().limited(o.endpoint().toString());
                    if (limits[0] > 0) {
                        json.put("inLimit", limits[0]);
                    }
                    if (limits[1] > 0) {
                        json.put("outLimit", limits[1]);
                    }
                    o.user().ifPresent(user -> json.put("user", user));
                    o.address().ifPresent(address -> json.put("address", address.toString()));
                    return o.error().isEmpty() ? json : json.put("error", o.error());
                })
                .toList();
        return host.activity().sessions().map(sessions -> {
            Map<String, Double> roundTrips = new HashMap<>();
            sessions.forEach(s -> s.roundTrip().ifPresent(time -> roundTrips.put(s.sid(), time.toNanos() / 1e6)));
            rows.forEach(row ->
                    Optional.ofNullable(roundTrips.get(row.getString("sid"))).ifPresent(ms -> row.put("rttMs", ms)));
            return rows(rows).put("openings", new JsonArray(openings)).put("rates", rates(sessions));
        });
    }

    /** What visitors of each endpoint do here. */
    private static JsonObject rates(List<LiveSession> sessions) {
        JsonObject rates = new JsonObject();
        for (LiveSession session : sessions) {
            String endpoint = Visit.endpoint(session);
            if (!endpoint.isEmpty()) {
                JsonArray known = rates.getJsonArray(
                        endpoint, new JsonArray().add(0).add(0.0).add(0.0));
                rates.put(
                        endpoint,
                        new JsonArray()
                                .add(known.getInteger(0) + 1)
                                .add(known.getDouble(1) + session.inRate())
                                .add(known.getDouble(2) + session.outRate()));
            }
        }
        return rates;
    }

    // --- services and sessions

    private Future<JsonObject> services() {
        return host.control()
                .configuration()
                .compose(all -> host.activity()
                        .stats()
                        .map(stats -> rows(Fields.objects(all, "services").stream()
                                .map(service -> service(service, stats))
                                .toList())));
    }

    private JsonObject service(JsonObject service, Map<String, ServiceStats> stats) {
        String name = service.getString("name", "");
        JsonObject status = service.getJsonObject("status", new JsonObject());
        JsonObject row = new JsonObject()
                .put("name", name)
                .put("member", host.name())
                .put("listener", type(service, "listener"))
                .put("handler", type(service, "handler"))
                .put("addr", service.getString("addr", ""))
                .put(
                        "state",
                        host.isDisabled(name)
                                ? "disabled"
                                : "ready".equals(status.getString("state")) ? "ready" : "failed")
                .put("managed", orders.manages("services", name));
        host.address(name).ifPresent(address -> row.put("address", address.toString()));
        if (status.getValue("createTime") instanceof Number since) {
            row.put("since", Instant.ofEpochSecond(since.longValue()).toString());
        }
        if (service.getValue("handler") instanceof JsonObject handler
                && handler.getValue("chain") instanceof String chain) {
            row.put("chain", chain);
        }
        ServiceStats sums = stats.getOrDefault(name, ServiceStats.NONE);
        return row.put("connections", sums.current())
                .put("opened", sums.total())
                .put("failed", sums.failed())
                .put("inBytes", sums.in())
                .put("outBytes", sums.out());
    }

    private static String type(JsonObject service, String part) {
        return service.getValue(part) instanceof JsonObject section ? section.getString("type", "") : "";
    }

    /**
     * As {@code parameters} say: {@code keys} asks for what places a row only, which is its session and the field that is sorted by; {@code sids} for the
     * rows of those sessions.
     */
    private Future<JsonObject> connections(JsonObject parameters) {
        Query query = Query.ofParameters(parameters);
        Set<String> sids = new HashSet<>();
        if (parameters.getValue("sids") instanceof JsonArray some) {
            some.forEach(sid -> sids.add(String.valueOf(sid)));
        }
        boolean keys = Boolean.TRUE.equals(parameters.getValue("keys"));
        return host.activity().sessions().map(sessions -> {
            Query.Source<LiveSession> rows = Visit.source(host.name(), Instant.now());
            List<LiveSession> asked = sids.isEmpty()
                    ? sessions
                    : sessions.stream().filter(s -> sids.contains(s.sid())).toList();
            Query.Page page = query.page(keys ? query.placing(rows) : rows, asked);
            return rows(page.rows()).put("total", page.total());
        });
    }

    // --- configuration

    private Future<JsonObject> config(Form form) {
        return host.control().written(form).compose(text -> shown(text, form));
    }

    private Future<JsonObject> version(int number, Form form) {
        Optional<History.Version> version = history.version(number);
        if (version.isEmpty()) {
            return Future.failedFuture(new Refusal(Refusal.Reason.UNKNOWN, "no version " + number));
        }
        String text = version.get().text();
        return form == Form.YAML
                ? shown(text, form)
                : blocking(() -> new JsonObject().put("document", Masks.mask(Documents.json(text))));
    }

    private Future<JsonObject> shown(String text, Form form) {
        return blocking(() -> form == Form.YAML
                ? new JsonObject().put("text", Masks.mask(text))
                : new JsonObject().put("document", Masks.mask(new JsonObject(text))));
    }

    private Future<JsonObject> objects(String kind) {
        return host.control().configuration().map(all -> rows(objects(all, kind)));
    }

    private static List<JsonObject> objects(JsonObject all, String kind) {
        List<JsonObject> objects = Fields.objects(Masks.mask(all), kind);
        objects.forEach(object -> object.remove("status"));
        return objects;
    }

    private Future<JsonObject> object(String kind, String name, Form form) {
        return host.control().configuration().map(all -> {
            JsonObject object = objects(all, kind).stream()
                    .filter(o -> name.equals(o.getString("name")))
                    .findFirst()
                    .orElseThrow(() -> new Refusal(
                            Refusal.Reason.UNKNOWN, "no object of kind " + kind + " named \"" + name + "\""));
            return form == Form.YAML
                    ? new JsonObject().put("text", Documents.yaml(object))
                    : new JsonObject().put("document", object);
        });
    }
}
