package io.warren.route;

import io.warren.spi.Bypass;
import io.warren.spi.Destination;
import io.warren.spi.Session;
import java.util.List;
import java.util.Optional;

/**
 * One step of a chain: several nodes, of which each connection takes one. On one event loop; the selection and the nodes' rules are shared.
 *
 * @param bypass destinations for which the chain ends before this hop
 */
public record Hop(String name, List<Node> nodes, Selection selection, Bypass bypass) {
    Optional<Node> select(Session session, Destination target) {
        return bypass.matches(target)
                ? Optional.empty()
                : selection
                        .select(
                                nodes,
                                node -> node.takes(session, target)
                                        && !session.trace().avoided().contains(node.name()),
                                session)
                        .or(() -> selection.select(nodes, node -> node.takes(session, target), session));
    }
}
