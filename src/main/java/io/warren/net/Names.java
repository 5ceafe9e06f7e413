package io.warren.net;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Names of hosts as the system knows them. */
public final class Names {
    private static final Path OWN = Path.of("/proc/sys/kernel/hostname");

    private Names() {}

    /** What this machine calls itself, without asking the resolver, which may take its time. */
    public static Optional<String> own() {
        try {
            return Optional.of(Files.readString(OWN).strip());
        } catch (IOException noLinux) {
            return Optional.ofNullable(System.getenv("HOSTNAME"))
                    .or(() -> Optional.ofNullable(System.getenv("COMPUTERNAME")));
        }
    }

    /** On a worker thread: all addresses of {@code host}, in the system's order, never empty; fails with RESOLVE. */
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
