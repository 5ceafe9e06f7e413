package io.warren.route;

import io.vertx.core.Future;
import io.warren.net.DatagramFlow;
import io.warren.net.ProxyException;
import io.warren.net.Stream;
import io.warren.relay.Direct;
import io.warren.spi.Destination;
import io.warren.spi.Egress;
import io.warren.spi.Inbound;
import io.warren.spi.Notes;
import io.warren.spi.Session;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * A way out over one node of each hop. A hop that selects nothing ends the route before it, so a bypassed or unmatched destination is reached by what
 * comes before, in the end directly: gost's users rely on it. On one event loop.
 */
public final class Chain implements Egress {
    private final String name;
    private final List<Hop> hops;
    private final Optional<Connects> connects;

    public Chain(String name, List<Hop> hops) {
        this(name, hops, Optional.empty());
    }

    /** @param connects where monitoring counts, when it does */
    public Chain(String name, List<Hop> hops, Optional<Connects> connects) {
        this.name = name;
        this.hops = List.copyOf(hops);
        this.connects = connects;
    }

    /** The selected nodes folded, and what is counted of the first one. */
    private record Route(Egress egress, Optional<Connects.Sums> first) {
        <T> Future<T> watch(Future<T> use) {
            return first.isEmpty()
                    ? use
                    : use.onFailure(e -> {
                        if (ProxyException.from(e).node().isPresent()) {
                            Connects.failed(first.get());
                        }
                    });
        }
    }

    @Override
    public Future<Stream> connect(Session session, Destination target) {
        Route route = route(session, target);
        return route.watch(route.egress().connect(session, target));
    }

    @Override
    public Future<DatagramFlow> associate(Session session, Optional<Destination> target) {
        Route route = route(session, target.orElse(Destination.udp(io.warren.net.Address.NONE)));
        return route.watch(route.egress().associate(session, target));
    }

    @Override
    public Future<Binding> bind(Session session, Destination local, Consumer<Inbound> peers) {
        Route route = route(session, local);
        // A port that was meant for the far end must not open here.
        return route.egress() instanceof Direct
                ? Future.failedFuture(
                        ProxyException.upstream(ProxyException.Kind.UNREACHABLE, "chain " + name + ": empty route"))
                : route.watch(route.egress().bind(session, local, peers));
    }

    /** The fold: each selected node over the way before it. */
    private Route route(Session session, Destination target) {
        Egress way = Direct.EGRESS;
        Optional<Connects.Sums> first = Optional.empty();
        StringBuilder text = new StringBuilder();
        session.trace().notes().ifPresent(Notes::choosing);
        for (Hop hop : hops) {
            Optional<Node> node = hop.select(session, target);
            if (node.isEmpty()) {
                break;
            }
            if (way instanceof Direct && connects.isPresent()) {
                first = Optional.of(connects.get().of(name, node.get().name()));
                way = new Via(node.get(), way, first.get().durations());
            } else {
                way = new Via(node.get(), way);
            }
            text.append(text.isEmpty() ? "" : ">").append(node.get().name());
            session.trace()
                    .notes()
                    .ifPresent(
                            notes -> notes.through(node.get().name(), node.get().address()));
        }
        session.trace().route(text.toString());
        return new Route(way, first);
    }
}
