package io.warren.control;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.warren.control.Result.Outcome;
import io.warren.layer.tls.NewCertificate;
import io.warren.service.LiveSession;
import io.warren.service.Registrant;
import io.warren.spi.Control.Applied;
import io.warren.spi.Control.Change;
import io.warren.spi.Control.Form;
import io.warren.spi.ControlException;
import io.warren.spi.Renewed;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** This process, doing what commands say. What it has done once it does not do again for the same request. Any thread. */
final class LocalMember {
    private static final Logger LOG = LoggerFactory.getLogger("control");
    private static final int REMEMBERED = 1000;

    private final Vertx vertx;
    private final Host host;
    private final Orders orders;
    private final History history;
    private final Map<String, Future<Result>> done = new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Future<Result>> eldest) {
            return size() > REMEMBERED;
        }
    };

    LocalMember(Vertx vertx, Host host, Orders orders, History history) {
        this.vertx = vertx;
        this.host = host;
        this.orders = orders;
        this.history = history;
    }

    /** Never fails: what went wrong is the result. */
    Future<Result> execute(Request request) {
        Command command = request.command();
        if (!request.by().role().allows(command.needs())) {
            return Future.succeededFuture(Result.of(
                    host.name(),
                    Outcome.REFUSED,
                    command.action() + " needs role " + command.needs().name().toLowerCase(java.util.Locale.ROOT)));
        }
        synchronized (done) {
            return done.computeIfAbsent(request.id(), id -> attempt(request));
        }
    }

    private Future<Result> attempt(Request request) {
        Future<Result> result;
        try {
            result = perform(request);
        } catch (Refusal e) {
            result = Future.failedFuture(e);
        }
        return result.recover(e -> {
            if (!(e instanceof Refusal) && !(e instanceof ControlException)) {
                LOG.atWarn()
                        .setCause(e)
                        .addKeyValue("action", request.command().action())
                        .log("not done");
            }
            return Future.succeededFuture(Result.failed(host.name(), e));
        });
    }

    private Future<Result> perform(Request request) {
        Command command = request.command();
        if (command instanceof Command.Kick c) {
            return kick(request, c);
        } else if (command instanceof Command.Unban c) {
            return order(request, Order.BAN, c.agent(), Optional.empty()).map(v -> done());
        } else if (command instanceof Command.Disable c) {
            return order(request, Order.DISABLED, c.endpoint(), Optional.of("true"))
                    .compose(v -> host.activity()
                            .close(
                                    session -> Visit.endpoint(session).equals(c.endpoint()),
                                    c.endpoint() + " is disabled"))
                    .map(count -> Result.counted(host.name(), count));
        } else if (command instanceof Command.Enable c) {
            return order(request, Order.DISABLED, c.endpoint(), Optional.empty())
                    .map(v -> done());
        } else if (command instanceof Command.DisableService c) {
            return disable(request, c.service());
        } else if (command instanceof Command.EnableService c) {
            return known(c.service())
                    .compose(v -> host.serve(c.service(), true))
                    .compose(v -> order(request, Order.SERVICE_OFF, c.service(), Optional.empty()))
                    .map(v -> done());
        } else if (command instanceof Command.Weigh c) {
            return order(
                            request,
                            Order.WEIGHT,
                            c.endpoint() + "\n" + c.agent(),
                            c.weight() == 0 ? Optional.empty() : Optional.of(Integer.toString(c.weight())))
                    .map(v -> done());
        } else if (command instanceof Command.Limit c) {
            boolean none = c.in() == 0 && c.out() == 0;
            return order(
                            request,
                            Order.LIMIT,
                            c.endpoint(),
                            none ? Optional.empty() : Optional.of(c.in() + " " + c.out()))
                    .map(v -> done());
        } else if (command instanceof Command.Close c) {
            return close(c.which());
        } else if (command instanceof Command.Drain c) {
            return host.drain(c.grace()).map(v -> done());
        } else if (command instanceof Command.Undrain) {
            return host.undrain().map(v -> done());
        } else if (command instanceof Command.LogLevel c) {
            host.logLevel(c.logger(), c.level());
            return Future.succeededFuture(done());
        } else if (command instanceof Command.Reload) {
            return host.control()
                    .reload()
                    .compose(applied -> remember(request).map(Result.done(host.name(), applied.warnings(), "")));
        }
        return configure(request);
    }

    private Result done() {
        return Result.done(host.name());
    }

    // --- services

    private Future<Void> known(String service) {
        return host.hasService(service)
                ? Future.succeededFuture()
                : Future.failedFuture(
                        ControlException.of(ControlException.Reason.MISSING, "no service named \"" + service + "\""));
    }

    private Future<Result> disable(Request request, String service) {
        return known(service)
                .compose(v -> host.serve(service, false))
                .compose(v -> order(request, Order.SERVICE_OFF, service, Optional.of("true")))
                .compose(v -> host.activity().close(session -> isOf(session, service), service + " is disabled"))
                .map(count -> Result.counted(host.name(), count));
    }

    /** Also at its further ports. */
    private boolean isOf(LiveSession session, String service) {
        boolean further = session.service().startsWith(service + "-ep-");
        return session.service().equals(service)
                || (further && host.address(session.service()).isEmpty());
    }

    // --- agents and sessions

    private Future<Result> kick(Request request, Command.Kick c) {
        Instant until = Instant.now().plus(c.time());
        Future<Void> kept = c.time().isZero()
                ? Future.succeededFuture()
                : order(request, Order.BAN, c.agent(), Optional.of(until.toString()));
        Set<String> sids = host.endpoints().registrants().stream()
                .filter(r -> r.agent().equals(c.agent()))
                .map(r -> r.session().sid())
                .collect(Collectors.toSet());
        return kept.compose(v -> sids.isEmpty()
                        ? Future.succeededFuture(0)
                        : host.activity().close(session -> sids.contains(session.sid()), "kicked"))
                .map(count -> Result.counted(host.name(), count));
    }

    private Future<Result> close(Query which) {
        Set<String> agents = host.endpoints().registrants().stream()
                .map(Registrant::session)
                .map(session -> session.sid())
                .collect(Collectors.toSet());
        boolean named = which.filters().containsKey("sid") || which.filters().containsKey("kind");
        Instant now = Instant.now();
        Predicate<LiveSession> matching = session ->
                (named || !agents.contains(session.sid())) && which.matches(Visit.source(host.name(), now), session);
        return host.activity()
                .close(matching, "closed by an operator")
                .map(count -> count == 0 && which.filters().containsKey("sid")
                        ? Result.of(
                                host.name(),
                                Outcome.MISSING,
                                "no connection " + which.filters().get("sid"))
                        : Result.counted(host.name(), count));
    }

    // --- orders

    private Future<Void> order(Request request, String kind, String name, Optional<String> document) {
        Order order = made(request, kind, name, document);
        enforce(order);
        return orders.record(order).mapEmpty();
    }

    private static Order made(Request request, String kind, String name, Optional<String> document) {
        return new Order(
                kind,
                name,
                document,
                request.everywhere(),
                request.revision(),
                request.by().user(),
                Instant.now().truncatedTo(java.time.temporal.ChronoUnit.SECONDS));
    }

    /** Puts an order into force that does not concern the configuration. */
    void enforce(Order order) {
        var restrictions = host.endpoints().restrictions();
        switch (order.kind()) {
            case Order.DISABLED ->
                restrictions.disable(order.name(), order.document().isPresent());
            case Order.BAN ->
                Orders.until(order)
                        .ifPresentOrElse(
                                until -> restrictions.ban(order.name(), until), () -> restrictions.unban(order.name()));
            case Order.LIMIT -> {
                String[] rates = order.document()
                        .filter(t -> t.matches("\\d{1,18} \\d{1,18}"))
                        .orElse("0 0")
                        .split(" ", 2);
                restrictions.limit(order.name(), Long.parseLong(rates[0]), Long.parseLong(rates[1]));
            }
            case Order.SERVICE_OFF ->
                host.serve(order.name(), order.document().isEmpty())
                        .onFailure(e -> LOG.atWarn()
                                .addKeyValue("service", order.name())
                                .log("not enabled: {}", e.getMessage()));
            case Order.CERTIFICATE ->
                current()
                        .compose(now -> renew(order, now))
                        .onFailure(e -> LOG.atWarn()
                                .addKeyValue("use", order.name())
                                .log("certificate not used: {}", e.getMessage()));
            case Order.WEIGHT -> {
                String[] share = order.name().split("\n", 2);
                int weight = order.document()
                        .filter(t -> t.matches("\\d{1,4}"))
                        .map(Integer::parseInt)
                        .orElse(0);
                restrictions.weigh(share[0], share.length > 1 ? share[1] : "", weight);
                host.endpoints().reweigh(share[0]);
            }
            default -> {
                // Of the configuration.
            }
        }
    }

    /** Takes in what other members have been told while this one was not there. */
    Future<Void> adopt(List<Order> told) {
        return orders.record(told).compose(taken -> {
            taken.forEach(this::enforce);
            List<Order> objects =
                    taken.stream().filter(Order::isOfConfiguration).toList();
            if (objects.isEmpty()) {
                return Future.succeededFuture();
            }
            LOG.atInfo().addKeyValue("objects", objects.size()).log("configuration of the cluster taken over");
            return adopt(objects, 0);
        });
    }

    private Future<Void> adopt(List<Order> objects, int from) {
        if (from == objects.size()) {
            return host.control().written(Form.YAML).compose(text -> history.record(text, "", "join"));
        }
        Order order = objects.get(from);
        return host.control()
                .apply(Orders.change(order))
                .<Void>mapEmpty()
                .recover(e -> {
                    LOG.atWarn()
                            .addKeyValue("kind", order.kind())
                            .addKeyValue("name", order.name())
                            .log("not taken over: {}", e.getMessage());
                    return Future.succeededFuture();
                })
                .compose(v -> adopt(objects, from + 1));
    }

    // --- certificates

    private Future<Result> certify(Request request, Command.Certify c, JsonObject now) {
        Map<String, String> uses = Certificates.uses(now);
        Optional<String> file = Optional.ofNullable(uses.get(c.use()));
        if (file.isEmpty()) {
            return Future.failedFuture(ControlException.of(
                    ControlException.Reason.MISSING,
                    "no certificate is used at \"" + c.use() + "\" (used at: " + String.join(", ", uses.keySet())
                            + ")"));
        }
        return vertx.executeBlocking(() -> renewal(file.get(), c), false).compose(renewal -> {
            host.renewed().put(file.get(), renewal.pair());
            Order order = made(request, Order.CERTIFICATE, c.use(), Optional.of(Certificates.text(renewal.pair())));
            return orders.record(order).map(Result.done(host.name(), List.of(), renewal.lost()));
        });
    }

    /** @param lost the names that the one before had and this one has not, as a sentence; empty when there are none */
    private record Renewal(Renewed.Pair pair, String lost) {}

    private Renewal renewal(String file, Command.Certify c) {
        try {
            Renewed.Pair pair = NewCertificate.read(c.certificate(), c.key().reveal(), Instant.now());
            Set<String> lost = new TreeSet<>(Certificates.names(file, host.renewed()));
            lost.removeAll(NewCertificate.names(pair.chain()));
            return new Renewal(pair, lost.isEmpty() ? "" : "not for " + String.join(", ", lost) + " any more");
        } catch (IOException e) {
            throw ControlException.of(ControlException.Reason.INVALID, e.getMessage());
        }
    }

    private Future<Void> renew(Order order, JsonObject now) {
        Optional<String> file = Optional.ofNullable(Certificates.uses(now).get(order.name()));
        Optional<Renewed.Pair> pair = order.document().map(Certificates::pair);
        if (file.isEmpty() || pair.isEmpty()) {
            return Future.failedFuture("no certificate is used there");
        }
        host.renewed().put(file.get(), pair.get());
        return Future.succeededFuture();
    }

    // --- configuration

    private Future<Result> configure(Request request) {
        Command command = request.command();
        if (command instanceof Command.Validate c) {
            return change(c.kind(), c.document())
                    .compose(change -> host.control().check(change))
                    .map(applied -> Result.done(host.name(), applied.warnings(), ""));
        } else if (command instanceof Command.Certify c) {
            return current().compose(now -> certify(request, c, now));
        } else if (command instanceof Command.Create c) {
            String name = Documents.name(c.document());
            return host.control()
                    .apply(new Change.Create(c.kind(), Masks.restore(c.document(), new JsonObject())))
                    .compose(applied -> kept(request, c.kind(), name, Optional.of(c.document()), applied));
        } else if (command instanceof Command.Replace c) {
            return restored(c.kind(), c.name(), c.document())
                    .compose(document -> host.control()
                            .apply(new Change.Replace(c.kind(), c.name(), document))
                            .compose(applied -> kept(request, c.kind(), c.name(), Optional.of(document), applied)));
        } else if (command instanceof Command.Delete c) {
            return host.control()
                    .apply(new Change.Delete(c.kind(), c.name()))
                    .compose(applied -> kept(request, c.kind(), c.name(), Optional.empty(), applied))
                    .compose(result -> c.kind().equals("services") && orders.manages(Order.SERVICE_OFF, c.name())
                            ? order(request, Order.SERVICE_OFF, c.name(), Optional.empty())
                                    .map(result)
                            : Future.succeededFuture(result));
        } else if (command instanceof Command.Apply c) {
            return current().compose(before -> whole(request, before, Masks.restore(c.document(), before)));
        } else if (command instanceof Command.Rollback c) {
            Optional<History.Version> version = history.version(c.version());
            return version.isEmpty()
                    ? Future.succeededFuture(Result.of(host.name(), Outcome.MISSING, "no version " + c.version()))
                    : current()
                            .compose(before ->
                                    whole(request, before, version.get().text()));
        }
        throw new Refusal(command.action() + ": not known to this version");
    }

    private Future<JsonObject> current() {
        return host.control().written(Form.JSON).map(JsonObject::new);
    }

    private Future<String> restored(String kind, String name, String document) {
        return current()
                .map(now ->
                        Masks.restore(document, Fields.named(now, kind, name).orElse(new JsonObject())));
    }

    private Future<Change> change(Optional<String> kind, String document) {
        if (kind.isEmpty()) {
            return current().map(now -> new Change.Whole(Masks.restore(document, now)));
        }
        String name = Documents.name(document);
        return current().map(now -> {
            Optional<JsonObject> known = Fields.named(now, kind.get(), name);
            String restored = Masks.restore(document, known.orElse(new JsonObject()));
            return known.isPresent()
                    ? new Change.Replace(kind.get(), name, restored)
                    : new Change.Create(kind.get(), restored);
        });
    }

    private Future<Result> kept(Request request, String kind, String name, Optional<String> document, Applied applied) {
        return order(request, kind, name, document)
                .compose(v -> remember(request))
                .map(Result.done(host.name(), applied.warnings(), ""));
    }

    private Future<Void> remember(Request request) {
        return host.control()
                .written(Form.YAML)
                .compose(text -> history.record(
                        text,
                        request.by().user(),
                        (request.command().action() + " " + request.command().subject()).trim()));
    }

    private Future<Result> whole(Request request, JsonObject before, String document) {
        return host.control()
                .apply(new Change.Whole(document))
                .compose(applied -> current().compose(after -> {
                    Difference difference = Difference.of(before, after);
                    // All at once: each is a write of all that there are.
                    List<Order> made = difference.objects().stream()
                            .map(object -> made(
                                    request,
                                    object.kind(),
                                    object.name(),
                                    object.after().map(JsonObject::encode)))
                            .toList();
                    String detail = difference.sections().isEmpty()
                            ? ""
                            : "until the next start: " + String.join(", ", difference.sections());
                    return orders.record(made)
                            .compose(v -> remember(request))
                            .map(Result.done(host.name(), applied.warnings(), detail));
                }));
    }

    /** What a document would change; {@code before} and {@code after} are YAML without secrets. */
    Future<JsonObject> difference(Optional<String> kind, String document) {
        return change(kind, document)
                .compose(change -> Future.join(
                                current(),
                                host.control().preview(change, Form.JSON),
                                host.control().written(Form.YAML),
                                host.control().preview(change, Form.YAML))
                        .compose(all -> vertx.executeBlocking(
                                () -> {
                                    JsonObject before = all.resultAt(0);
                                    String was = all.resultAt(2);
                                    String is = all.resultAt(3);
                                    Difference difference =
                                            Difference.of(before, new JsonObject(all.<String>resultAt(1)));
                                    return new JsonObject()
                                            .put("changed", !was.equals(is))
                                            .put("objects", new JsonArray(difference.shown()))
                                            .put("before", Masks.mask(was))
                                            .put("after", Masks.mask(is));
                                },
                                false)));
    }

    static Duration patience(Command command) {
        return command.needs() == Role.ADMIN
                        || command instanceof Command.Validate
                        || command instanceof Command.Reload
                        || command instanceof Command.Undrain
                ? Duration.ofSeconds(10)
                : Duration.ofMillis(1500);
    }
}
