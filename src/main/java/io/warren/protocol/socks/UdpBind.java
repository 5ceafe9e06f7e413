package io.warren.protocol.socks;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.warren.codec.SocksFrames;
import io.warren.net.Address;
import io.warren.net.DatagramFlow;
import io.warren.net.DatagramStream;
import io.warren.net.ProxyException;
import io.warren.net.Stream;
import io.warren.relay.VisitorFlows;
import io.warren.spi.Destination;
import io.warren.spi.Egress;
import io.warren.spi.Notice;
import io.warren.spi.Reply;
import io.warren.spi.Session;
import java.time.Duration;
import java.util.Optional;

/** gost's UDP tunnel with a port: after the reply the stream carries the datagrams of all visitors, each with its visitor's address. */
final class UdpBind implements Reply, Egress {
    private final Party client;
    private final VisitorFlows flows;
    private final Promise<Void> granted = Promise.promise();

    UdpBind(Party client) {
        this.client = client;
        this.flows = new VisitorFlows(client.stream(), client.signals());
    }

    @Override
    public Future<Void> accepted(Address bound) {
        Stream control = client.stream();
        return Told.last(control, Socks5Reply.succeeded(bound).encode())
                .onSuccess(told -> flows.begin(DatagramStream.over(control, SocksFrames.FRAMING)))
                .onComplete(granted);
    }

    @Override
    public Future<Void> refused(ProxyException why) {
        granted.fail(why);
        return client.refused(why);
    }

    @Override
    public Future<Void> notice(Notice what) {
        return flows.notice(what).orElseGet(() -> Reply.super.notice(what));
    }

    @Override
    public Future<Void> proven(Duration recent) {
        return granted.future().compose(told -> flows.proven(recent));
    }

    @Override
    public Future<Stream> connect(Session visitor, Destination target) {
        return Future.failedFuture(ProxyException.unsupported("a stream to a udp port"));
    }

    /** A flow for each visitor. */
    @Override
    public Future<DatagramFlow> associate(Session visitor, Optional<Destination> target) {
        return granted.future().compose(told -> flows.open(visitor.client()));
    }
}
