package io.warren.route;

import io.warren.net.Address;
import io.warren.spi.Destination;
import io.warren.spi.Forwarder;
import io.warren.spi.Network;
import io.warren.spi.Session;
import java.util.List;
import java.util.Optional;

/** The targets of a port forwarding. Shared by all event loops. */
public final class Targets implements Forwarder {
    /**
     * One of them.
     *
     * @param network overrides what the service forwards, as {@code unix} does
     */
    public record Entry(String name, Address address, Optional<Network> network, NodeRules rules)
            implements Candidate {}

    private final List<Entry> entries;
    private final Selection selection;

    public Targets(List<Entry> entries, Selection selection) {
        this.entries = List.copyOf(entries);
        this.selection = selection;
    }

    @Override
    public Optional<Target> select(Session session, Network network) {
        Destination unknown = new Destination(network, Address.NONE);
        return selection
                .select(entries, entry -> entry.rules().matcher().matches(session, unknown), session)
                .map(entry -> new Chosen(entry, network));
    }

    private record Chosen(Entry entry, Network network) implements Target {
        @Override
        public String name() {
            return entry.name();
        }

        @Override
        public Destination destination() {
            return new Destination(entry.network().orElse(network), entry.address());
        }

        @Override
        public void failed() {
            entry.marker().failed();
        }

        @Override
        public void succeeded() {
            entry.marker().succeeded();
        }
    }
}
