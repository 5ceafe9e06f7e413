package io.warren.control;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.Message;
import io.vertx.core.eventbus.ReplyException;
import io.vertx.core.eventbus.ReplyFailure;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.warren.cluster.Cluster;
import io.warren.spi.ControlException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Carries commands and questions to members and brings their answers back: two addresses of the event bus for each member, one for what it is to do and
 * one for what it is to say. This process is asked without the bus. Any thread.
 */
final class Switchboard {
    private static final Logger LOG = LoggerFactory.getLogger("control");
    private static final String COMMAND = "warren.command.";
    private static final String VIEW = "warren.view.";

    /** A member that has not answered by then is shown as it was. */
    private static final Duration ANSWER = Duration.ofMillis(900);

    private static final Duration FORGOTTEN = Duration.ofMinutes(5);

    private final Vertx vertx;
    private final Host host;
    private final LocalMember local;
    private final Views views;
    private final Orders orders;
    private final Map<String, Answer> known = new ConcurrentHashMap<>();
    private final Set<UUID> met = new HashSet<>();

    Switchboard(Vertx vertx, Host host, LocalMember local, Views views, Orders orders) {
        this.vertx = vertx;
        this.host = host;
        this.local = local;
        this.views = views;
        this.orders = orders;
    }

    /** Begins to answer other members, and to meet new ones. */
    void start() {
        host.cluster()
                .ifPresent(cluster -> cluster.bus()
                        .onSuccess(bus -> {
                            cluster.members().stream()
                                    .filter(m -> m.self())
                                    .findFirst()
                                    .ifPresent(self -> {
                                        bus.<JsonObject>consumer(
                                                COMMAND + self.incarnation(), m -> commanded(cluster, m));
                                        bus.<JsonObject>consumer(VIEW + self.incarnation(), m -> viewed(cluster, m));
                                    });
                            vertx.setPeriodic(1000, t -> meet(cluster));
                        })
                        .onFailure(e -> LOG.atDebug().log("no commands of other members: {}", e.getMessage())));
    }

    /** Everybody, this process included. */
    List<Peer> peers() {
        List<Peer> peers = host.cluster().map(Cluster::members).orElse(List.of()).stream()
                .map(m -> new Peer(
                        m.name(),
                        Optional.of(m.incarnation()),
                        m.self(),
                        m.trunk().toString()))
                .toList();
        return peers.stream().anyMatch(Peer::self) ? peers : List.of(new Peer(host.name(), Optional.empty(), true, ""));
    }

    /** Those of that name; of none: all. @throws Refusal for a name that nobody has */
    List<Peer> peers(Collection<String> names) {
        List<Peer> all = peers();
        for (String name : names) {
            if (all.stream().noneMatch(peer -> peer.name().equals(name))) {
                throw new Refusal(
                        Refusal.Reason.UNKNOWN,
                        "no member named \"" + name + "\" (known: "
                                + String.join(", ", all.stream().map(Peer::name).toList()) + ")");
            }
        }
        return names.isEmpty()
                ? all
                : all.stream().filter(peer -> names.contains(peer.name())).toList();
    }

    // --- commands

    Future<List<Result>> send(Request request, List<Peer> to) {
        List<Future<Result>> results =
                to.stream().map(peer -> send(request, peer, 1)).toList();
        return Future.join(results).map(all -> all.list());
    }

    private Future<Result> send(Request request, Peer to, int retries) {
        if (to.self()) {
            return local.execute(request);
        }
        Cluster cluster = host.cluster().orElseThrow();
        JsonObject sealed =
                new JsonObject().put("sealed", cluster.seal(request.toJson().encode()));
        return request(
                        cluster,
                        COMMAND + to.incarnation().orElseThrow(),
                        sealed,
                        LocalMember.patience(request.command()))
                .map(Result::of)
                .recover(e -> {
                    if (isSilence(e)) {
                        return retries > 0
                                ? send(request, to, retries - 1)
                                : Future.succeededFuture(Result.of(to.name(), Result.Outcome.STALE, "no answer"));
                    }
                    return Future.succeededFuture(Result.failed(to.name(), e));
                });
    }

