package io.warren.spi;

import io.vertx.core.AsyncResult;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.warren.net.DialOptions;
import java.util.Optional;
import java.util.UUID;

/**
 * All that a component may use of its surroundings. Made for one service (or chain node) on one event loop.
 *
 * @param context the context that owns the component; every verticle of a service instance shares it
 * @param service the service's name, for sessions and messages
 * @param egress the service's way out, with its rules (bypass, hosts, resolver, chain, retries) applied; for a listener, the listener's chain
 * @param authenticator who may log in; empty = everybody
 * @param forwarder the service's targets; empty when none are configured
 * @param directory who can be reached under which endpoint
 * @param ingress which host names lead to tunnels; empty when none is configured
 * @param dial how sockets are dialled from here
 * @param journal where a handler that serves several requests on one connection reports the end of each
 * @param handlers deploys further handlers on the same context, for a handler that hands connections on
 */
public record Scope(
        Vertx vertx,
        Context context,
        String service,
        Egress egress,
        Optional<Authenticator> authenticator,
        Optional<Forwarder> forwarder,
        Directory directory,
        Optional<Ingress> ingress,
        DialOptions dial,
        Journal journal,
        Handlers handlers) {
    private static final Credentials NOBODY = new Credentials("", Secret.NONE);

    /** Takes the end of a session; the connection's own is the service's to report. */
    @FunctionalInterface
    public interface Journal {
        void close(Session session, AsyncResult<?> done);

        /** Takes what was seen passing within a session that goes on ({@link Session#part}), for a record but no line. */
        default void seen(Session part, AsyncResult<?> done) {}
    }

    /** Deploys a handler by its catalogue name, on the caller's context, with the caller's settings. */
    @FunctionalInterface
    public interface Handlers {
        Future<Handler> deploy(String name);
    }

    /** For components that serve one session on a connection, which the service reports, and need nobody who has published anything. */
    public Scope(
            Vertx vertx,
            Context context,
            String service,
            Egress egress,
            Optional<Authenticator> authenticator,
            Optional<Forwarder> forwarder,
            DialOptions dial,
            Handlers handlers) {
        this(
                vertx,
                context,
                service,
                egress,
                authenticator,
                forwarder,
                Directory.NONE,
                Optional.empty(),
                dial,
                (session, done) -> {},
                handlers);
    }

    /** Names this process, from its start to its end, to agents that want to know whether two of their sessions are at the same member. */
    public String member() {
        return String.valueOf(vertx.sharedData()
                .<String, String>getLocalMap("warren")
                .computeIfAbsent("member", key -> UUID.randomUUID().toString()));
    }

    /**
     * Asks the authenticator, where there is one, and keeps in the trace who the client is.
     *
     * @param given what the client says; of one that says nothing, neither name nor password
     */
    public Future<Void> logIn(Session session, Optional<Credentials> given) {
        if (authenticator.isEmpty()) {
            return Future.succeededFuture();
        }
        Credentials credentials = given.orElse(NOBODY);
        return authenticator
                .get()
                .authenticate(
                        session, credentials.user(), credentials.password().reveal())
                .onSuccess(session.trace()::user)
                .mapEmpty();
    }

    public Scope withEgress(Egress other) {
        return new Scope(
                vertx, context, service, other, authenticator, forwarder, directory, ingress, dial, journal, handlers);
    }
}
