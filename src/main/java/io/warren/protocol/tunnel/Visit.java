package io.warren.protocol.tunnel;

import io.vertx.core.Future;
import io.warren.codec.RelayFeature;
import io.warren.codec.RelayFrames;
import io.warren.codec.RelayMessage;
import io.warren.codec.RelayStatus;
import io.warren.net.Address;
import io.warren.net.DatagramStream;
import io.warren.net.ProxyException;
import io.warren.net.Stream;
import io.warren.spi.Destination;
import io.warren.spi.Intent;
import io.warren.spi.Network;
import io.warren.spi.Reply;
import io.warren.spi.Session;
import io.warren.spi.TunnelId;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** What somebody asks for who visits a tunnel with a request of the relay protocol. */
record Visit(Session session, Stream client, RelayMessage request) {
    /** The tunnel that it names, which is not the one of zeros only. */
    Optional<RelayFeature.Tunnel> tunnel() {
        return request.last(RelayFeature.Tunnel.class)
                .filter(tunnel ->
                        tunnel.id().getMostSignificantBits() != 0 || tunnel.id().getLeastSignificantBits() != 0);
    }

    /** Of two addresses the first is who comes, the last where to. */
    Address wanted() {
        List<Address> addresses = request.addresses();
        return addresses.size() < 2 ? Address.NONE : addresses.get(addresses.size() - 1);
    }

    private Session visitor() {
        return request.addresses().stream()
                .findFirst()
                .filter(source -> source.isIp() && !source.isWildcard())
                .map(source -> session.from(source, session.local()))
                .orElse(session);
    }

    /** Leads it there. */
    Intent to(TunnelId tunnel) {
        Address wanted = wanted();
        session.trace().target(wanted.toString());
        Session visitor = visitor();
        return request.network() == Network.UDP
                ? new Intent.Associate(
                                visitor,
                                Optional.of(Destination.udp(wanted)),
                                DatagramStream.over(client, RelayFrames.PAYLOADS),
                                client,
                                reply(),
                                Duration.ZERO)
                        .through(tunnel.endpoint(true))
                : Intent.Connect.to(visitor, Destination.tcp(wanted), client, reply())
                        .through(tunnel.endpoint(false));
    }

    /** Tells it why not. */
    Future<Intent> refused(RelayStatus status, ProxyException why) {
        return client.send(RelayMessage.response(status).encode()).transform(told -> Future.failedFuture(why));
    }

    Reply reply() {
        return new Visited(client);
    }

    private record Visited(Stream client) implements Reply {
        @Override
        public Future<Void> accepted(Address bound) {
            return client.send(RelayMessage.response(RelayStatus.OK).encode());
        }

        @Override
        public Future<Void> refused(ProxyException why) {
            return client.send(RelayMessage.response(RelayStatus.of(why, RelayStatus.SERVICE_UNAVAILABLE))
                    .encode());
        }
    }
}
