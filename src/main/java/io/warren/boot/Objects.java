package io.warren.boot;

import io.warren.catalog.Catalog;
import io.warren.net.Address;
import io.warren.net.DialOptions;
import io.warren.net.ProxyException;
import io.warren.route.Connects;
import io.warren.route.Marker;
import io.warren.route.Matchers;
import io.warren.route.NodeRules;
import io.warren.route.Selection;
import io.warren.route.Strategy;
import io.warren.route.Targets;
import io.warren.spi.Connector;
import io.warren.spi.Dialer;
import io.warren.spi.Forwarder;
import io.warren.spi.Network;
import io.warren.spi.Scope;
import io.warren.spi.Settings;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/** The named objects of a configuration: chains and hops here, policies in {@link Policies}. Each is read once, when it is first referred to. */
final class Objects {
    private static final Duration FAIL_TIMEOUT = Duration.ofSeconds(10);

    private final Catalog catalog;
    private final Policies policies;
    private final Named chains;
    private final Named hops;
    /** Of what every service may refer to, directly or through its chain. */
    private final String shared;

    private final Optional<Connects> connects;
    private final Map<String, Optional<ChainPlan>> readChains = new HashMap<>();
    private final Map<String, Optional<HopPlan>> readHops = new HashMap<>();

    /** @param connects where monitoring counts, when it does */
    Objects(Catalog catalog, Policies policies, Settings root, Optional<Connects> connects) {
        this.connects = connects;
        this.catalog = catalog;
        this.policies = policies;
        this.chains = Named.of(root, "chains");
        this.hops = Named.of(root, "hops");
        this.shared = root.section("tls").fingerprint()
                + root.list("hops").stream().map(Settings::fingerprint).collect(Collectors.joining())
                + policies.fingerprint();
    }

    /** Says whether anything has changed of what a service with that chain may refer to. */
    String fingerprint(String chain) {
        return shared + chains.find(chain).map(Settings::fingerprint).orElse("");
    }

    Policies policies() {
        return policies;
    }

    /** All named chains and hops, whether a service uses them or not, so that mistakes in them are reported too. */
    void readAll() {
        chains.all()
                .forEach((name, section) -> readChains.computeIfAbsent(name, n -> Optional.of(readChain(section, n))));
        hops.all().forEach((name, section) -> readHops.computeIfAbsent(name, n -> Optional.of(hop(section, n))));
    }

    /** A named chain. */
    Optional<ChainPlan> chain(String name) {
        Optional<Settings> section = chains.find(name);
        return section.isEmpty()
                ? Optional.empty()
                : readChains.computeIfAbsent(name, n -> Optional.of(readChain(section.get(), n)));
    }

    private ChainPlan readChain(Settings section, String name) {
        List<HopPlan> steps = new ArrayList<>();
        for (Settings hop : section.list("hops")) {
            String hopName = hop.text("", "name");
            if (hop.has("nodes") || hop.has("plugin")) {
                steps.add(hop(hop, hopName));
            } else if (!hopName.isEmpty()) {
                hops.find(hopName)
                        .flatMap(referred -> readHops.computeIfAbsent(hopName, n -> Optional.of(hop(referred, n))))
                        .ifPresent(steps::add);
            }
        }
        return new ChainPlan(name, steps, connects);
    }

    private HopPlan hop(Settings section, String name) {
        Settings metadata = section.metadata();
        Health health = Health.read(section.section("selector"));
        Policies.Names names = policies.names(section);
        List<NodePlan> nodes = new ArrayList<>();
        for (Settings node : section.list("nodes")) {
            node(node, metadata, names, health).ifPresent(nodes::add);
        }
        return new HopPlan(name, nodes, new Selection(health.strategy()), policies.bypass(section));
    }

