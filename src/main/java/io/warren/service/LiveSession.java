package io.warren.service;

import io.warren.net.Address;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * A session that is going on, as it was at one moment.
 *
 * @param kind what its client asked for; {@link Kind#OPEN} until it has, and as long as its handler serves its requests by itself
 * @param user empty when nobody logged in
 * @param target empty until it is known; of a connection with several requests, that of the latest
 * @param route the chain nodes, {@code a > b}; empty when dialled directly
 * @param in bytes from the client so far
 * @param out bytes to the client so far
 * @param inRate bytes per second from the client since the view before this one
 * @param outRate bytes per second to the client likewise
 * @param roundTrip to the client's host, of an agent's session where the system tells
 */
public record LiveSession(
        String sid,
        String service,
        Kind kind,
        Instant start,
        Address client,
        String user,
        String target,
        String route,
        long in,
        long out,
        double inRate,
        double outRate,
        Optional<Duration> roundTrip) {
    /** What a session is for. */
    public enum Kind {
        OPEN,
        CONNECT,
        ASSOCIATE,
        BIND
    }
}
