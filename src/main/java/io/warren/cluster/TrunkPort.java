package io.warren.cluster;

import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.warren.layer.smux.Smux;
import io.warren.layer.tls.MutualTls;
import io.warren.net.Address;
import io.warren.net.DatagramFlow;
import io.warren.net.DatagramStream;
import io.warren.net.Intake;
import io.warren.net.Link;
import io.warren.net.ListenOptions;
import io.warren.net.Loops;
import io.warren.net.ProxyException;
import io.warren.net.Stream;
import io.warren.net.TcpServer;
import io.warren.relay.DatagramPump;
import io.warren.spi.Destination;
import io.warren.spi.Egress;
import io.warren.spi.Session;
import java.time.Duration;
import java.util.Optional;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The accepting half of the trunk: takes other members' streams and joins each with the registration of this member that it names. Once per event loop. */
final class TrunkPort extends VerticleBase {
    private static final Logger LOG = LoggerFactory.getLogger("cluster");

    /** For a member to say what it wants. */
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private final Address address;
    private final Optional<MutualTls> tls;
    private final UUID self;
    private final Registrations registrations;
    private TcpServer server;

    TrunkPort(Address address, Optional<MutualTls> tls, UUID self, Registrations registrations) {
        this.address = address;
        this.tls = tls;
        this.self = self;
        this.registrations = registrations;
    }

    @Override
    public Future<?> start() {
        return TcpServer.listen(context, address, ListenOptions.DEFAULT, this::accept)
                .onSuccess(listening -> server = listening);
    }

    /** Where it listens, with the real port. */
    Address bound() {
        return server.address();
    }

    private void accept(Stream connection) {
        tls.map(t -> t.server(connection))
                .orElse(Future.succeededFuture(connection))
                .onSuccess(carrier ->
                        Smux.server(carrier, Trunk.MUX, stream -> Loops.enter(context, () -> serve(stream))))
                .onFailure(e -> LOG.atInfo()
                        .addKeyValue("client", connection.remote())
                        .log("refused on the trunk: {}", e.getMessage()));
    }

    private void serve(Stream stream) {
        Intake intake = Intake.of(stream, PATIENCE);
        intake.read(TrunkHeader::decode)
                .onComplete(read -> intake.done())
                .compose(header -> carry(stream, header))
                .onFailure(e -> {
                    LOG.atDebug().addKeyValue("client", stream.remote()).log(e.getMessage());
                    refuse(stream, ProxyException.from(e));
                });
    }

    private static void refuse(Stream stream, ProxyException why) {
        stream.send(new TrunkAnswer(Optional.of(why)).encode());
        stream.close();
    }

    private Future<Void> carry(Stream stream, TrunkHeader header) {
        Optional<Egress> way =
                header.owner().equals(self) ? registrations.own(header.registration()) : Optional.empty();
        if (way.isEmpty()) {
            return Future.failedFuture(
                    ProxyException.upstream(ProxyException.Kind.UNREACHABLE, "the registration is gone"));
        }
        Session session = Session.of("trunk", header.client(), header.visited());
        LOG.atDebug()
                .addKeyValue("sid", session.sid())
                .addKeyValue("from", header.sid())
                .addKeyValue("client", header.client())
                .log("stream of another member's visitor");
        return header.datagrams() ? datagrams(stream, session, way.get()) : bytes(stream, session, way.get());
    }

    private static Future<Void> bytes(Stream stream, Session session, Egress way) {
        return way.connect(session, Destination.tcp(session.local())).map(agent -> {
            stream.send(TrunkAnswer.OK.encode());
            Link.join(stream, agent, session.relaying())
                    .onFailure(
                            e -> LOG.atDebug().addKeyValue("sid", session.sid()).log(e.getMessage()));
            return null;
        });
    }

    private static Future<Void> datagrams(Stream stream, Session session, Egress way) {
        return way.associate(session, Optional.of(Destination.udp(session.local())))
                .map(agent -> {
                    stream.send(TrunkAnswer.OK.encode());
                    DatagramFlow visitor = DatagramStream.over(stream, TrunkFraming.FRAMES);
                    DatagramPump.run(
                                    visitor,
                                    agent,
                                    visitor,
                                    target -> true,
                                    Duration.ZERO,
                                    session.trace().meter(),
                                    session.trace().paces())
                            .onComplete(v -> LOG.atDebug()
                                    .addKeyValue("sid", session.sid())
                                    .log("datagrams of another member's visitor ended"));
                    return null;
                });
    }
}
