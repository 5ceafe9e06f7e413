package io.warren.policy.auth;

import io.vertx.core.Future;
import io.warren.net.ProxyException;
import io.warren.spi.Authenticator;
import io.warren.spi.Session;
import java.util.List;

/** Several authenticators of which the first that lets a user in counts. */
public final class Authers {
    private Authers() {}

    /** @param all in the order of asking, never empty: an empty list would let everybody or nobody in, which is for the caller to say */
    public static Authenticator firstOf(List<Authenticator> all) {
        if (all.isEmpty()) {
            throw new IllegalArgumentException("no authenticators (expected: at least one)");
        }
        List<Authenticator> authenticators = List.copyOf(all);
        return authenticators.size() == 1
                ? authenticators.get(0)
                : (session, user, password) -> ask(authenticators, 0, session, user, password);
    }

    private static Future<String> ask(List<Authenticator> all, int at, Session session, String user, String password) {
        Future<String> answer = all.get(at).authenticate(session, user, password);
        return at + 1 == all.size()
                ? answer
                : answer.recover(e -> e instanceof ProxyException ? ask(all, at + 1, session, user, password) : answer);
    }
}
