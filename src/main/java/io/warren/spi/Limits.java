package io.warren.spi;

import io.warren.net.Address;
import io.warren.net.Conduit;
import io.warren.net.Paces;
import io.warren.net.ProxyException;
import java.util.Optional;

/** How much of a service one client, and all of them together, may have. Any thread. */
public interface Limits {
    /** None. */
    Limits NONE = new Limits() {
        @Override
        public Optional<ProxyException> connection(Address client, Conduit conduit) {
            return Optional.empty();
        }

        @Override
        public Optional<ProxyException> request(Address client) {
            return Optional.empty();
        }

        @Override
        public Paces stream(Address client) {
            return Paces.FREE;
        }

        @Override
        public Paces datagrams(Address client) {
            return Paces.FREE;
        }
    };

    /**
     * One more connection, or one more sender of datagrams.
     *
     * @param conduit it counts until that is closed
     * @return why it is one too many (LIMITED, naming the limit); empty when it may come in
     */
    Optional<ProxyException> connection(Address client, Conduit conduit);

    /** @return why that client may not ask for one thing more (LIMITED); empty when it may, and then that was counted */
    Optional<ProxyException> request(Address client);

    /** How fast the bytes of one of that client's connections may go. */
    Paces stream(Address client);

    /** How fast that client's datagrams may go. */
    Paces datagrams(Address client);
}
