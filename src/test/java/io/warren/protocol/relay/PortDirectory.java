package io.warren.protocol.relay;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.warren.net.Address;
import io.warren.net.DatagramFlow;
import io.warren.net.Link;
import io.warren.net.ListenOptions;
import io.warren.net.Meter;
import io.warren.net.Paces;
import io.warren.net.Relaying;
import io.warren.net.Stream;
import io.warren.net.TcpServer;
import io.warren.net.UdpSessions;
import io.warren.relay.DatagramPump;
import io.warren.spi.Destination;
import io.warren.spi.Directory;
import io.warren.spi.Egress;
import io.warren.spi.Endpoint;
import io.warren.spi.Network;
import io.warren.spi.Offer;
import io.warren.spi.Registration;
import io.warren.spi.Session;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Supplier;

/** Opens a port for each endpoint and sends its visitors back, without more. */
final class PortDirectory implements Directory {
    private final Context context;

    PortDirectory(Context context) {
        this.context = context;
    }

    @Override
    public Future<Registration> publish(Session session, Endpoint endpoint, Offer offer, Egress back) {
        Address where = Address.parse(endpoint.name());
        return endpoint.network() == Network.UDP
                ? UdpSessions.listen(
                                context,
                                where,
                                UdpSessions.Options.DEFAULT.keepAlive(true),
                                flow -> datagrams(flow, back))
                        .map(open -> new Open(open.address(), open::close))
                : TcpServer.listen(context, where, ListenOptions.DEFAULT, visitor -> stream(visitor, back))
                        .map(open -> new Open(open.address(), open::close));
    }

    private static void stream(Stream visitor, Egress back) {
        back.connect(Session.of("port", visitor.remote(), visitor.local()), Destination.tcp(visitor.local()))
                .onSuccess(agent -> Link.join(visitor, agent, Relaying.counting(new Meter())))
                .onFailure(e -> visitor.close());
    }

    private static void datagrams(DatagramFlow visitor, Egress back) {
        back.associate(
                        Session.of("port", visitor.remote(), visitor.local()),
                        Optional.of(Destination.udp(visitor.local())))
                .compose(agent ->
                        DatagramPump.run(visitor, agent, visitor, to -> true, Duration.ZERO, new Meter(), Paces.FREE))
                .onFailure(e -> visitor.close());
    }

    @Override
    public Egress to(Endpoint endpoint) {
        return (session, target) -> Future.failedFuture("not asked for");
    }

    private static final class Open implements Registration {
        private final Address address;
        private final Supplier<Future<Void>> close;
        private final Promise<Void> ended = Promise.promise();

        Open(Address address, Supplier<Future<Void>> close) {
            this.address = address;
            this.close = close;
        }

        @Override
        public Address address() {
            return address;
        }

        @Override
        public Future<Void> ended() {
            return ended.future();
        }

        @Override
        public Future<Void> withdraw() {
            ended.tryComplete();
            return close.get();
        }
    }
}
