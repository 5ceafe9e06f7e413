package io.warren.layer.smux;

import io.vertx.core.Future;
import io.warren.net.ProxyException;
import io.warren.net.Stream;
import io.warren.spi.Notice;
import java.time.Duration;
import java.util.Optional;

/**
 * The way back to a client that has bound. Once it has been told so, its stream is a mux on which we are the client: one stream for each visitor. On the
 * client's event loop.
 */
public final class VisitorMux {
    private final Stream client;
    private final SmuxOptions options;
    private Optional<SmuxSession> session = Optional.empty();

    public VisitorMux(Stream client, SmuxOptions options) {
        this.client = client;
        this.options = options;
    }

    /** All that is sent to the client from now on is of the mux. */
    public void begin() {
        SmuxSession mux = Smux.client(client, options);
        mux.attend();
        session = Optional.of(mux);
    }

    /**
     * A stream for a visitor.
     *
     * @return fails with UNREACHABLE before {@link #begin}, else as {@link SmuxSession#open} does
     */
    public Future<Stream> open() {
        return session.map(SmuxSession::open).orElseGet(VisitorMux::untold);
    }

    /** @return whether the client is one who understands it; if not, nothing is sent */
    public boolean notice(Notice what) {
        return session.filter(mux -> mux.notice(what)).isPresent();
    }

    /** As of {@link SmuxSession#idle}. */
    public Future<Void> idle() {
        return session.map(SmuxSession::idle).orElseGet(Future::succeededFuture);
    }

    /** As of {@link SmuxSession#proven}. */
    public Future<Void> proven(Duration recent) {
        return session.map(mux -> mux.proven(recent)).orElseGet(VisitorMux::untold);
    }

    private static <T> Future<T> untold() {
        return Future.failedFuture(
                ProxyException.upstream(ProxyException.Kind.UNREACHABLE, "the client was not told yet"));
    }
}
