package io.warren.route;

import io.warren.spi.Bypass;
import io.warren.spi.HostMapper;
import io.warren.spi.Resolver;
import java.util.Optional;

/**
 * What all event loops share of a node.
 *
 * @param bypass destinations that do not go over this node
 * @param matcher destinations that do
 * @param hosts resolves the node's own address, before {@code resolver}
 * @param proxyProtocol 1 or 2: the node is first sent a PROXY header of that version; 0: none
 */
public record NodeRules(
        Marker marker,
        int weight,
        boolean backup,
        int priority,
        Bypass bypass,
        Matcher matcher,
        Optional<HostMapper> hosts,
        Optional<Resolver> resolver,
        int proxyProtocol) {}
