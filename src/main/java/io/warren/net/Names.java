package io.warren.net;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;

/** The system's name resolution, on a worker thread. */
public final class Names {
    private Names() {}

    /** All addresses of {@code host}, in the system's order, never empty; fails with RESOLVE. */
    public static Future<List<InetAddress>> resolve(Vertx vertx, String host) {
        Address literal = Address.of(host, 0);
        if (literal.isIp()) {
            return Future.succeededFuture(List.of(literal.ip()));
        }
        return vertx.executeBlocking(() -> lookUp(host), false);
    }

    private static List<InetAddress> lookUp(String host) {
        try {
            return List.of(InetAddress.getAllByName(host));
        } catch (UnknownHostException e) {
            throw ProxyException.upstream(ProxyException.Kind.RESOLVE, "no address for " + host);
        }
    }
}
