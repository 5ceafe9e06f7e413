package io.warren.route;

import io.vertx.core.Future;
import io.warren.net.Address;
import io.warren.spi.HostMapper;
import io.warren.spi.Resolver;
import io.warren.spi.Session;
import java.net.InetAddress;
import java.util.Optional;

/** Replaces a name by its address where a table of hosts or a resolver is configured; without them the name travels on. */
final class Resolution {
    private Resolution() {}

    /** @return fails with RESOLVE when a resolver knows no address */
    static Future<Address> resolve(
            Session session, Address address, Optional<HostMapper> hosts, Optional<Resolver> resolver) {
        if (address.isIp() || address.host().isEmpty() || address.isUnix()) {
            return Future.succeededFuture(address);
        }
        Optional<InetAddress> mapped = hosts.flatMap(table -> table.map(address.host()));
        if (mapped.isPresent()) {
            return Future.succeededFuture(address.withHost(mapped.get().getHostAddress()));
        }
        return resolver.isEmpty()
                ? Future.succeededFuture(address)
                : resolver.get().resolve(session, address.host()).map(ip -> address.withHost(ip.getHostAddress()));
    }
}
