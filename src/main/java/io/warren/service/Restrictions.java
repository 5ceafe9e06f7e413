package io.warren.service;

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

    private final Set<String> disabled = ConcurrentHashMap.newKeySet();
    private final Map<String, Instant> bans = new ConcurrentHashMap<>();
    private final Map<Share, Integer> weights = new ConcurrentHashMap<>();

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

    /** The offer that counts. */
    Offer weighed(Endpoint endpoint, String agent, Offer offer) {
        Integer weight = weights.isEmpty() ? null : weights.get(new Share(endpoint.toString(), agent));
        return weight == null ? offer : offer.weighing(weight);
    }
}
