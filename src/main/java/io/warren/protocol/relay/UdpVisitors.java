package io.warren.protocol.relay;

import io.vertx.core.Future;
import io.warren.codec.RelayFrames;
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

/** The way back to a client that bound a UDP port: behind our response, frames with the visitors' addresses. */
final class UdpVisitors implements Reply, Egress {
    private final Stream client;
    private final Responder responder;
    private final VisitorFlows flows;

    /** @param signals whether the client knows signals among the datagrams */
    UdpVisitors(Stream client, Responder responder, boolean signals) {
        this.client = client;
        this.responder = responder;
        this.flows = new VisitorFlows(client, signals);
    }

    @Override
    public Future<Void> accepted(Address bound) {
        Future<Void> told = responder.accepted(bound);
        flows.begin(DatagramStream.over(client, RelayFrames.ADDRESSED));
        return told;
    }

    @Override
    public Future<Void> refused(ProxyException why) {
        return responder.refused(why);
    }

    @Override
    public Future<Void> notice(Notice what) {
        return flows.notice(what).orElseGet(() -> Reply.super.notice(what));
    }

    @Override
    public Future<Void> proven(Duration recent) {
        return flows.proven(recent);
    }

    @Override
    public Future<Stream> connect(Session visitor, Destination target) {
        return Future.failedFuture(ProxyException.unsupported("a stream to a client that bound a udp port"));
    }

    @Override
    public Future<DatagramFlow> associate(Session session, Optional<Destination> target) {
        return flows.open(session.client());
    }
}
