package io.warren.protocol.relay;

import io.vertx.core.Future;
import io.warren.codec.RelayFeature;
import io.warren.codec.RelayMessage;
import io.warren.codec.RelayStatus;
import io.warren.layer.smux.Smux;
import io.warren.layer.smux.SmuxOptions;
import io.warren.layer.smux.SmuxSession;
import io.warren.net.Address;
import io.warren.net.ProxyException;
import io.warren.net.Stream;
import io.warren.spi.Destination;
import io.warren.spi.Egress;
import io.warren.spi.Notice;
import io.warren.spi.Reply;
import io.warren.spi.Session;
import java.time.Duration;

/**
 * The way back to a client that bound a TCP port. Behind our response its stream is a mux on which we are the client: one stream for each visitor, which
 * begins with a response that carries the visitor's address.
 */
final class TcpVisitors implements Reply, Egress {
    private final Stream client;
    private final Responder responder;
    private final SmuxOptions options;
    private SmuxSession session;

    TcpVisitors(Stream client, Responder responder, SmuxOptions options) {
        this.client = client;
        this.responder = responder;
        this.options = options;
    }

    @Override
    public Future<Void> accepted(Address bound) {
        Future<Void> told = responder.accepted(bound);
        session = Smux.client(client, options);
        session.attend();
        return told;
    }

    @Override
    public Future<Void> refused(ProxyException why) {
        return responder.refused(why);
    }

    @Override
    public Future<Void> notice(Notice what) {
        return session == null || !session.notice(what) ? Reply.super.notice(what) : session.idle();
    }

    @Override
    public Future<Void> proven(Duration recent) {
        return session == null ? untold() : session.proven(recent);
    }

    private static <T> Future<T> untold() {
        return Future.failedFuture(
                ProxyException.upstream(ProxyException.Kind.UNREACHABLE, "the client was not told yet"));
    }

    @Override
    public Future<Stream> connect(Session visitor, Destination target) {
        if (session == null) {
            return untold();
        }
        return session.open().map(stream -> {
            // At once: gost's client reads it before it accepts any other stream.
            stream.send(RelayMessage.response(RelayStatus.OK, new RelayFeature.Addr(visitor.client()))
                    .encode());
            return stream;
        });
    }
}
