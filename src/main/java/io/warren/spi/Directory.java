package io.warren.spi;

import io.vertx.core.Future;
import io.warren.net.ProxyException;
import java.util.Optional;

/** Who can be reached under which endpoint: of this process, or of the whole cluster. Any event loop. */
public interface Directory {
    /** For who is in no process of its own, such as a visitor of a bound port: nothing can be bound, nobody is there. */
    Directory NONE = new Directory() {
        @Override
        public Future<Registration> publish(Session session, Endpoint endpoint, Offer offer, Egress back) {
            return Future.failedFuture(ProxyException.unsupported("bind of " + endpoint + " from here"));
        }

        @Override
        public Egress to(Endpoint endpoint) {
            return Egress.failing(
                    () -> ProxyException.upstream(ProxyException.Kind.UNREACHABLE, "no agent serves " + endpoint));
        }
    };

    /**
     * Announces that {@code back} serves {@code endpoint}, and opens the port where it has one.
     *
     * @return fails with DENIED when it belongs to somebody else, INTERNAL when the port cannot be opened
     */
    Future<Registration> publish(Session session, Endpoint endpoint, Offer offer, Egress back);

    /** Whose it is (the user of its offers); empty when nobody who said so serves it, here or at another member that has been heard. */
    default Optional<String> owner(Endpoint endpoint) {
        return Optional.empty();
    }

    /** The way to whoever serves {@code endpoint} at the moment of each use; connect and associate fail with UNREACHABLE when nobody does. */
    Egress to(Endpoint endpoint);
}
