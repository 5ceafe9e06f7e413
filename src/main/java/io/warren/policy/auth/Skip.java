package io.warren.policy.auth;

import io.vertx.core.Future;
import io.warren.net.IpSet;
import io.warren.spi.Authenticator;
import io.warren.spi.EndpointList;
import io.warren.spi.Session;
import io.warren.spi.Settings;
import java.util.Optional;

/** Clients that need not log in: {@code skipauth} in a handler's metadata, a list or comma separated text of IPs and CIDR blocks. */
public final class Skip implements Authenticator {
    private final Authenticator others;
    private final IpSet skipped;

    private Skip(Authenticator others, IpSet skipped) {
        this.others = others;
        this.skipped = skipped;
    }

    /** @return {@code authenticator} itself when the metadata skips nobody */
    public static Authenticator around(Authenticator authenticator, Settings handlerMetadata) {
        IpSet.Builder skipped = IpSet.builder();
        for (String text : handlerMetadata.texts("skipauth")) {
            for (String part : text.split(",", -1)) {
                if (!part.isBlank() && !skipped.add(part.trim())) {
                    handlerMetadata.warning("skipauth", "\"" + part.trim() + "\" is no IP or CIDR block: skips nobody");
                }
            }
        }
        IpSet set = skipped.build();
        return set.isEmpty() ? authenticator : new Skip(authenticator, set);
    }

    @Override
    public boolean needs(Session session) {
        return !skipped.contains(session.client()) && others.needs(session);
    }

    @Override
    public Optional<EndpointList> endpoints(String user) {
        return others.endpoints(user);
    }

    @Override
    public Future<String> authenticate(Session session, String user, String password) {
        return needs(session) ? others.authenticate(session, user, password) : Future.succeededFuture("");
    }
}
