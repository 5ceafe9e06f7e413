package io.warren.service;

import io.vertx.core.AsyncResult;
import io.vertx.core.Context;
import io.vertx.core.Deployable;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.VerticleBase;
import io.warren.codec.ProxyHeader;
import io.warren.net.Address;
import io.warren.net.Conduit;
import io.warren.net.Link;
import io.warren.net.Loops;
import io.warren.net.ProxyException;
import io.warren.net.Stream;
import io.warren.net.Vigil;
import io.warren.relay.DatagramPump;
import io.warren.relay.Direct;
import io.warren.spi.Destination;
import io.warren.spi.Directory;
import io.warren.spi.Egress;
import io.warren.spi.Endpoint;
import io.warren.spi.Eventually;
import io.warren.spi.Handler;
import io.warren.spi.Inbound;
import io.warren.spi.Intent;
import io.warren.spi.Listener;
import io.warren.spi.Notes;
import io.warren.spi.Notice;
import io.warren.spi.Records;
import io.warren.spi.Scope;
import io.warren.spi.Session;
import java.time.Duration;
import java.util.Optional;

/**
 * A service on one event loop: its listener, its handler and its way out live on this verticle's context. A connection's whole life is in this file,
 * from top to bottom.
 */
public final class ServiceVerticle extends VerticleBase {
    /** For an agent that has logged in again to prove that its older session lives too. */
    private static final Duration PROOF = Duration.ofSeconds(2);

    /** For the visitors of other members, which learn only now that there is a later session. */
    private static final Duration LINGERING = Duration.ofSeconds(2);

    /** For those who were let in last to have shaken hands (TLS, PROXY header), and so be sessions. */
    private static final Duration ARRIVAL = Duration.ofSeconds(1);

    private static final Destination ANYWHERE = Destination.udp(Address.NONE);

    private final ServicePlan plan;
    private final Address address;
    private Scope scope;
    private Egress egress;
    private Listener listener;
    private Handler handler;
    private Address bound = Address.NONE;
    private final Promise<Void> drained = Promise.promise();
    private Sessions sessions;
    private boolean retired;

    /** @param address where to listen: the plan's, or with the real port for every instance but the first */
    public ServiceVerticle(ServicePlan plan, Address address) {
        this.plan = plan;
        this.address = address;
    }

    @Override
    public Future<?> start() {
        sessions = plan.activity().of(plan.name(), context);
        Scope bare = new Scope(
                vertx,
                context,
                plan.name(),
                Direct.EGRESS,
                plan.authenticator(),
                plan.forwarder(),
                plan.directory(),
                plan.ingress(),
                plan.dial(),
                new Scope.Journal() {
                    @Override
                    public void close(Session session, AsyncResult<?> done) {
                        ServiceVerticle.this.close(session, done);
                    }

                    @Override
                    public void seen(Session part, AsyncResult<?> done) {
                        record(part, done);
                    }
                },
                this::deployHandler);
        return plan.handlerEgress()
                .apply(bare)
                .onSuccess(way -> {
                    egress = way;
                    scope = bare.withEgress(way);
                })
                .compose(way -> deployHandler(plan.handler()))
                .onSuccess(deployed -> handler = deployed)
                .compose(deployed -> plan.listenerEgress().apply(bare))
                .compose(way -> {
                    listener = plan.listener().apply(bare.withEgress(way));
                    return deploy(listener);
                })
                .compose(deployed -> listener.listen(
                        address,
                        new Gate(
                                plan.name(),
                                plan.admission(),
                                plan.limits(),
                                plan.proxyProtocol(),
                                plan.activity().failures(),
                                plan.records().clients()),
                        in -> Loops.enter(context, () -> accept(in))))
                .onSuccess(where -> bound = where);
    }

    private Future<Handler> deployHandler(String name) {
        Handler made = plan.handlers().get(name).apply(scope);
        return deploy(made).map(made);
    }

