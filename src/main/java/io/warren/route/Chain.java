package io.warren.route;

import io.vertx.core.Future;
import io.warren.net.DatagramFlow;
import io.warren.net.ProxyException;
import io.warren.net.Stream;
import io.warren.relay.Direct;
import io.warren.spi.Destination;
import io.warren.spi.Egress;
import io.warren.spi.Inbound;
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

    public Chain(String name, List<Hop> hops) {
        this.name = name;
        this.hops = List.copyOf(hops);
    }

    @Override
    public Future<Stream> connect(Session session, Destination target) {
        return route(session, target).connect(session, target);
    }

    @Override
    public Future<DatagramFlow> associate(Session session, Optional<Destination> target) {
        Destination any = Destination.udp(io.warren.net.Address.NONE);
        return route(session, target.orElse(any)).associate(session, target);
    }

    @Override
    public Future<Binding> bind(Session session, Destination local, Consumer<Inbound> peers) {
        Egress route = route(session, local);
        // A port that was meant for the far end must not open here.
        return route instanceof Direct
                ? Future.failedFuture(
                        ProxyException.upstream(ProxyException.Kind.UNREACHABLE, "chain " + name + ": empty route"))
                : route.bind(session, local, peers);
    }

    /** The fold: each selected node over the way before it. */
    private Egress route(Session session, Destination target) {
        Egress way = Direct.EGRESS;
        StringBuilder text = new StringBuilder();
        for (Hop hop : hops) {
            Optional<Node> node = hop.select(session, target);
            if (node.isEmpty()) {
                break;
            }
            way = new Via(node.get(), way);
            text.append(text.isEmpty() ? "" : ">").append(node.get().name());
        }
        session.trace().route(text.toString());
        return way;
    }
}