    private static boolean isSilence(Throwable e) {
        return !(e instanceof ReplyException reply) || reply.failureType() != ReplyFailure.RECIPIENT_FAILURE;
    }

    private Future<JsonObject> request(Cluster cluster, String address, JsonObject body, Duration patience) {
        DeliveryOptions options = new DeliveryOptions().setSendTimeout(patience.toMillis());
        return cluster.bus()
                .compose(bus -> bus.<JsonObject>request(address, body, options))
                .map(Message::body);
    }

    private void commanded(Cluster cluster, Message<JsonObject> message) {
        try {
            Request request = Request.of(new JsonObject(cluster.open(sealed(message.body()))));
            local.execute(request).onSuccess(result -> message.reply(result.toJson()));
        } catch (Refusal | IllegalArgumentException | DecodeException e) {
            message.fail(0, String.valueOf(e.getMessage()));
        }
    }

    private static Refusal refusal(ReplyException reply) {
        return new Refusal(Refusal.Reason.of(reply.failureCode()), reply.getMessage());
    }

    private static String said(Throwable e) {
        boolean invalid =
                e instanceof ControlException refused && !refused.problems().isEmpty();
        return invalid ? ((ControlException) e).problems().get(0).toString() : String.valueOf(e.getMessage());
    }

    private static int code(Throwable e) {
        return e instanceof Refusal refusal ? refusal.reason().code() : 0;
    }

    private static String sealed(JsonObject body) {
        if (!(body.getValue("sealed") instanceof String text)) {
            throw new Refusal("sealed: missing");
        }
        return text;
    }

    // --- questions

    /** What each of them says; the last word of who does not answer. */
    Future<List<Answer>> ask(String view, JsonObject parameters, List<Peer> of) {
        return ask(view, peer -> parameters, of);
    }

    Future<List<Answer>> ask(String view, java.util.function.Function<Peer, JsonObject> parameters, List<Peer> of) {
        List<Future<Answer>> answers =
                of.stream().map(peer -> ask(view, parameters.apply(peer), peer)).toList();
        return Future.join(answers).map(all -> all.list());
    }

    /** @param known under which the last word is kept, when it is no answer to what the view is usually asked */
    Future<List<Answer>> ask(String view, JsonObject parameters, List<Peer> of, String known) {
        return Future.join(of.stream()
                        .map(peer -> ask(view, parameters, peer, known + " " + peer.name()))
                        .toList())
                .map(all -> all.list());
    }

    private Future<Answer> ask(String view, JsonObject parameters, Peer of) {
        return ask(view, parameters, of, view + " " + of.name());
    }

    private Future<Answer> ask(String view, JsonObject parameters, Peer of, String key) {
        return said(view, parameters, of)
                .map(body -> {
                    Answer answer = new Answer(of, Optional.of(body), true, Instant.now(), "");
                    known.put(key, answer);
                    return answer;
                })
                .recover(e -> {
                    if (e instanceof ControlException refused) {
                        return Future.failedFuture(new Refusal(said(refused)));
                    }
                    if (of.self() || e instanceof Refusal) {
                        return Future.failedFuture(e);
                    }
                    if (e instanceof ReplyException reply && !isSilence(e)) {
                        return Future.failedFuture(refusal(reply));
                    }
                    Answer last = known.get(key);
                    return Future.succeededFuture(
                            last == null
                                    ? new Answer(of, Optional.empty(), false, Instant.now(), "no answer")
                                    : new Answer(of, last.body(), false, last.at(), "no answer"));
                });
    }

