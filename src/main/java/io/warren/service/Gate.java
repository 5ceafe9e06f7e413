package io.warren.service;

import io.vertx.core.Future;
import io.warren.codec.ProxyHeader;
import io.warren.net.Address;
import io.warren.net.DatagramFlow;
import io.warren.net.Intake;
import io.warren.net.ProxyException;
import io.warren.net.Stream;
import io.warren.spi.Admission;
import io.warren.spi.Door;
import io.warren.spi.Inbound;
import io.warren.spi.Limits;
import io.warren.spi.Recorder;
import io.warren.spi.Session;
import java.time.Duration;
import java.util.Optional;

/** A service's door: who the client is (PROXY header), whether it may come in, and how much it may have. */
final class Gate implements Door {
    private static final Duration HEADER_PATIENCE = Duration.ofSeconds(10);

    private final String service;
    private final Admission admission;
    private final Limits limits;
    private final boolean proxyProtocol;
    private final Failures failures;
    private final Optional<Recorder> clients;

    /**
     * @param failures where those who are turned away are counted
     * @param clients where their addresses are recorded
     */
    Gate(
            String service,
            Admission admission,
            Limits limits,
            boolean proxyProtocol,
            Failures failures,
            Optional<Recorder> clients) {
        this.service = service;
        this.admission = admission;
        this.limits = limits;
        this.proxyProtocol = proxyProtocol;
        this.failures = failures;
        this.clients = clients;
    }

    @Override
    public Future<Inbound> admit(Stream raw) {
        Inbound inbound = new Inbound(Session.of(service, raw.remote(), raw.local()), raw);
        return (proxyProtocol ? readHeader(inbound) : Future.succeededFuture(inbound))
                .compose(this::check)
                .onFailure(e -> {
                    turnedAway(inbound.session(), e);
                    raw.close();
                });
    }

    private static Future<Inbound> readHeader(Inbound inbound) {
        Intake intake = Intake.of(inbound.stream(), HEADER_PATIENCE);
        return intake.read(ProxyHeader::decode).map(header -> {
            intake.done();
            Session session = inbound.session();
            return header.client().isEmpty()
                    ? inbound
                    : inbound.with(
                            session.from(header.client().get(), header.reached().orElse(session.local())));
        });
    }

    private Future<Inbound> check(Inbound inbound) {
        Optional<ProxyException> refusal = refusal(inbound);
        if (refusal.isPresent()) {
            return Future.failedFuture(refusal.get());
        }
        limitPace(inbound);
        return Future.succeededFuture(inbound);
    }

    private void limitPace(Inbound inbound) {
        Address client = inbound.session().client();
        boolean datagrams = inbound.conduit() instanceof DatagramFlow;
        inbound.session().trace().limit(datagrams ? limits.datagrams(client) : limits.stream(client));
    }

    // Once, on the effective client: behind a balancer the raw peer is the balancer, whom no list of clients names.
    private Optional<ProxyException> refusal(Inbound inbound) {
        Address client = inbound.session().client();
        return admission.admits(client)
                ? limits.connection(client, inbound.conduit())
                : Optional.of(ProxyException.denied("not admitted"));
    }

    @Override
    public Optional<Inbound> admit(DatagramFlow raw) {
        Inbound inbound = new Inbound(Session.of(service, raw.remote(), raw.local()), raw);
        Optional<ProxyException> refusal = refusal(inbound);
        if (refusal.isPresent()) {
            turnedAway(inbound.session(), refusal.get());
            raw.close();
            return Optional.empty();
        }
        limitPace(inbound);
        return Optional.of(inbound);
    }

    @Override
    public Future<Inbound> admit(Inbound known) {
        return check(known).onFailure(e -> {
            turnedAway(known.session(), e);
            known.conduit().close();
        });
    }

    private void turnedAway(Session session, Throwable why) {
        Journal.turnedAway(session, why);
        clients.ifPresent(recorder -> SessionRecord.arrival(recorder, session));
        failures.count(why);
    }
}
