package io.warren.transport.reverse;

import io.warren.net.Conduit;
import io.warren.spi.Egress;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** A place at one member, and who has come by it. */
final class Place {
    private final Set<Conduit> peers = new HashSet<>();
    private Optional<Egress.Binding> binding = Optional.empty();
    private Optional<String> member = Optional.empty();
    private String route = "";
    private boolean served;
    private boolean retired;

    void bound(Egress.Binding made, Optional<String> at, String over) {
        binding = Optional.of(made);
        member = at;
        route = over;
    }

    Optional<String> member() {
        return member;
    }

    Set<String> nodes() {
        return nodes(route);
    }

    /** Those of a route, of which several may have the same name. */
    static Set<String> nodes(String route) {
        return route.isEmpty() ? Set.of() : new HashSet<>(List.of(route.split(">")));
    }

    /** Whether both are at the same member, or, when it has not said who it is, over the same nodes. */
    boolean isWhere(Place other) {
        boolean told = member.isPresent() && other.member.isPresent();
        return told ? member.equals(other.member) : route.equals(other.route);
    }

    /** Whether a visitor has come. */
    boolean served() {
        return served;
    }

    void came(Conduit peer) {
        served = true;
        peers.add(peer);
        peer.closed().onComplete(v -> {
            peers.remove(peer);
            releaseUnused();
        });
    }

    /** Given up, as soon as those who have come have gone: they may live on what carries the binding. */
    void retire() {
        retired = true;
        releaseUnused();
    }

    private void releaseUnused() {
        if (retired && peers.isEmpty()) {
            release();
        }
    }

    void release() {
        Optional<Egress.Binding> unused = binding;
        binding = Optional.empty();
        unused.ifPresent(Egress.Binding::release);
    }

    void close() {
        Set.copyOf(peers).forEach(Conduit::close);
        release();
    }

    /** What carried it is gone. */
    void ended() {
        binding = Optional.empty();
    }
}
