package io.warren.spi;

import java.util.Optional;

/**
 * The terms on which an agent serves an endpoint.
 *
 * @param user who claims it; another user's claim is refused
 * @param agent identity of a Warren agent, as {@link Agent#toString} writes it
 * @param weight for choosing among several agents, 1 and up; {@link #FIRST} = before all lighter ones
 * @param uses how many visitors it takes: 1 for a plain SOCKS5 BIND, {@link #ANY} otherwise
 * @param reach how far it is announced
 */
public record Offer(Optional<String> user, Optional<String> agent, int weight, int uses, Reach reach) {
    public static final int ANY = Integer.MAX_VALUE;

    /** The weight of who takes everything, as long as it can. */
    public static final int FIRST = 255;

    /** How far a registration is announced. */
    public enum Reach {
        MEMBER,
        CLUSTER
    }

    public static Offer of(Session session, Reach reach) {
        String user = session.trace().user();
        Optional<String> agent =
                session.trace().login().map(login -> login.agent().toString());
        return new Offer(user.isEmpty() ? Optional.empty() : Optional.of(user), agent, 1, ANY, reach);
    }

    /** @param share 1 and up */
    public Offer weighing(int share) {
        return new Offer(user, agent, share, uses, reach);
    }

    /** The same for what belongs to somebody else than the user who logged in. */
    public Offer ownedBy(String owner) {
        return new Offer(Optional.of(owner), agent, weight, uses, reach);
    }

    /** The same for one visitor only. */
    public Offer once() {
        return new Offer(user, agent, weight, 1, reach);
    }
}
