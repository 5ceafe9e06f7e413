package io.warren.protocol.tunnel;

import io.vertx.core.Future;
import io.warren.net.Address;
import io.warren.net.Conduit;
import io.warren.net.ProxyException;
import io.warren.spi.Egress;
import io.warren.spi.HostClaim;
import io.warren.spi.Ingress;
import io.warren.spi.Offer;
import io.warren.spi.Registration;
import io.warren.spi.Scope;
import io.warren.spi.Session;
import io.warren.spi.TunnelId;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The host names of a tunnel that an agent announces: the one that it asks for, and the one that every tunnel has. Published like the tunnel, where the
 * ingress takes what is announced.
 */
record Names(Scope scope, Session session, TunnelId tunnel, boolean datagrams) {
    /** Why the agent gets no place at all: the name that it asks for is another user's, or none of its own user's list. */
    Optional<ProxyException> refusal(Address asked) {
        return claim(asked)
                .filter(claim -> announced())
                .flatMap(claim -> listed(claim).or(() -> taken(claim)));
    }

    private Optional<ProxyException> listed(HostClaim claim) {
        return scope.authenticator()
                .flatMap(users -> claim.user().flatMap(user -> users.refusal(user, claim.endpoint(false))));
    }

    private Optional<ProxyException> taken(HostClaim claim) {
        return HostClaim.find(scope.directory(), claim.host())
                .filter(known -> !known.user().equals(claim.user()))
                .map(known -> ProxyException.denied("host " + claim.host() + " belongs to a tunnel of another user"));
    }

    /**
     * Publishes them for as long as the agent is there.
     *
     * @param place what it is told
     * @param back the way to it
     * @return fails with DENIED when somebody else was faster
     */
    Future<Void> publish(Address place, Offer offer, Conduit agent, Egress back) {
        if (!announced()) {
            return Future.succeededFuture();
        }
        List<Future<Registration>> published = Stream.concat(
                        Stream.of(HostClaim.standard(tunnel, user())), claim(place).stream())
                .map(claim -> scope.directory().publish(session, claim.endpoint(datagrams), claim.offer(offer), back))
                .toList();
        published.forEach(one -> one.onSuccess(registration -> keep(registration, agent)));
        return Future.all(published).mapEmpty();
    }

    /** Who has lost its name to an older claim, when two halves of a split network became one again, comes back and is told. */
    private static void keep(Registration registration, Conduit agent) {
        agent.closed().onComplete(v -> registration.withdraw());
        registration.ended().onFailure(e -> {
            if (e instanceof ProxyException p && p.kind() == ProxyException.Kind.DENIED) {
                agent.close();
            }
        });
    }

    private boolean announced() {
        return scope.ingress().filter(Ingress::announced).isPresent();
    }

    private Optional<HostClaim> claim(Address asked) {
        return HostClaim.of(asked.host(), tunnel, user());
    }

    private Optional<String> user() {
        return Optional.of(session.trace().user()).filter(name -> !name.isEmpty());
    }
}
