package io.warren.protocol.socks;

import io.vertx.core.Future;
import io.vertx.core.Promise;
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
 * gost's BIND for many visitors: after the reply the control stream is a mux, of which the server is the client. Each visitor is a stream that begins
 * with a reply of its own, naming the visitor.
 */
final class MuxBind implements Reply, Egress {
    private final Party client;
    private final String publicHost;
    private final VisitorMux mux;
    private final boolean plainVisitors;
    private final Promise<Void> granted = Promise.promise();

    MuxBind(Party client, String publicHost, SmuxOptions options, boolean plainVisitors) {
        this.client = client;
        this.publicHost = publicHost;
        this.mux = new VisitorMux(client.stream(), options);
        this.plainVisitors = plainVisitors;
    }

    @Override
    public Future<Void> accepted(Address bound) {
        Stream control = client.stream();
        Address reachable = SingleBind.reachable(control, publicHost, bound);
        return Told.last(control, Socks5Reply.succeeded(reachable).encode())
                .onSuccess(told -> mux.begin())
                .onComplete(granted);
    }

    @Override
    public Future<Void> refused(ProxyException why) {
        granted.fail(why);
        return client.refused(why);
    }

    @Override
    public Future<Void> notice(Notice what) {
        return mux.notice(what) ? mux.idle() : Reply.super.notice(what);
    }

    /** A stream for each visitor. */
    @Override
    public Future<Stream> connect(Session visitor, Destination target) {
        return granted.future().compose(told -> mux.open()).compose(stream -> introduce(visitor, stream));
    }

    @Override
    public Future<Void> proven(Duration recent) {
        return granted.future().compose(told -> mux.proven(recent));
    }

    private Future<Stream> introduce(Session visitor, Stream stream) {
        return plainVisitors
                ? Future.succeededFuture(stream)
                : Told.client(stream, Socks5Reply.succeeded(visitor.client()).encode())
                        .map(stream);
    }
}
