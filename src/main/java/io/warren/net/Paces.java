package io.warren.net;

import java.util.List;
import java.util.stream.Stream;

/** How fast a client's bytes go in both directions. */
public record Paces(Pace fromClient, Pace toClient) {
    /** No limit. */
    public static final Paces FREE = new Paces(Pace.FREE, Pace.FREE);

    /** Whether neither direction is limited. */
    public boolean isFree() {
        return fromClient == Pace.FREE && toClient == Pace.FREE;
    }

    /** The same, as the other end sees it. */
    public Paces reversed() {
        return new Paces(toClient, fromClient);
    }

    /** Both limits at once. */
    public Paces and(Paces other) {
        return isFree()
                ? other
                : other.isFree()
                        ? this
                        : new Paces(slower(fromClient, other.fromClient), slower(toClient, other.toClient));
    }

    private static Pace slower(Pace one, Pace other) {
        List<Pace> limited =
                Stream.of(one, other).filter(pace -> pace != Pace.FREE).toList();
        return Pace.slowestOf(limited);
    }
}
