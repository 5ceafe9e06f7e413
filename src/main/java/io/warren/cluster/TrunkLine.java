package io.warren.cluster;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.warren.layer.smux.Smux;
import io.warren.layer.smux.SmuxSession;
import io.warren.layer.tls.MutualTls;
import io.warren.net.DialOptions;
import io.warren.net.Loops;
import io.warren.net.ProxyException;
import io.warren.net.Stream;
import io.warren.net.TcpDial;
import java.time.Duration;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The connection from one event loop to one other member, opened for its first stream and again after it was lost. On that event loop. */
final class TrunkLine {
    private static final Logger LOG = LoggerFactory.getLogger("cluster");

    /** A member that could not be reached is not tried for this long: other candidates come first. */
    private static final Duration SHY = Duration.ofMillis(500);

    private final Context context;
    private final Member member;
    private final Optional<MutualTls> tls;
    private Future<SmuxSession> session;
    private long failedAt;
    private boolean closed;

    TrunkLine(Context context, Member member, Optional<MutualTls> tls) {
        this.context = Loops.sibling(context);
        this.member = member;
        this.tls = tls;
    }

    Future<Stream> open() {
        return session().compose(SmuxSession::open);
    }

    private Future<SmuxSession> session() {
        if (closed) {
            return Future.failedFuture(unreachable("left the cluster"));
        }
        if (session != null && session.failed()) {
            if (System.nanoTime() - failedAt < SHY.toNanos()) {
                return session;
            }
            session = null;
        }
        if (session == null || (session.succeeded() && !session.result().isOpen())) {
            session = connect();
        }
        return session;
    }

    private Future<SmuxSession> connect() {
        DialOptions dial = DialOptions.DEFAULT.within(Trunk.CONNECT);
        return TcpDial.connect(context, member.trunk(), dial)
                .compose(stream -> tls.map(t -> t.client(stream)).orElse(Future.succeededFuture(stream)))
                .map(carrier -> Smux.client(carrier, Trunk.MUX))
                .onSuccess(this::connected)
                .recover(e -> {
                    failedAt = System.nanoTime();
                    LOG.atWarn().addKeyValue("member", member).log("trunk not connected: {}", e.getMessage());
                    return Future.failedFuture(unreachable(e.getMessage()));
                });
    }

    private void connected(SmuxSession mux) {
        LOG.atDebug().addKeyValue("member", member).log("trunk connected");
        mux.closed().onComplete(v -> LOG.atDebug().addKeyValue("member", member).log("trunk connection ended"));
        if (closed) {
            mux.close();
        }
    }

    private ProxyException unreachable(String why) {
        return ProxyException.upstream(ProxyException.Kind.UNREACHABLE, "member " + member + ": " + why);
    }

    /** For good: the member has left. */
    void close() {
        closed = true;
        if (session != null && session.succeeded()) {
            session.result().close();
        }
    }
}
