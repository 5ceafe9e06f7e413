package io.warren.service;

import io.warren.net.Pace;
import io.warren.net.Paces;
import io.warren.net.Rate;
import io.warren.net.SteadyPace;
import io.warren.spi.Endpoint;
import io.warren.spi.Offer;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** What operators have said about endpoints and agents. Names are those of {@link Endpoint#toString} and {@link Registrant#agent}. Any thread. */
public final class Restrictions {
    private record Share(String endpoint, String agent) {}

    /** Kept when it is taken away, so that connections which have it are free at once and limited again with the next. */
    private record Limit(Rate in, Rate out, SteadyPace fromVisitors, SteadyPace toVisitors) {
        static Limit free() {
            Rate in = new Rate();
            Rate out = new Rate();
            return new Limit(in, out, new SteadyPace(in), new SteadyPace(out));
        }

        Paces paces() {
            return new Paces(in.isFree() ? Pace.FREE : fromVisitors, out.isFree() ? Pace.FREE : toVisitors);
        }
    }

    private final Set<String> disabled = ConcurrentHashMap.newKeySet();
    private final Map<String, Instant> bans = new ConcurrentHashMap<>();
    private final Map<Share, Integer> weights = new ConcurrentHashMap<>();
    private final Map<String, Limit> limits = new ConcurrentHashMap<>();

    /** Refuses the endpoint's visitors from now on, or lets them in again. */
    public void disable(String endpoint, boolean off) {
        if (off) {
            disabled.add(endpoint);
        } else {
            disabled.remove(endpoint);
        }
    }

    public boolean isDisabled(String endpoint) {
        return disabled.contains(endpoint);
    }

    boolean isDisabled(Endpoint endpoint) {
        return !disabled.isEmpty() && isDisabled(endpoint.toString());
    }

    /** Lets the agent publish nothing until then. */
    public void ban(String agent, Instant until) {
        bans.put(agent, until);
    }

    public void unban(String agent) {
        bans.remove(agent);
    }

    /** Until when; empty when it may publish. */
    Optional<Instant> banned(String agent) {
        Instant until = bans.get(agent);
        if (until != null && until.isBefore(Instant.now())) {
            bans.remove(agent, until);
            return Optional.empty();
        }
        return Optional.ofNullable(until);
    }

    /** @param weight in place of what the agent asks for; 0: what it asks for */
    public void weigh(String endpoint, String agent, int weight) {
        if (weight == 0) {
            weights.remove(new Share(endpoint, agent));
        } else {
            weights.put(new Share(endpoint, agent), weight);
        }
    }

    /**
     * How fast all visitors of the endpoint together may be served by this process. Those who came while there was no limit stay without one.
     *
     * @param in bytes a second from them; 0: no limit
     * @param out bytes a second to them; 0: no limit
     */
    public void limit(String endpoint, long in, long out) {
        Limit limit = limits.computeIfAbsent(endpoint, e -> Limit.free());
        limit.in().set((double) in, 0);
        limit.out().set((double) out, 0);
    }

    /** Bytes a second from and to the endpoint's visitors; 0 = no limit. */
    public long[] limited(String endpoint) {
        Limit limit = limits.get(endpoint);
        return limit == null
                ? new long[] {0, 0}
                : new long[] {(long) limit.in().perSecond(), (long) limit.out().perSecond()};
    }

    Paces limit(Endpoint endpoint) {
        Limit limit = limits.isEmpty() ? null : limits.get(endpoint.toString());
        return limit == null ? Paces.FREE : limit.paces();
    }

    /** The offer that counts. */
    Offer weighed(Endpoint endpoint, String agent, Offer offer) {
        Integer weight = weights.isEmpty() ? null : weights.get(new Share(endpoint.toString(), agent));
        return weight == null ? offer : offer.weighing(weight);
    }
}
