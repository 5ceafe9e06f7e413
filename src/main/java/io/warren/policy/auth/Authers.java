package io.warren.policy.auth;

import io.vertx.core.Future;
import io.warren.net.ProxyException;
import io.warren.spi.Authenticator;
import io.warren.spi.EndpointList;
import io.warren.spi.Session;
import java.util.List;
import java.util.Optional;

/** Several authenticators of which the first that lets a user in counts. */
public final class Authers {
    private Authers() {}

    /** @param all in the order of asking, never empty: an empty list would let everybody or nobody in, which is for the caller to say */
    public static Authenticator firstOf(List<Authenticator> all) {
        if (all.isEmpty()) {
            throw new IllegalArgumentException("no authenticators (expected: at least one)");
        }
        List<Authenticator> authenticators = List.copyOf(all);
        return authenticators.size() == 1 ? authenticators.get(0) : new First(authenticators);
    }

    private record First(List<Authenticator> all) implements Authenticator {
        @Override
        public Future<String> authenticate(Session session, String user, String password) {
            return ask(all, 0, session, user, password);
        }

        @Override
        public Optional<EndpointList> endpoints(String user) {
            return all.stream().flatMap(one -> one.endpoints(user).stream()).findFirst();
        }
    }

    private static Future<String> ask(List<Authenticator> all, int at, Session session, String user, String password) {
        Future<String> answer = all.get(at).authenticate(session, user, password);
        return at + 1 == all.size()
                ? answer
                : answer.recover(e -> e instanceof ProxyException ? ask(all, at + 1, session, user, password) : answer);
    }
}
