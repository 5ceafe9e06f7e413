package io.warren.protocol.socks;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.warren.codec.SocksFrames;
import io.warren.net.Address;
import io.warren.net.DatagramFlow;
import io.warren.net.DatagramStream;
import io.warren.net.ProxyException;
import io.warren.net.Stream;
import io.warren.relay.PeerFlows;
import io.warren.spi.Destination;
import io.warren.spi.Egress;
import io.warren.spi.Reply;
import io.warren.spi.Session;
import java.util.Optional;

/** gost's UDP tunnel with a port: after the reply the stream carries the datagrams of all visitors, each with its visitor's address. */
final class UdpBind implements Reply {
    private final Stream control;
    private final Promise<PeerFlows> granted = Promise.promise();

    UdpBind(Stream control) {
        this.control = control;
    }

    @Override
    public Future<Void> accepted(Address bound) {
        return Told.last(control, Socks5Reply.succeeded(bound).encode())
                .map(told -> PeerFlows.over(DatagramStream.over(control, SocksFrames.FRAMING)))
                .onComplete(granted)
                .mapEmpty();
    }

    @Override
    public Future<Void> refused(ProxyException why) {
        granted.fail(why);
        return Told.client(control, Socks5Reply.refusing(why.kind()).encode());
    }

    /** The way to the client: a flow for each visitor. */
    Egress back() {
        return new Egress() {
            @Override
            public Future<Stream> connect(Session visitor, Destination target) {
                return Future.failedFuture(ProxyException.unsupported("a stream to a udp port"));
            }

            @Override
            public Future<DatagramFlow> associate(Session visitor, Optional<Destination> target) {
                return granted.future().map(flows -> flows.open(visitor.client()));
            }
        };
    }
}
