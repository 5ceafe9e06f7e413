package io.warren.protocol.relay;

import io.vertx.core.Future;
import io.warren.codec.RelayFeature;
import io.warren.codec.RelayMessage;
import io.warren.codec.RelayStatus;
import io.warren.layer.smux.SmuxOptions;
import io.warren.layer.smux.VisitorMux;
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
    private final Responder responder;
    private final VisitorMux mux;

    TcpVisitors(Stream client, Responder responder, SmuxOptions options) {
        this.responder = responder;
        this.mux = new VisitorMux(client, options);
    }

    @Override
    public Future<Void> accepted(Address bound) {
        Future<Void> told = responder.accepted(bound);
        mux.begin();
        return told;
    }

    @Override
    public Future<Void> refused(ProxyException why) {
        return responder.refused(why);
    }

    @Override
    public Future<Void> notice(Notice what) {
        return mux.notice(what) ? mux.idle() : Reply.super.notice(what);
    }

    @Override
    public Future<Void> proven(Duration recent) {
        return mux.proven(recent);
    }

    @Override
    public Future<Stream> connect(Session visitor, Destination target) {
        return mux.open().map(stream -> {
            // At once: gost's client reads it before it accepts any other stream.
            stream.send(RelayMessage.response(RelayStatus.OK, new RelayFeature.Addr(visitor.client()))
                    .encode());
            return stream;
        });
    }
}
