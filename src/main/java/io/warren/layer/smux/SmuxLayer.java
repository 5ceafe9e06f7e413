package io.warren.layer.smux;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.warren.net.Address;
import io.warren.net.Stream;
import io.warren.spi.Inbound;
import io.warren.spi.Layer;
import io.warren.spi.Session;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Carries all connections to one node as streams of one session. The session is made by the first who needs it, whom the others wait for; one that has
 * died is replaced when the next stream is asked for.
 */
public final class SmuxLayer implements Layer {
    private final SmuxOptions options;
    private final Map<Address, Future<SmuxSession>> sessions = new HashMap<>();

    public SmuxLayer(SmuxOptions options) {
        this.options = options;
    }

    @Override
    public Future<Stream> dial(Session session, Address node, Supplier<Future<Stream>> below) {
        Future<SmuxSession> current = sessions.get(node);
        boolean usable = current != null
                && (!current.isComplete()
                        || (current.succeeded() && current.result().isOpen()));
        Future<SmuxSession> mux = usable ? current : create(node, below);
        // Waited for while it was made, and dead before its first stream: one more attempt, with a session of its own.
        return mux.compose(made ->
                made.isOpen() || !usable ? made.open() : create(node, below).compose(SmuxSession::open));
    }

    private Future<SmuxSession> create(Address node, Supplier<Future<Stream>> below) {
        Promise<SmuxSession> made = Promise.promise();
        Future<SmuxSession> session = made.future();
        sessions.put(node, session);
        below.get().map(carrier -> Smux.client(carrier, options)).onComplete(result -> {
            if (result.succeeded()) {
                result.result().closed().onComplete(v -> sessions.remove(node, session));
                made.complete(result.result());
            } else {
                sessions.remove(node, session);
                made.fail(result.cause());
            }
        });
        return session;
    }

    @Override
    public void accept(Inbound below, Consumer<Inbound> above) {
        Smux.server(
                below.stream(),
                options,
                stream -> above.accept(new Inbound(below.session().child(), stream)));
    }

    /** Ends the sessions to all nodes, and with them their streams. */
    @Override
    public void close() {
        List.copyOf(sessions.values()).forEach(session -> session.onSuccess(SmuxSession::close));
    }
}
