package io.warren.control;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.warren.cluster.Cluster;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The cluster as people and programs see and steer it, from this process. Every command leaves a line in the audit. Any thread. */
public final class ControlPlane {
    private static final Logger AUDIT = LoggerFactory.getLogger(LogRing.AUDIT);
    private static final int SOON_DAYS = 14;
    private static final int FAR = 200;

    private final Host host;
    private final Orders orders;
    private final LocalMember local;
    private final Switchboard switchboard;
    private final Lately<List<Answer>> registrations;
    private final Lately<List<JsonObject>> warnings;
    private final Pulse pulse;

    private ControlPlane(Vertx vertx, Host host, Orders orders, History history, Figures figures, LogRing logs) {
        this.host = host;
        this.orders = orders;
        this.local = new LocalMember(vertx, host, orders, history);
        Views views = new Views(vertx, host, orders, history, figures, logs);
        this.switchboard = new Switchboard(vertx, host, local, views, orders);
        this.registrations = new Lately<>(Duration.ofSeconds(1), () -> ask("registrations"));
        this.warnings = new Lately<>(Duration.ofSeconds(10), this::findWarnings);
        this.pulse = new Pulse(
                vertx, parameters -> switchboard.ask("pulse", parameters, switchboard.peers()), this::overview);
    }

    /** What this process starts with. */
    public record State(Orders orders, History history, Figures figures, LogRing logs) {}

    /** Takes up its work; what was ordered before and does not concern the configuration is in force at once. */
    public static ControlPlane start(Vertx vertx, Host host, State state) {
        ControlPlane plane =
                new ControlPlane(vertx, host, state.orders(), state.history(), state.figures(), state.logs());
        state.orders().all().forEach(plane.local::enforce);
        plane.switchboard.start();
        return plane;
    }

    /** Answers other applications on the cluster's event bus from now on. */
    public void serve(Supplier<Accounts> accounts) {
        Applications applications = new Applications(this, accounts);
        host.cluster()
                .ifPresent(cluster ->
                        cluster.bus().onSuccess(bus -> bus.consumer(Applications.ADDRESS, applications::heard)));
    }

    public Host host() {
        return host;
    }

    /** Why this process is not to be given visitors; empty when it is. */
    public Optional<String> unready() {
        if (host.isDraining()) {
            return Optional.of("draining");
        }
        return host.cluster().filter(cluster -> !cluster.joined().succeeded()).map(cluster -> "not a member yet");
    }

    // --- commands

    /**
     * Has members do something.
     *
     * @param id of the request, if it has one: a member does what has the same id once only
     * @param members by name; of none: all
     * @return what each made of it; fails with a {@link Refusal} for a command that makes no sense or that {@code by} may not give, or a member that
     *     there is not
     */
    public Future<Outcome> command(Actor by, Optional<String> id, JsonObject command, Collection<String> members) {
        Request request;
        List<Peer> to;
        try {
            Command read = CommandJson.read(command);
            if (!by.role().allows(read.needs())) {
                throw new Refusal(
                        Refusal.Reason.FORBIDDEN,
                        read.action() + " needs role " + read.needs().name().toLowerCase(java.util.Locale.ROOT));
            }
            to = switchboard.peers(members);
            request = new Request(id.orElseGet(Request::newId), by, read, orders.nextRevision(), members.isEmpty());
        } catch (Refusal e) {
            return Future.failedFuture(e);
        }
        return switchboard
                .send(request, to)
                .map(results -> new Outcome(request.id(), results))
                .onSuccess(outcome -> {
                    if (request.command().needs() != Role.VIEWER) {
                        audit(
                                by.user(),
                                request.command().action(),
                                request.command().subject(),
                                outcome.summary());
                    }
                });
    }

    /** What somebody did who acted otherwise than by a command. */
    public void audit(String by, String action, String subject, String result) {
        AUDIT.atInfo()
                .addKeyValue("by", by)
                .addKeyValue("action", action)
                .addKeyValue("result", result)
                .log("{}", (action + " " + subject).trim());
    }

    // --- what there is

    private Future<List<Answer>> ask(String view) {
        return switchboard.ask(view, new JsonObject(), switchboard.peers());
    }

    public Future<JsonObject> overview() {
        return ask("pulse").compose(this::overview);
    }

    private Future<JsonObject> overview(List<Answer> answers) {
        String cluster = host.cluster().map(Cluster::name).orElse("");
        return warnings.get()
                .otherwise(List.of())
                .map(others -> Overview.of(host.name(), cluster, answers, switchboard.departed("pulse"), others));
    }

