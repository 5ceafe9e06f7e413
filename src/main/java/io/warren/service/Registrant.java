package io.warren.service;

import io.warren.spi.Agent;
import io.warren.spi.Endpoint;
import io.warren.spi.Offer;
import io.warren.spi.Session;

/**
 * An agent of this process that serves an endpoint.
 *
 * @param session in which it asked
 * @param asked its own terms
 * @param offer those that count
 * @param live visitors' streams that it has
 */
public record Registrant(Endpoint endpoint, Session session, Offer asked, Offer offer, int live) {
    /** What an agent is called, whenever it logs in: by its own name, else by its user and host, which is all that is known of it. */
    public static String agent(Session session, Offer offer) {
        return offer.agent()
                .flatMap(Agent::parse)
                .map(Agent::name)
                .orElseGet(
                        () -> offer.user().orElse("-") + "@" + session.client().host());
    }

    public String agent() {
        return agent(session, asked);
    }
}