    private Future<JsonObject> said(String view, JsonObject parameters, Peer of) {
        if (of.self()) {
            return answer(view, parameters);
        }
        return request(
                host.cluster().orElseThrow(),
                VIEW + of.incarnation().orElseThrow(),
                question(host.cluster().orElseThrow(), view, parameters),
                view.equals("difference") ? Duration.ofSeconds(10) : ANSWER);
    }

    private static JsonObject question(Cluster cluster, String view, JsonObject parameters) {
        JsonObject asked =
                new JsonObject().put("v", Request.VERSION).put("view", view).put("parameters", parameters);
        return new JsonObject().put("sealed", cluster.seal(asked.encode()));
    }

    private Future<JsonObject> answer(String view, JsonObject parameters) {
        try {
            return view.equals("difference")
                    ? local.difference(
                            Optional.of(Fields.text(parameters, "kind")).filter(k -> !k.isEmpty()),
                            Fields.document(parameters))
                    : views.view(view, parameters);
        } catch (Refusal e) {
            return Future.failedFuture(e);
        }
    }

    private void viewed(Cluster cluster, Message<JsonObject> message) {
        try {
            JsonObject body = new JsonObject(cluster.open(sealed(message.body())));
            String view = Fields.required(body, "view");
            JsonObject parameters = body.getJsonObject("parameters", new JsonObject());
            Future<JsonObject> answer =
                    view.equals("orders") ? Future.succeededFuture(told(cluster)) : answer(view, parameters);
            answer.onSuccess(message::reply).onFailure(e -> message.fail(code(e), said(e)));
        } catch (Refusal | ClassCastException | IllegalArgumentException | DecodeException e) {
            message.fail(0, String.valueOf(e.getMessage()));
        }
    }

    /** The last answers of those who are not members any more, for a while. */
    List<Answer> departed(String view) {
        Set<String> present = new HashSet<>();
        peers().forEach(peer -> present.add(peer.name()));
        Instant past = Instant.now().minus(FORGOTTEN);
        known.values()
                .removeIf(
                        a -> a.at().isBefore(past) && !present.contains(a.peer().name()));
        List<Answer> gone = new ArrayList<>();
        known.forEach((key, answer) -> {
            if (key.startsWith(view + " ") && !present.contains(answer.peer().name())) {
                gone.add(new Answer(answer.peer(), answer.body(), false, answer.at(), "not a member any more"));
            }
        });
        return gone;
    }

    // --- what holds for everybody

    /** Asks who is new what it has been told. */
    private void meet(Cluster cluster) {
        List<UUID> present = new ArrayList<>();
        for (Peer peer : peers()) {
            UUID incarnation = peer.incarnation().orElse(null);
            if (peer.self() || incarnation == null) {
                continue;
            }
            present.add(incarnation);
            synchronized (met) {
                if (!met.add(incarnation)) {
                    continue;
                }
            }
            learn(cluster, peer).onFailure(e -> {
                LOG.atDebug().addKeyValue("member", peer.name()).log("orders not learnt: {}", e.getMessage());
                synchronized (met) {
                    met.remove(incarnation);
                }
            });
        }
        synchronized (met) {
            met.retainAll(present);
        }
    }

    private Future<Void> learn(Cluster cluster, Peer peer) {
        JsonObject question = question(cluster, "orders", new JsonObject());
        return request(cluster, VIEW + peer.incarnation().orElseThrow(), question, ANSWER)
                .compose(answer -> {
                    JsonArray told = new JsonArray(cluster.open(answer.getString("sealed", "[]")));
                    List<Order> foreign = new ArrayList<>();
                    told.forEach(each -> foreign.add(Order.of((JsonObject) each)));
                    return local.adopt(foreign);
                });
    }

    private JsonObject told(Cluster cluster) {
        JsonArray all = new JsonArray();
        orders.all().stream().filter(Order::everywhere).map(Order::toJson).forEach(all::add);
        return new JsonObject().put("sealed", cluster.seal(all.encode()));
    }
}