    private Optional<NodePlan> node(Settings section, Settings hop, Policies.Names inherited, Health health) {
        Settings metadata = section.metadata();
        Settings dialer = section.section("dialer");
        Settings connector = section.section("connector");
        String dialerType = dialer.text("tcp", "type");
        String connectorType = connector.text("http", "type");
        Optional<Function<Scope, Dialer>> makeDialer =
                Blueprint.known(dialer, dialerType, "dialer", catalog.dialer(dialerType), catalog.dialers());
        Optional<Function<Scope, Connector>> makeConnector = Blueprint.known(
                connector, connectorType, "connector", catalog.connector(connectorType), catalog.connectors());
        Optional<Address> address = address(section);
        if (makeDialer.isEmpty() || makeConnector.isEmpty() || address.isEmpty()) {
            return Optional.empty();
        }
        String interfaces = metadata.text(hop.text("", "interface"), "interface");
        int mark = metadata.integer(hop.integer(0, 0, Integer.MAX_VALUE, "so_mark"), 0, Integer.MAX_VALUE, "so_mark");
        int proxyProtocol = metadata.integer(hop.integer(0, 0, 2, "proxyProtocol"), 0, 2, "proxyProtocol");
        return Optional.of(new NodePlan(
                section.text("", "name"),
                address.get(),
                makeDialer.get(),
                makeConnector.get(),
                DialOptions.DEFAULT.from(interfaces, mark),
                rules(section, metadata, inherited, health, proxyProtocol)));
    }

    private NodeRules rules(
            Settings section, Settings metadata, Policies.Names inherited, Health health, int proxyProtocol) {
        Policies.Names names = policies.names(section).orElse(inherited);
        Matchers.Rule rule = policies.matcher(section);
        return new NodeRules(
                health.marker(metadata),
                Math.max(1, metadata.integer(1, Integer.MIN_VALUE, Integer.MAX_VALUE, "weight")),
                metadata.flag(false, "backup"),
                rule.priority(),
                policies.bypass(section),
                rule.matcher(),
                names.hosts(),
                names.resolver(),
                proxyProtocol);
    }

    private static Optional<Address> address(Settings section) {
        String text = section.text("", "addr");
        if (text.isEmpty()) {
            return Optional.of(Address.NONE);
        }
        if (text.startsWith("/")) {
            return Optional.of(Address.unix(text));
        }
        try {
            return Optional.of(Address.parse(text, 0));
        } catch (ProxyException e) {
            section.problem("addr", e.getMessage());
            return Optional.empty();
        }
    }

    /** The targets of a {@code forwarder} section: inline nodes, or those of a named hop. */
    Optional<Forwarder> forwarder(Settings section) {
        String hop = section.text(section.text("", "name"), "hop");
        if (!hop.isEmpty()) {
            return hops.find(hop).map(this::targets);
        }
        return Optional.of(targets(section));
    }

    private Forwarder targets(Settings section) {
        Health health = Health.read(section.section("selector"));
        List<Targets.Entry> entries = new ArrayList<>();
        for (Settings node : section.list("nodes")) {
            Settings metadata = node.metadata();
            String network = node.text("", "network");
            address(node)
                    .ifPresent(address -> entries.add(new Targets.Entry(
                            node.text("", "name"),
                            address,
                            network(node, network),
                            rules(node, metadata, Policies.Names.NONE, health, 0))));
        }
        return new Targets(entries, new Selection(health.strategy()));
    }

    private static Optional<Network> network(Settings node, String text) {
        if (text.isEmpty()) {
            return Optional.empty();
        }
        for (Network network : Network.values()) {
            if (text.toLowerCase(Locale.ROOT).startsWith(network.toString())) {
                return Optional.of(network);
            }
        }
        node.problem("network", "unknown network \"" + text + "\" (known: tcp, udp, unix, serial)");
        return Optional.empty();
    }

    /** A {@code selector} section. */
    private record Health(Strategy strategy, int maxFails, Duration failTimeout) {
        static Health read(Settings selector) {
            return new Health(
                    Strategy.read(selector),
                    orDefault(selector.integer(0, Integer.MIN_VALUE, Integer.MAX_VALUE, "maxFails"), 1),
                    orDefault(selector.duration(Duration.ZERO, "failTimeout"), FAIL_TIMEOUT));
        }

        Marker marker(Settings metadata) {
            return new Marker(
                    orDefault(metadata.integer(0, Integer.MIN_VALUE, Integer.MAX_VALUE, "maxFails"), maxFails),
                    orDefault(metadata.duration(Duration.ZERO, "failTimeout"), failTimeout),
                    Clock.systemUTC());
        }

        private static int orDefault(int value, int fallback) {
            return value > 0 ? value : fallback;
        }

        private static Duration orDefault(Duration value, Duration fallback) {
            return value.isZero() || value.isNegative() ? fallback : value;
        }
    }
}