    private Future<?> deploy(Deployable part) {
        try {
            return part.deploy(context);
        } catch (Exception e) {
            return Future.failedFuture(e);
        }
    }

    /** Where it listens, once it is deployed. */
    public Address bound() {
        return bound;
    }

    /** The context that it runs on, once it is deployed. */
    public Context context() {
        return context;
    }

    /** Whether another event loop may run an instance of the same service. */
    public boolean perLoop() {
        return listener.perLoop();
    }

    /** Why nobody can come in at the moment. Any thread, once it is deployed. */
    public Optional<String> trouble() {
        return listener.trouble();
    }

    /** Accepts nothing more; what was accepted goes on until {@link #drained}. */
    public Future<Void> retire() {
        // Drained before the port is closed, it would be undeployed, and what waits for the port would be cancelled
        // with it.
        return listener.retire()
                .onComplete(v -> Loops.setTimer(context, listener.perLoop() ? ARRIVAL : Duration.ZERO, t -> {
                    retired = true;
                    checkDrained();
                }));
    }

    /** Completes when it is retired and its last session has ended: the moment to undeploy it. */
    public Future<Void> drained() {
        return drained.future();
    }

    private void checkDrained() {
        if (retired && sessions.empty()) {
            drained.tryComplete();
        }
    }

    @Override
    public Future<?> stop() throws Exception {
        plan.activity().forget(sessions);
        return listener == null ? Future.succeededFuture() : listener.undeploy(context);
    }

    // --- the life of a connection

    private void accept(Inbound in) {
        Records records = plan.records();
        records.clients().ifPresent(recorder -> SessionRecord.arrival(recorder, in.session()));
        if (records.sessions().isPresent()) {
            Conduit conduit = in.conduit();
            in.session().trace().keep(new Notes(conduit.remote(), conduit.local(), records.bodyLimit()));
        }
        Sessions.Live live = sessions.began(in);
        Future<Intent> intent = negotiate(in).onSuccess(live::wants);
        intent.compose(this::carryOut).onComplete(ended -> {
            in.conduit().close();
            AsyncResult<Void> done =
                    live.cut().<AsyncResult<Void>>map(Future::failedFuture).orElse(ended);
            // A handler that served by itself has written a line for each of its requests.
            if (done.failed() || !(intent.result() instanceof Intent.Served)) {
                close(in.session(), done);
            }
            sessions.ended(live, Optional.ofNullable(done.cause()));
            checkDrained();
        });
    }

    private void close(Session session, AsyncResult<?> done) {
        Journal.close(session, done);
        plan.activity().failures().count(done);
        record(session, done);
    }

    private void record(Session session, AsyncResult<?> done) {
        plan.records()
                .sessions()
                .ifPresent(
                        recorder -> SessionRecord.end(recorder, plan.records().labels(), session, done));
    }

    private Future<Intent> negotiate(Inbound in) {
        Optional<ProxyException> tooOften = plan.limits().request(in.session().client());
        if (tooOften.isPresent()) {
            return Future.failedFuture(tooOften.get());
        }
        try {
            return handler.negotiate(in);
        } catch (ProxyException e) {
            return Future.failedFuture(e);
        }
    }

    private Future<Void> carryOut(Intent intent) {
        if (intent instanceof Intent.Connect connect) {
            return connect(connect);
        } else if (intent instanceof Intent.Associate associate) {
            return associate(associate);
        } else if (intent instanceof Intent.Bind bind) {
            return bind(bind);
        }
        return Future.succeededFuture();
    }

    private Future<Void> connect(Intent.Connect c) {
        Session session = c.session();
        session.trace().target(c.target().toString());
        SessionRecord.wants(session, c.target());
        return way(session, c.target(), c.through())
                .compose(way -> way.connect(session, c.target()))
                .recover(e -> refuse(c.reply().refused(ProxyException.from(e)), e))
                .compose(upstream -> {
                    SessionRecord.connected(session, upstream);
                    if (c.proxyProtocol() > 0) {
                        upstream.write(ProxyHeader.of(session.client(), session.local(), c.proxyProtocol()));
                    }
                    return c.reply()
                            .accepted(upstream.local())
                            .onFailure(e -> upstream.close())
                            .compose(told -> relay(c, upstream));
                });
    }

