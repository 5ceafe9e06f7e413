package io.warren.route;

import io.vertx.core.Future;
import io.warren.net.Address;
import io.warren.net.DatagramFlow;
import io.warren.net.Histogram;
import io.warren.net.ProxyException;
import io.warren.net.Stream;
import io.warren.net.Vigil;
import io.warren.relay.Direct;
import io.warren.spi.Destination;
import io.warren.spi.Egress;
import io.warren.spi.Inbound;
import io.warren.spi.Session;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;

/** A node over another way out. Marks the node when it cannot be reached or refuses our handshake; what it says of the target marks nobody. */
final class Via implements Egress {
    private final Node node;
    private final Egress below;
    private final Optional<Histogram> durations;

    Via(Node node, Egress below) {
        this(node, below, Optional.empty());
    }

    /** @param durations of dialling and greeting the node */
    Via(Node node, Egress below, Histogram durations) {
        this(node, below, Optional.of(durations));
    }

    private Via(Node node, Egress below, Optional<Histogram> durations) {
        this.node = node;
        this.durations = durations;
        Egress dialled = below instanceof Direct ? new Direct(node.dial()) : below;
        this.below = node.rules().proxyProtocol() > 0
                ? new Prefaced(dialled, node.rules().proxyProtocol())
                : dialled;
    }

    @Override
    public Future<Stream> connect(Session session, Destination target) {
        Optional<Egress> instead = node.connector().instead();
        return instead.isPresent()
                ? instead.get().connect(session, target)
                : use(session, carrier -> node.connector().connect(session, carrier, target));
    }

    @Override
    public Future<DatagramFlow> associate(Session session, Optional<Destination> target) {
        Optional<Egress> instead = node.connector().instead();
        return instead.isPresent()
                ? instead.get().associate(session, target)
                : use(session, carrier -> node.connector().associate(session, carrier, target, node.address(), below));
    }

    @Override
    public Future<Binding> bind(Session session, Destination local, Consumer<Inbound> peers) {
        Optional<Egress> instead = node.connector().instead();
        return instead.isPresent()
                ? instead.get().bind(session, local, peers)
                : use(
                        session,
                        carrier -> node.connector()
                                .bind(session, carrier, local, peers)
                                .onSuccess(bound -> Vigil.keep(carrier)));
    }

    private <T> Future<T> use(Session session, Function<Stream, Future<T>> request) {
        return carrier(session)
                .compose(carrier -> request.apply(carrier).recover(e -> {
                    carrier.close();
                    return Future.failedFuture(upstream(e));
                }));
    }

    private Future<Stream> carrier(Session session) {
        long start = durations.isPresent() ? System.nanoTime() : 0;
        return address(session)
                .compose(address -> node.dialer().dial(session, address, below))
                .compose(stream -> node.connector().handshake(session, stream).onFailure(e -> stream.close()))
                .onSuccess(ready -> {
                    node.marker().succeeded();
                    durations.ifPresent(all -> all.add(System.nanoTime() - start));
                })
                .recover(e -> {
                    ProxyException why = upstream(e);
                    // An earlier node that failed has been marked by its own Via.
                    if (why.node().isEmpty()) {
                        node.marker().failed();
                    }
                    return Future.failedFuture(why.atNode(node.name()));
                });
    }

    private static ProxyException upstream(Throwable e) {
        return ProxyException.from(e).asUpstream();
    }

    private Future<Address> address(Session session) {
        return Resolution.resolve(
                session, node.address(), node.rules().hosts(), node.rules().resolver());
    }
}
