package io.warren.policy.limit;

import io.warren.net.Address;
import io.warren.net.Conduit;
import io.warren.net.Paces;
import io.warren.net.ProxyException;
import io.warren.spi.Limits;
import java.util.Optional;

/** The limiters that one service refers to. Any thread. */
public final class ServiceLimits implements Limits {
    /** What of a traffic limiter counts for a service. */
    public enum Scope {
        /** Everything. */
        ALL,
        /** What is about all connections together. */
        SERVICE,
        /** What is about one connection or client. */
        CONN
    }

    private final Optional<TrafficLimiter> traffic;
    private final Scope scope;
    private final Optional<ConnectionLimiter> connections;
    private final Optional<RequestLimiter> requests;

    private ServiceLimits(
            Optional<TrafficLimiter> traffic,
            Scope scope,
            Optional<ConnectionLimiter> connections,
            Optional<RequestLimiter> requests) {
        this.traffic = traffic;
        this.scope = scope;
        this.connections = connections;
        this.requests = requests;
    }

    /** Those together; {@link Limits#NONE} when there is none. */
    public static Limits of(
            Optional<TrafficLimiter> traffic,
            Scope scope,
            Optional<ConnectionLimiter> connections,
            Optional<RequestLimiter> requests) {
        boolean none = traffic.isEmpty() && connections.isEmpty() && requests.isEmpty();
        return none ? NONE : new ServiceLimits(traffic, scope, connections, requests);
    }

    @Override
    public Optional<ProxyException> connection(Address client, Conduit conduit) {
        return connections.flatMap(limiter -> limiter.admit(client, conduit));
    }

    @Override
    public Optional<ProxyException> request(Address client) {
        return requests.flatMap(limiter -> limiter.admit(client));
    }

    @Override
    public Paces stream(Address client) {
        Paces own = scope == Scope.SERVICE
                ? Paces.FREE
                : traffic.map(limiter -> limiter.connection(client)).orElse(Paces.FREE);
        return datagrams(client).and(own);
    }

    /** Of datagrams gost limits those of the whole service only. */
    @Override
    public Paces datagrams(Address client) {
        return scope == Scope.CONN
                ? Paces.FREE
                : traffic.map(TrafficLimiter::all).orElse(Paces.FREE);
    }
}