    /** The service's own way out applies its rules by itself; an agent that reaches the target knows none of them. */
    private Future<Egress> way(Session session, Destination target, Optional<Endpoint> through) {
        if (through.isEmpty()) {
            return Future.succeededFuture(egress);
        }
        session.trace().route(through.get().toString());
        return plan.bypass().matches(target)
                ? Future.failedFuture(ProxyException.denied("bypass of " + target))
                : Future.succeededFuture(plan.directory().to(through.get()));
    }

    private static Future<Void> relay(Intent.Connect c, Stream upstream) {
        return Link.join(c.client(), upstream, c.session().relaying().idleAfter(c.idle()));
    }

    private Future<Void> associate(Intent.Associate a) {
        Session session = a.session();
        session.trace().target(a.target().map(Destination::toString).orElse("udp"));
        SessionRecord.wants(session, a.target().orElse(ANYWHERE));
        return way(session, a.target().orElse(ANYWHERE), a.through())
                .compose(way -> way.associate(session, a.target()))
                .recover(e -> refuse(a.reply().refused(ProxyException.from(e)), e))
                .onSuccess(upstream -> SessionRecord.connected(session, upstream))
                .compose(upstream -> a.reply()
                        .accepted(a.client().local())
                        .onFailure(e -> upstream.close())
                        .compose(told -> DatagramPump.run(
                                a.client(),
                                upstream,
                                a.control(),
                                to -> a.target().isPresent() || !plan.bypass().matches(Destination.udp(to)),
                                a.idle(),
                                session.trace().meter(),
                                session.trace().paces())));
    }

    private Future<Void> bind(Intent.Bind b) {
        Session session = b.session();
        session.trace().target("bind " + b.local());
        SessionRecord.wants(session, b.local());
        Directory directory = plan.directory();
        return directory
                .publish(session, Endpoint.of(b.local()), b.offer(), b.back())
                .recover(e -> refuse(b.reply().refused(ProxyException.from(e)), e))
                .compose(registration -> {
                    b.control().closed().onComplete(v -> registration.withdraw());
                    if (b.control() instanceof Stream control) {
                        Vigil.keep(control);
                    }
                    registration.leaving().onComplete(v -> context.runOnContext(here -> askToLeave(b)));
                    registration.replaced().onComplete(v -> context.runOnContext(here -> windDown(b)));
                    return b.reply()
                            .accepted(registration.address())
                            .onFailure(e -> registration.withdraw())
                            .compose(told -> registration.ended());
                });
    }

    /** Who cannot be asked is cut, so that it comes back elsewhere. */
    private static void askToLeave(Intent.Bind b) {
        b.reply().notice(Notice.LEAVING).onFailure(e -> b.control().close());
    }

    /** Its visitors stay until they have done, as long as the agent is there to serve them. */
    private void windDown(Intent.Bind b) {
        Eventually.within(context, PROOF, "the older session", b.back().proven(Duration.ZERO))
                .compose(alive -> b.reply().notice(Notice.REPLACED))
                .compose(idle -> after(LINGERING))
                // Said again, since only that waits for who has come meanwhile.
                .compose(v -> b.reply().notice(Notice.REPLACED))
                .onComplete(done -> b.control().close());
    }

    private Future<Void> after(Duration time) {
        Promise<Void> passed = Promise.promise();
        Loops.setTimer(context, time, t -> passed.complete());
        return passed.future();
    }

    private static <T> Future<T> refuse(Future<Void> told, Throwable why) {
        return told.transform(sent -> Future.failedFuture(why));
    }
}
