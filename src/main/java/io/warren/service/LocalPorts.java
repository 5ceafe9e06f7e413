package io.warren.service;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.warren.net.Address;
import io.warren.spi.Egress;
import io.warren.spi.Endpoint;
import io.warren.spi.Network;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** Where the visitors' ports of this process are, and which of them may be opened at the moment. Any thread. */
final class LocalPorts {
    /** Of what has a name instead: its visitors come by way of handlers. */
    static final Endpoints.Port NONE = new Endpoints.Port() {
        @Override
        public Address address() {
            return Address.NONE;
        }

        @Override
        public Future<Void> close() {
            return Future.succeededFuture();
        }
    };

    private final Endpoints.Ports ports;
    private final Optional<String> bindHost;
    /** Ports that are on their way to be closed: whoever wants one again at once waits for that. */
    private final Map<Endpoint, Future<Void>> closings = new ConcurrentHashMap<>();

    private volatile boolean shut;

    /** @param bindHost stands for every wildcard host */
    LocalPorts(Endpoints.Ports ports, Optional<String> bindHost) {
        this.ports = ports;
        this.bindHost = bindHost;
    }

    /** What the cluster calls a port. */
    Endpoint endpoint(Network network, Address address) {
        boolean everywhere =
                address.isWildcard() || bindHost.filter(address.host()::equals).isPresent();
        return new Endpoint(network, everywhere ? ":" + address.port() : address.toString());
    }

    /** Where this process listens for it. */
    private Address local(Address address) {
        return address.isWildcard() ? address.withHost(bindHost.orElse("")) : address;
    }

    /** Opens a port whose number the system picks. */
    Future<Endpoints.Port> openAny(Context context, Network network, Address address, Egress way) {
        return ports.open(context, network, local(address), way);
    }

    /** Opens the port of {@code endpoint}, once it is free; {@link #NONE} when there is to be none. */
    Future<Endpoints.Port> open(Context context, Endpoint endpoint, Egress way) {
        return closings.getOrDefault(endpoint, Future.succeededFuture())
                .compose(v -> endpoint.isNamed() || shut
                        ? Future.succeededFuture(NONE)
                        : ports.open(context, endpoint.network(), local(Address.parse(endpoint.name())), way));
    }

    /** Closes one, and lets who wants it again wait for that. */
    void close(Endpoint endpoint, Future<Endpoints.Port> port) {
        Promise<Void> closed = Promise.promise();
        closings.put(endpoint, closed.future());
        port.compose(Endpoints.Port::close).onComplete(v -> {
            closings.remove(endpoint, closed.future());
            closed.complete();
        });
    }

    boolean isShut() {
        return shut;
    }

    /** From now on none is opened, or they are again. */
    void shut(boolean now) {
        shut = now;
    }
}