    /**
     * Tells of what is new, once a second.
     *
     * @param listener is called on any thread with the name of an event, {@code overview}, {@code member} or {@code event}, and its data
     * @return ends it
     */
    public Runnable listen(BiConsumer<String, JsonObject> listener) {
        return pulse.listen(listener);
    }

    public Future<JsonObject> members(Query query) {
        return ask("pulse").map(answers -> {
            List<Answer> all = new ArrayList<>(answers);
            all.addAll(switchboard.departed("pulse"));
            return page(
                    query,
                    answers,
                    query.page(all.stream().map(Overview::member).toList()));
        });
    }

    public Future<JsonObject> agents(Query query) {
        return registrations.get().map(answers -> page(query, answers, query.page(Merged.agents(answers))));
    }

    public Future<JsonObject> endpoints(Query query) {
        return registrations.get().map(answers -> page(query, answers, query.page(Merged.endpoints(answers))));
    }

    public Future<JsonObject> services(Query query) {
        return ask("services").map(answers -> page(query, answers, query.page(Merged.rows(answers))));
    }

    public Future<JsonObject> certificates(Query query) {
        return ask("certificates").map(answers -> {
            answers.forEach(answer ->
                    answer.rows().forEach(row -> row.put("member", answer.peer().name())));
            return page(query, answers, query.page(Merged.rows(answers)));
        });
    }

    /** Far from the beginning the members are first asked what they would place before and on the page, and then for the rows on it alone. */
    public Future<JsonObject> connections(Query query) {
        JsonObject parameters = query.firstRows().toParameters();
        return query.offset() < FAR
                ? switchboard
                        .ask("connections", parameters, switchboard.peers())
                        .map(answers -> page(query, answers, Merged.page(query, answers)))
                : switchboard
                        .ask("connections", parameters.put("keys", true), switchboard.peers(), "keys of connections")
                        .compose(placed -> connections(query, placed));
    }

    private Future<JsonObject> connections(Query query, List<Answer> placed) {
        List<Answer> own = placed.stream().map(Answer::ofItsMember).toList();
        Query.Page page = Merged.page(query, own);
        Map<String, JsonArray> sids = new LinkedHashMap<>();
        page.rows()
                .forEach(row -> sids.computeIfAbsent(row.getString("member"), m -> new JsonArray())
                        .add(row.getString("sid")));
        JsonObject parameters = query.firstRows().toParameters();
        List<Peer> of = placed.stream()
                .map(Answer::peer)
                .filter(peer -> sids.containsKey(peer.name()))
                .toList();
        return switchboard
                .ask("connections", peer -> parameters.copy().put("sids", sids.get(peer.name())), of)
                .map(answers -> {
                    Map<String, JsonObject> rows = new HashMap<>();
                    Merged.rows(answers)
                            .forEach(row -> rows.put(row.getString("member") + " " + row.getString("sid"), row));
                    // Who has left meanwhile is missed on this page only.
                    List<JsonObject> shown = page.rows().stream()
                            .map(row -> rows.get(row.getString("member") + " " + row.getString("sid")))
                            .filter(Objects::nonNull)
                            .toList();
                    return page(query, placed, new Query.Page(shown, page.total()));
                });
    }

    /** The newest first. */
    public Future<JsonObject> events(Query query) {
        return ask("events").map(answers -> page(query, answers, query.page(newestFirst(Merged.rows(answers)))));
    }

    /** @param level the least; empty for all */
    public Future<JsonObject> logs(Query query, String level) {
        JsonObject parameters = query.firstRows().toParameters().put("level", level);
        return switchboard.ask("logs", parameters, switchboard.peers()).map(answers -> {
            Query.Page rows = Merged.page(new Query(Map.of(), "", "", 0, Integer.MAX_VALUE), answers);
            return page(
                    query,
                    answers,
                    new Query.Page(
                            newestFirst(rows.rows()).stream()
                                    .skip(query.offset())
                                    .limit(query.limit())
                                    .toList(),
                            rows.total()));
        });
    }

    private static List<JsonObject> newestFirst(List<JsonObject> rows) {
        return rows.stream()
                .sorted(Comparator.comparing((JsonObject row) -> row.getString("at"))
                        .reversed())
                .toList();
    }

    private static JsonObject page(Query query, List<Answer> answers, Query.Page page) {
        return new JsonObject()
                .put("at", Instant.now().toString())
                .put(
                        "members",
                        new JsonArray(answers.stream().map(Answer::shown).toList()))
                .put("total", page.total())
                .put("limit", query.limit())
                .put("offset", query.offset())
                .put("items", new JsonArray(page.rows()));
    }

