package io.warren.transport.reverse;

import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.warren.net.Address;
import io.warren.net.Conduit;
import io.warren.net.DatagramFlow;
import io.warren.net.ProxyException;
import io.warren.net.UdpSessions;
import io.warren.spi.Destination;
import io.warren.spi.Door;
import io.warren.spi.Egress;
import io.warren.spi.Inbound;
import io.warren.spi.Listener;
import io.warren.spi.Network;
import io.warren.spi.Scope;
import io.warren.spi.Session;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A port at the far end of the listener's chain. The service starts whether or not the far end can be reached; what is lost is asked for again for
 * ever, over whatever nodes the chain then chooses.
 */
final class ReverseListener extends VerticleBase implements Listener {
    private static final Logger LOG = LoggerFactory.getLogger("reverse");

    private enum State {
        STARTING,
        BOUND,
        FAILING,
        RETIRED
    }

    private final Scope scope;
    private final Network network;
    private final UdpSessions.Options sessions;
    private final Backoff backoff = new Backoff(ThreadLocalRandom.current());
    private final Set<Conduit> peers = new HashSet<>();

    private Destination place;
    private Door door;
    private Consumer<Inbound> arrivals;
    private State state = State.STARTING;
    private Egress.Binding binding;
    private boolean served;
    private long timer = -1;

    /** @param sessions how visitors are told apart whose datagrams come in one flow */
    ReverseListener(Scope scope, Network network, UdpSessions.Options sessions) {
        this.scope = scope;
        this.network = network;
        this.sessions = sessions;
    }

    @Override
    public boolean perLoop() {
        return false;
    }

    @Override
    public Future<Address> listen(Address address, Door before, Consumer<Inbound> consumer) {
        place = new Destination(network, address);
        door = before;
        arrivals = consumer;
        bind();
        return Future.succeededFuture(address);
    }

    private void bind() {
        timer = -1;
        if (state == State.RETIRED) {
            return;
        }
        served = false;
        Session session = Session.of(scope.service(), Address.NONE, Address.NONE);
        scope.egress()
                .bind(session, place, peer -> arrived(peer))
                .onSuccess(this::bound)
                .onFailure(this::failed);
    }

    private void bound(Egress.Binding made) {
        if (state == State.RETIRED) {
            made.release();
            return;
        }
        binding = made;
        backoff.reset();
        if (state != State.BOUND) {
            state = State.BOUND;
            LOG.atInfo()
                    .addKeyValue("service", scope.service())
                    .addKeyValue("bind", place)
                    .addKeyValue("address", made.address())
                    .log("bound at the far end");
        }
        made.ended().onComplete(end -> {
            binding = null;
            // A place for one visitor only is asked for again at once: the next one waits.
            if (end.succeeded() && served) {
                bind();
            } else {
                failed(
                        end.succeeded()
                                ? ProxyException.upstream(ProxyException.Kind.CLOSED, "closed by the far end")
                                : end.cause());
            }
        });
    }

    private void failed(Throwable cause) {
        if (state == State.RETIRED) {
            return;
        }
        Duration wait = backoff.next();
        if (state != State.FAILING) {
            state = State.FAILING;
            LOG.atWarn()
                    .addKeyValue("service", scope.service())
                    .addKeyValue("bind", place)
                    .log("not bound, asking again until it is: {}", cause.getMessage());
        } else {
            LOG.atDebug()
                    .addKeyValue("service", scope.service())
                    .addKeyValue("bind", place)
                    .log("still not bound, next attempt in {} ms: {}", wait.toMillis(), cause.getMessage());
        }
        timer = vertx.setTimer(wait.toMillis(), t -> bind());
    }

    private void arrived(Inbound peer) {
        if (peer.conduit() instanceof DatagramFlow everybody
                && peer.session().client().equals(Address.NONE)) {
            Address local = peer.session().local();
            UdpSessions.over(
                    everybody,
                    sessions,
                    flow -> visited(new Inbound(Session.of(scope.service(), flow.remote(), local), flow)));
        } else {
            served = true;
            visited(peer);
        }
    }

    private void visited(Inbound peer) {
        if (state == State.RETIRED) {
            peer.conduit().close();
            return;
        }
        door.admit(peer).onSuccess(admitted -> {
            Conduit conduit = peer.conduit();
            peers.add(conduit);
            conduit.closed().onComplete(v -> left(conduit));
            arrivals.accept(admitted);
        });
    }

    private void left(Conduit conduit) {
        peers.remove(conduit);
        releaseUnused();
    }

    private void releaseUnused() {
        // Peers may live on what carries the binding.
        if (state == State.RETIRED && peers.isEmpty() && binding != null) {
            Egress.Binding unused = binding;
            binding = null;
            unused.release();
        }
    }

    @Override
    public Future<Void> retire() {
        state = State.RETIRED;
        if (timer >= 0) {
            vertx.cancelTimer(timer);
        }
        releaseUnused();
        return Future.succeededFuture();
    }

    @Override
    public Future<?> stop() {
        Future<Void> retired = retire();
        Set.copyOf(peers).forEach(Conduit::close);
        if (binding != null) {
            binding.release();
        }
        return retired;
    }
}
