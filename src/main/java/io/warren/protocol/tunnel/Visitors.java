package io.warren.protocol.tunnel;

import io.vertx.core.Future;
import io.warren.codec.Hello;
import io.warren.codec.RelayFeature;
import io.warren.codec.RelayFrames;
import io.warren.codec.RelayMessage;
import io.warren.codec.RelayStatus;
import io.warren.layer.smux.SmuxOptions;
import io.warren.layer.smux.VisitorMux;
import io.warren.net.Address;
import io.warren.net.DatagramFlow;
import io.warren.net.DatagramStream;
import io.warren.net.ProxyException;
import io.warren.net.Stream;
import io.warren.spi.Destination;
import io.warren.spi.Egress;
import io.warren.spi.Notice;
import io.warren.spi.Reply;
import io.warren.spi.Session;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * The way back to an agent. Behind our response its stream is a mux on which we are the client: one stream for each visitor, which begins with a response
 * that carries the visitor's address and what it wants to reach.
 */
final class Visitors implements Reply, Egress {
    private static final int DATAGRAMS = 1;

    private final Stream client;
    private final Address place;
    private final RelayFeature.Tunnel id;
    private final Optional<String> member;
    private final VisitorMux mux;

    /**
     * @param place where it is told that its tunnel is
     * @param id names this connector of the tunnel
     * @param member told to an agent that has introduced itself
     */
    Visitors(Stream client, Address place, RelayFeature.Tunnel id, Optional<String> member, SmuxOptions options) {
        this.client = client;
        this.place = place;
        this.id = id;
        this.member = member;
        this.mux = new VisitorMux(client, options);
    }

    static RelayFeature.Tunnel connectorId(boolean datagrams, int weight) {
        return new RelayFeature.Tunnel(UUID.randomUUID(), datagrams ? DATAGRAMS : 0, weight);
    }

    @Override
    public Future<Void> accepted(Address bound) {
        Future<Void> told = answer(RelayStatus.OK, member.map(Hello::of), new RelayFeature.Addr(place), id);
        mux.begin();
        return told;
    }

    @Override
    public Future<Void> refused(ProxyException why) {
        return answer(
                RelayStatus.of(why, RelayStatus.SERVICE_UNAVAILABLE),
                member.map(name -> Hello.of(name).because(why.getMessage())));
    }

    private Future<Void> answer(RelayStatus status, Optional<Hello> hello, RelayFeature... own) {
        List<RelayFeature> features = new ArrayList<>(List.of(own));
        hello.map(RelayFeature.Introduction::new).ifPresent(features::add);
        return client.send(new RelayMessage(status.code(), features).encode());
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
        return open(visitor, target.address());
    }

    @Override
    public Future<DatagramFlow> associate(Session visitor, Optional<Destination> target) {
        return open(visitor, target.map(Destination::address).orElse(Address.NONE))
                .map(stream -> DatagramStream.over(stream, RelayFrames.PAYLOADS));
    }

    private Future<Stream> open(Session visitor, Address target) {
        return mux.open().map(stream -> {
            // At once: gost's agent reads it before it accepts any other stream.
            stream.send(RelayMessage.response(
                            RelayStatus.OK,
                            new RelayFeature.Addr(source(visitor.client())),
                            new RelayFeature.Addr(target))
                    .encode());
            return stream;
        });
    }

    /** gost's agent resolves it, and ends the session when that fails. */
    private static Address source(Address visitor) {
        return visitor.isIp() ? visitor : Address.of("0.0.0.0", Math.max(0, visitor.port()));
    }
}
