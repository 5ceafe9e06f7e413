package io.warren.spi;

import io.warren.net.Conduit;
import io.warren.net.DatagramFlow;
import io.warren.net.Stream;
import java.time.Duration;
import java.util.Optional;

/** What a client asked for: one of the three commands of RFC 1928, or nothing more because the handler answered by itself. */
public sealed interface Intent {
    Session session();

    /**
     * A stream to {@code target}.
     *
     * @param client the client's stream behind its request
     * @param idle silence in both directions that ends it; zero = none
     * @param proxyProtocol 1 or 2: the target is first sent a PROXY header of that version; 0: none
     * @param through the endpoint whose agent reaches the target; empty = the service's own way out
     */
    record Connect(
            Session session,
            Destination target,
            Stream client,
            Reply reply,
            Duration idle,
            int proxyProtocol,
            Optional<Endpoint> through)
            implements Intent {
        public Connect(
                Session session, Destination target, Stream client, Reply reply, Duration idle, int proxyProtocol) {
            this(session, target, client, reply, idle, proxyProtocol, Optional.empty());
        }

        public static Connect to(Session session, Destination target, Stream client, Reply reply) {
            return new Connect(session, target, client, reply, Duration.ZERO, 0);
        }

        public Connect idleAfter(Duration time) {
            return new Connect(session, target, client, reply, time, proxyProtocol, through);
        }

        public Connect through(Endpoint endpoint) {
            return new Connect(session, target, client, reply, idle, proxyProtocol, Optional.of(endpoint));
        }
    }

    /**
     * Datagrams to {@code target}, or, when empty, to wherever each of the client's datagrams is addressed.
     *
     * @param client the client's datagrams; without a fixed target, the address of each is the destination (from the client) or the source (to it)
     * @param control ends the association when it ends; the flow itself when the protocol has no other
     * @param idle silence that ends it; zero = none
     * @param through the endpoint whose agent reaches the target; empty = the service's own way out
     */
    record Associate(
            Session session,
            Optional<Destination> target,
            DatagramFlow client,
            Conduit control,
            Reply reply,
            Duration idle,
            Optional<Endpoint> through)
            implements Intent {
        public Associate(
                Session session,
                Optional<Destination> target,
                DatagramFlow client,
                Conduit control,
                Reply reply,
                Duration idle) {
            this(session, target, client, control, reply, idle, Optional.empty());
        }

        public Associate through(Endpoint endpoint) {
            return new Associate(session, target, client, control, reply, idle, Optional.of(endpoint));
        }
    }

    /**
     * A place where others can reach the client.
     *
     * @param local where; port 0 = any
     * @param back the way to the client: one {@code connect} or {@code associate} for each visitor; usable as soon as {@code reply} was given
     * @param control ends the binding when it ends
     */
    record Bind(Session session, Destination local, Offer offer, Egress back, Conduit control, Reply reply)
            implements Intent {}

    /** Nothing more to do. */
    record Served(Session session) implements Intent {}
}
