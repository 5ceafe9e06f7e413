package io.warren.protocol.socks;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.warren.layer.smux.Smux;
import io.warren.layer.smux.SmuxOptions;
import io.warren.layer.smux.SmuxSession;
import io.warren.net.Address;
import io.warren.net.ProxyException;
import io.warren.net.Stream;
import io.warren.spi.Destination;
import io.warren.spi.Egress;
import io.warren.spi.Reply;
import io.warren.spi.Session;
import java.time.Duration;

/**
 * gost's BIND for many visitors: after the reply the control stream is a mux, of which the server is the client. Each visitor is a stream that begins
 * with a reply of its own, naming the visitor.
 */
final class MuxBind implements Reply {
    private final Stream control;
    private final String publicHost;
    private final SmuxOptions mux;
    private final boolean plainVisitors;
    private final Promise<SmuxSession> granted = Promise.promise();

    MuxBind(Stream control, String publicHost, SmuxOptions mux, boolean plainVisitors) {
        this.control = control;
        this.publicHost = publicHost;
        this.mux = mux;
        this.plainVisitors = plainVisitors;
    }

    @Override
    public Future<Void> accepted(Address bound) {
        Address reachable = SingleBind.reachable(control, publicHost, bound);
        return Told.last(control, Socks5Reply.succeeded(reachable).encode())
                .map(told -> Smux.client(control, mux))
                .onSuccess(SmuxSession::attend)
                .onComplete(granted)
                .mapEmpty();
    }

    @Override
    public Future<Void> refused(ProxyException why) {
        granted.fail(why);
        return Told.client(control, Socks5Reply.refusing(why.kind()).encode());
    }

    /** The way to the client: a stream for each visitor. */
    Egress back() {
        return new Egress() {
            @Override
            public Future<Stream> connect(Session visitor, Destination target) {
                return granted.future().compose(SmuxSession::open).compose(stream -> introduce(visitor, stream));
            }

            @Override
            public Future<Void> proven(Duration recent) {
                return granted.future().compose(session -> session.proven(recent));
            }
        };
    }

    private Future<Stream> introduce(Session visitor, Stream stream) {
        return plainVisitors
                ? Future.succeededFuture(stream)
                : Told.client(stream, Socks5Reply.succeeded(visitor.client()).encode())
                        .map(stream);
    }
}
