package io.warren.contract;

import io.warren.catalog.Catalog;
import io.warren.contract.rot13.Rot13;
import io.warren.contract.toy.Toy;
import io.warren.spi.Protocol;
import io.warren.spi.Transport;
import java.util.List;
import java.util.Set;

/** What the contract tests iterate: the catalogue as it is, and a transport and a protocol that one line each adds to it. */
final class Contract {
    static final Catalog CATALOG = Catalog.ALL.with(List.of(Rot13.TRANSPORT), List.of(Toy.PROTOCOL));

    private static final Set<String> DATAGRAMS_ONLY = Set.of("udp");

    /** Their handlers go where the service or an agent says, or their connectors go nowhere. */
    private static final Set<String> WITHOUT_REQUESTS = Set.of("tcp", "udp", "rtcp", "direct", "tunnel");

    private Contract() {}

    static String name(Transport transport) {
        return transport.names().get(0);
    }

    static String name(Protocol protocol) {
        return protocol.names().get(0);
    }

    /** Every transport with both ends that carries streams. */
    static List<Transport> transports() {
        return CATALOG.transports().stream()
                .filter(t -> t.listener().isPresent() && t.dialer().isPresent() && !DATAGRAMS_ONLY.contains(name(t)))
                .toList();
    }

    /** Every protocol with both ends whose clients say where they want to go. */
    static List<Protocol> protocols() {
        return CATALOG.protocols().stream()
                .filter(p ->
                        p.handler().isPresent() && p.connector().isPresent() && !WITHOUT_REQUESTS.contains(name(p)))
                .toList();
    }

    /** gost's names for what has one carrier for many streams begin so. */
    static boolean multiplexes(Transport transport) {
        return name(transport).startsWith("m");
    }
}