    /** @param step {@code 1s} or {@code 10s} */
    public Future<JsonObject> stats(String step, Collection<String> members) {
        try {
            JsonObject parameters = new JsonObject().put("step", step);
            return switchboard
                    .ask("stats", parameters, switchboard.peers(members))
                    .map(answers -> {
                        JsonArray each = new JsonArray();
                        answers.forEach(answer ->
                                each.add(answer.shown().mergeIn(answer.body().orElse(new JsonObject()))));
                        return new JsonObject()
                                .put("at", Instant.now().toString())
                                .put("stepS", step.equals("1s") ? 1 : 10)
                                .put("members", each);
                    });
        } catch (Refusal e) {
            return Future.failedFuture(e);
        }
    }

    /** Agents that are kept out. */
    public JsonObject bans() {
        Instant now = Instant.now();
        JsonArray items = new JsonArray();
        for (Order order : orders.all()) {
            if (order.kind().equals(Order.BAN)) {
                Orders.until(order)
                        .filter(until -> until.isAfter(now))
                        .ifPresent(until -> items.add(new JsonObject()
                                .put("agent", order.name())
                                .put("until", until.toString())
                                .put("by", order.by())));
            }
        }
        return new JsonObject().put("items", items);
    }

    /**
     * One member's view of its own: {@code config}, {@code objects}, {@code history}, {@code version} or {@code difference}.
     *
     * @param member empty: this process
     * @return fails with a {@link Refusal} also when it does not answer
     */
    public Future<JsonObject> of(String member, String view, JsonObject parameters) {
        try {
            List<Peer> peers = switchboard.peers(List.of(member.isEmpty() ? host.name() : member));
            return switchboard.ask(view, parameters, peers.subList(0, 1)).map(answers -> {
                Answer answer = answers.get(0);
                if (!answer.answered()) {
                    throw new Refusal(
                            Refusal.Reason.UNANSWERED, "member " + answer.peer().name() + " does not answer");
                }
                return answer.body().orElseThrow();
            });
        } catch (Refusal e) {
            return Future.failedFuture(e);
        }
    }

    // --- warnings that take a look at everything

    private Future<List<JsonObject>> findWarnings() {
        return Future.join(endpoints(Query.ALL), services(Query.ALL), certificates(Query.ALL))
                .map(all -> {
                    List<JsonObject> found = new ArrayList<>();
                    Fields.objects(all.resultAt(0), "items").forEach(endpoint -> warnOfEndpoint(endpoint, found));
                    for (JsonObject service : Fields.objects(all.resultAt(1), "items")) {
                        warnOfService(service, found);
                    }
                    Fields.objects(all.resultAt(2), "items")
                            .forEach(certificate -> warnOfCertificate(certificate, found));
                    return found;
                });
    }

    private static void warnOfService(JsonObject service, List<JsonObject> found) {
        String subject = service.getString("member") + " " + service.getString("name");
        if (service.getString("state").equals("failed")) {
            found.add(Overview.warning("critical", "service-failed", subject, "does not listen"));
        } else if (service.getString("state").equals("disabled")) {
            found.add(Overview.warning("warning", "service-disabled", subject, "its port is closed"));
        }
    }

    private static void warnOfEndpoint(JsonObject endpoint, List<JsonObject> found) {
        String id = endpoint.getString("endpoint");
        if (endpoint.getBoolean("disabled")) {
            found.add(Overview.warning("warning", "endpoint-disabled", id, "refuses its visitors"));
        }
        for (JsonObject port : Fields.objects(endpoint, "ports")) {
            if (port.containsKey("error")) {
                found.add(Overview.warning(
                        "warning", "endpoint-port", id, port.getString("member") + ": " + port.getString("error")));
            }
        }
    }

    private static void warnOfCertificate(JsonObject certificate, List<JsonObject> found) {
        String subject = certificate.getString("member") + " " + certificate.getString("file");
        if (certificate.containsKey("error")) {
            found.add(Overview.warning("warning", "certificate-expires", subject, certificate.getString("error")));
        } else if (certificate.getLong("daysLeft") < SOON_DAYS) {
            found.add(Overview.warning(
                    certificate.getLong("daysLeft") < 0 ? "critical" : "warning",
                    "certificate-expires",
                    subject,
                    "until " + certificate.getString("notAfter")));
        }
    }
}
