package io.warren.transport.reverse;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.warren.net.Address;
import io.warren.net.DatagramFlow;
import io.warren.net.UdpSessions;
import io.warren.spi.Agent;
import io.warren.spi.Destination;
import io.warren.spi.Door;
import io.warren.spi.Egress;
import io.warren.spi.Eventually;
import io.warren.spi.Inbound;
import io.warren.spi.Listener;
import io.warren.spi.Login;
import io.warren.spi.Network;
import io.warren.spi.Scope;
import io.warren.spi.Session;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/**
 * A port at the far end of the listener's chain, or at several members of a cluster there. The service starts whether or not the far end can be reached;
 * what is lost is asked for again for ever, over whatever nodes the chain then chooses.
 */
final class ReverseListener extends VerticleBase implements Listener, Attachment.Owner {
    private static final String VERSION = Optional.ofNullable(
                    ReverseListener.class.getPackage().getImplementationVersion())
            .orElse("dev");

    private final Scope scope;
    private final Network network;
    private final ReverseOptions options;
    private final List<Attachment> attachments = new CopyOnWriteArrayList<>();

    private Destination place;
    private Door door;
    private Consumer<Inbound> arrivals;
    private String name = "";
    private long epoch;
    private boolean retired;

    ReverseListener(Scope scope, Network network, ReverseOptions options) {
        this.scope = scope;
        this.network = network;
        this.options = options;
    }

    @Override
    public boolean perLoop() {
        return false;
    }

    @Override
    public Optional<String> trouble() {
        List<Optional<String>> all =
                attachments.stream().map(Attachment::trouble).toList();
        return all.stream().allMatch(Optional::isPresent)
                ? all.stream().flatMap(Optional::stream).findFirst()
                : Optional.empty();
    }

    @Override
    public Future<Address> listen(Address address, Door before, Consumer<Inbound> consumer) {
        place = new Destination(network, address);
        door = before;
        arrivals = consumer;
        name = options.name(scope.service());
        attach();
        return Future.succeededFuture(address);
    }

    /** One after the other, so that each knows where those before it are. */
    private void attach() {
        if (attachments.size() < options.sessions() && !retired) {
            Attachment next = new Attachment(this, attachments.size(), place.toString());
            attachments.add(next);
            next.start();
        }
    }

    // --- for the attachments

    @Override
    public Session session() {
        return Session.of(scope.service(), Address.NONE, Address.NONE);
    }

    @Override
    public Future<Egress.Binding> bind(
            Session session, Attachment asking, Duration patience, Set<Place> others, Place at) {
        Set<String> members =
                others.stream().map(Place::member).flatMap(Optional::stream).collect(Collectors.toSet());
        session.trace().login(new Login(new Agent(name, asking.slot(), nextEpoch()), members, VERSION));
        Set<String> nodes = new HashSet<>(asking.failedNodes());
        others.forEach(other -> nodes.addAll(other.nodes()));
        session.trace().avoid(nodes);
        return Eventually.within(
                context, patience, "bind " + place, scope.egress().bind(session, place, peer -> arrived(at, peer)));
    }

    /** By the clock, so that it grows from one start to the next as well. */
    private long nextEpoch() {
        epoch = Math.max(epoch + 1, System.currentTimeMillis());
        return epoch;
    }

    @Override
    public Set<Place> others(Attachment than) {
        return attachments.stream()
                .filter(other -> other != than)
                .map(Attachment::current)
                .flatMap(Optional::stream)
                .collect(Collectors.toCollection(HashSet::new));
    }

    @Override
    public void bound() {
        attach();
    }

    @Override
    public void rename() {
        name = options.name(scope.service()) + "#"
                + Integer.toHexString(ThreadLocalRandom.current().nextInt(0x10000, 0x1000000));
    }

    @Override
    @CanIgnoreReturnValue
    public long timer(Duration wait, Runnable then) {
        return vertx.setTimer(Math.max(1, wait.toMillis()), t -> then.run());
    }

    @Override
    public void cancel(long timer) {
        vertx.cancelTimer(timer);
    }

    // --- visitors

    private void arrived(Place at, Inbound peer) {
        if (peer.conduit() instanceof DatagramFlow everybody
                && peer.session().client().equals(Address.NONE)) {
            Address local = peer.session().local();
            UdpSessions.over(
                    everybody,
                    options.visitors(),
                    flow -> visited(at, new Inbound(Session.of(scope.service(), flow.remote(), local), flow)));
        } else {
            visited(at, peer);
        }
    }

    private void visited(Place at, Inbound peer) {
        if (retired) {
            peer.conduit().close();
            return;
        }
        door.admit(peer).onSuccess(admitted -> {
            at.came(peer.conduit());
            arrivals.accept(admitted);
        });
    }

    @Override
    public Future<Void> retire() {
        retired = true;
        attachments.forEach(Attachment::retire);
        return Future.succeededFuture();
    }

    @Override
    public Future<?> stop() {
        Future<Void> done = retire();
        attachments.forEach(Attachment::close);
        return done;
    }
}
