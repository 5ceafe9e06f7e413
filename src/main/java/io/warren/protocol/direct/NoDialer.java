package io.warren.protocol.direct;

import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.warren.net.Address;
import io.warren.net.ProxyException;
import io.warren.net.Stream;
import io.warren.spi.Dialer;
import io.warren.spi.Egress;
import io.warren.spi.Session;

/** Goes with the connector of the same name, which needs no carrier; another connector cannot work with it. */
final class NoDialer extends VerticleBase implements Dialer {
    @Override
    public Future<Stream> dial(Session session, Address node, Egress below) {
        return Future.failedFuture(ProxyException.upstream(
                ProxyException.Kind.UNSUPPORTED, "a direct node has no carrier (expected: connector direct)"));
    }
}
