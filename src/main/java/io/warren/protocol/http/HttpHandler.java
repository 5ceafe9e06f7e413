package io.warren.protocol.http;

import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.warren.net.Address;
import io.warren.net.Intake;
import io.warren.spi.Handler;
import io.warren.spi.Inbound;
import io.warren.spi.Intent;
import io.warren.spi.Scope;
import io.warren.spi.Session;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** The HTTP proxy on one event loop: its open conversations, their time limits, and the idle connections to targets that they share. */
final class HttpHandler extends VerticleBase implements Handler {
    /** How exactly time limits are kept: one timer for all conversations instead of several for each request. */
    private static final long TICK_MS = 250;

    private final Scope scope;
    private final HttpOptions options;
    private final Duration patience;
    private final Answers answers;
    private final UpstreamPool pool = new UpstreamPool();
    private final Set<Conversation> open = new HashSet<>();
    private HttpClient web;
    private long timer = -1;

    HttpHandler(Scope scope, HttpOptions options) {
        this(scope, options, Intake.PATIENCE);
    }

    /** @param patience how long a head may take from its first byte to its last, and the first one from the connection's start */
    HttpHandler(Scope scope, HttpOptions options, Duration patience) {
        this.scope = scope;
        this.options = options;
        this.patience = patience;
        this.answers = new Answers(options);
    }

    @Override
    public Future<?> start() {
        boolean fetches = options.probeResist()
                .filter(decoy -> decoy.type() == ProbeResistance.Type.WEB)
                .isPresent();
        if (fetches) {
            web = vertx.createHttpClient(new HttpClientOptions().setKeepAlive(false));
        }
        timer = vertx.setPeriodic(TICK_MS, t -> tick());
        return Future.succeededFuture();
    }

    @Override
    public Future<?> stop() {
        vertx.cancelTimer(timer);
        pool.close();
        return web == null ? Future.succeededFuture() : web.close();
    }

    private void tick() {
        long now = System.nanoTime();
        pool.expire(now);
        List.copyOf(open).forEach(conversation -> conversation.expire(now));
    }

    @Override
    public Future<Intent> negotiate(Inbound inbound) {
        Conversation conversation = new Conversation(this, inbound.session(), inbound.stream());
        open.add(conversation);
        return conversation.begin();
    }

    void ended(Conversation conversation) {
        open.remove(conversation);
    }

    /** The session as a selector is to see it. */
    Session routed(Session session, Address target) {
        return options.hashHost() ? session.hashing(target.toString()) : session;
    }

    Scope scope() {
        return scope;
    }

    HttpOptions options() {
        return options;
    }

    Duration patience() {
        return patience;
    }

    Answers answers() {
        return answers;
    }

    UpstreamPool pool() {
        return pool;
    }

    HttpClient web() {
        return web;
    }
}
