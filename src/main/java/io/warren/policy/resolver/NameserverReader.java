package io.warren.policy.resolver;

import io.vertx.core.Future;
import io.warren.net.Address;
import io.warren.net.ProxyException;
import io.warren.policy.Source;
import io.warren.spi.Egress;
import io.warren.spi.Settings;
import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;

/** Reads the {@code nameservers} of a resolver's section. */
final class NameserverReader {
    private static final int PORT = 53;
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private NameserverReader() {}

    static List<Nameserver> read(Settings section, Egress direct, Function<String, Optional<Egress>> chains) {
        Source.refuseUnsupported(section);
        List<Nameserver> servers = new ArrayList<>();
        for (Settings entry : section.list("nameservers")) {
            server(entry, direct, chains).ifPresent(servers::add);
        }
        return servers;
    }

    private static Optional<Nameserver> server(
            Settings entry, Egress direct, Function<String, Optional<Egress>> chains) {
        String written = entry.text("", "addr").trim();
        int slashes = written.indexOf("://");
        String scheme = slashes < 0 ? "udp" : written.substring(0, slashes).toLowerCase(Locale.ROOT);
        Duration timeout = entry.duration(PATIENCE, "timeout");
        Duration ttl = entry.duration(Duration.ZERO, "ttl");
        String chain = entry.text("", "chain");
        boolean async = entry.flag(false, "async");
        List<Family> families = families(entry);
        Optional<InetAddress> subnet = subnet(entry);
        if (written.isEmpty()) {
            return Optional.empty();
        }
        if (!scheme.equals("udp") && !scheme.equals("tcp")) {
            entry.problem(
                    "addr", "nameserver by \"" + scheme + "\" is not supported by this version (supported: udp, tcp)");
            return Optional.empty();
        }
        try {
            Address address = Address.parse(slashes < 0 ? written : written.substring(slashes + 3), PORT);
            return Optional.of(new Nameserver(
                    address.host().isEmpty() ? address.withHost("127.0.0.1") : address,
                    scheme.equals("tcp"),
                    chain.isEmpty() ? () -> direct : through(chain, chains),
                    families,
                    timeout.isNegative() || timeout.isZero() ? PATIENCE : timeout,
                    ttl,
                    async && !ttl.isNegative(),
                    subnet));
        } catch (ProxyException e) {
            entry.problem("addr", e.getMessage());
            return Optional.empty();
        }
    }

    private static Supplier<Egress> through(String chain, Function<String, Optional<Egress>> chains) {
        Egress nowhere = (session, target) -> Future.failedFuture(
                ProxyException.upstream(ProxyException.Kind.UNREACHABLE, "no chain named \"" + chain + "\""));
        return () -> chains.apply(chain).orElse(nowhere);
    }

    private static List<Family> families(Settings entry) {
        String prefer = entry.text("", "prefer").toLowerCase(Locale.ROOT);
        Optional<Family> only = family(entry.text("", "only").toLowerCase(Locale.ROOT));
        if (only.isPresent()) {
            return List.of(only.get());
        }
        Family first = prefer.equals("ipv6") ? Family.IPV6 : Family.IPV4;
        return List.of(first, first.other());
    }

    private static Optional<Family> family(String text) {
        return switch (text) {
            case "ip4", "ipv4" -> Optional.of(Family.IPV4);
            case "ip6", "ipv6" -> Optional.of(Family.IPV6);
            default -> Optional.empty();
        };
    }

    private static Optional<InetAddress> subnet(Settings entry) {
        String text = entry.text("", "clientIP").trim();
        if (text.isEmpty()) {
            return Optional.empty();
        }
        Address address = Address.of(text, 0);
        if (!address.isIp()) {
            entry.warning("clientIP", "\"" + text + "\" is no IP address: servers are told no client network");
            return Optional.empty();
        }
        return Optional.of(address.ip());
    }
}
