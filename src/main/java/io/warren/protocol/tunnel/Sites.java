package io.warren.protocol.tunnel;

import io.vertx.core.Future;
import io.warren.net.ProxyException;
import io.warren.net.Stream;
import io.warren.spi.Destination;
import io.warren.spi.Directory;
import io.warren.spi.Egress;
import io.warren.spi.Ingress;
import io.warren.spi.Session;
import io.warren.spi.TunnelId;
import java.util.Optional;

/** Every host is reached through the tunnel that the ingress says, unless that is a private one. */
record Sites(Directory directory, Optional<Ingress> ingress) implements Egress {
    @Override
    public Future<Stream> connect(Session session, Destination target) {
        try {
            TunnelId tunnel = find(target.address().host());
            session.trace().route(tunnel.endpoint(false).toString());
            return directory.to(tunnel.endpoint(false)).connect(session, target);
        } catch (ProxyException e) {
            return Future.failedFuture(e);
        }
    }

    /** @throws ProxyException RESOLVE when there is no rule for it, DENIED when its tunnel is private */
    TunnelId find(String host) {
        TunnelId tunnel = ingress.flatMap(rules -> rules.find(host))
                .orElseThrow(() -> ProxyException.of(
                        ProxyException.Kind.RESOLVE,
                        ProxyException.Side.CLIENT,
                        "no tunnel serves host \"" + host + "\""));
        if (tunnel.hidden()) {
            throw ProxyException.denied("the tunnel of host \"" + host + "\" is private");
        }
        return tunnel;
    }
}
