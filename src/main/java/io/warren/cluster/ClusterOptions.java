package io.warren.cluster;

import io.warren.net.Address;
import io.warren.net.Names;
import io.warren.net.ProxyException;
import io.warren.spi.Secret;
import io.warren.spi.Settings;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;

/**
 * The {@code cluster} section.
 *
 * @param name members of another name do not join
 * @param secret who has another one cannot join; empty = none, which only loopback addresses may have
 * @param member what this member is called in logs and on the dashboard
 * @param addr Hazelcast's own
 * @param trunk where other members bring visitors' bytes
 * @param trunkTls whether these bytes are encrypted and members prove themselves on the trunk; the same on all members
 * @param bus the Vert.x event bus
 * @param join where other members may be found, as {@code host:port}; a host that has several addresses stands for all of them
 * @param slack by how many live streams an agent of another member has to be less busy than one of this member to be preferred
 * @param grace how long running streams may take to finish when this member is drained
 */
public record ClusterOptions(
        String name,
        Secret secret,
        String member,
        Address addr,
        Address trunk,
        boolean trunkTls,
        Address bus,
        List<Address> join,
        int slack,
        Duration grace) {
    static final int PORT = 5701;
    static final int SLACK = 2;
    static final Duration GRACE = Duration.ofSeconds(30);

    private static final int TRUNK_OFFSET = 100;
    private static final int BUS_OFFSET = 200;
    private static final String TRUNK_TLS = "trunk.tls";
    private static final String DNS = "dns:";

    public ClusterOptions {
        join = List.copyOf(join);
    }

    /** Reads the section; what is wrong with it is reported to its problems. Reads {@code secretFile}, so not on an event loop. */
    public static ClusterOptions read(Settings section) {
        Address addr = own(section, "addr", Address.of("127.0.0.1", PORT), 0);
        Address trunk = own(section, "trunk", addr, TRUNK_OFFSET);
        Address bus = own(section, "bus", addr, BUS_OFFSET);
        List<Address> join = new ArrayList<>();
        for (String text : section.texts("join")) {
            boolean dns = text.startsWith(DNS);
            parse(section, "join", dns ? text.substring(DNS.length()) : text, addr.port())
                    .ifPresent(join::add);
        }
        Secret secret = section.secretOrFile("secret");
        if (secret.isEmpty()) {
            Optional<Address> open = java.util.stream.Stream.concat(
                            java.util.stream.Stream.of(addr, trunk, bus), join.stream())
                    .filter(address -> !address.isLoopback())
                    .findFirst();
            open.ifPresent(address -> section.problem(
                    "secret",
                    "a cluster needs a secret or secretFile, since " + address + " is not a loopback address"));
        }
        String member = section.text("", "member");
        return new ClusterOptions(
                section.text("warren", "name"),
                secret,
                member.isEmpty() ? Names.own().orElse("member") + "-" + suffix() : member,
                addr,
                trunk,
                trunkTls(section, trunk),
                bus,
                join,
                section.integer(SLACK, 0, 1_000_000, "slack"),
                section.duration(GRACE, "grace"));
    }

    private static boolean trunkTls(Settings section, Address trunk) {
        boolean tls = section.flag(true, TRUNK_TLS);
        if (!tls && !trunk.isLoopback()) {
            section.warning(
                    TRUNK_TLS,
                    "whoever reaches " + trunk
                            + " can read visitors' bytes between members, and pass as a member there");
        }
        return tls;
    }

    private static Address own(Settings section, String key, Address base, int offset) {
        Address fallback = base.withPort(Math.min(65535, base.port() + offset));
        String text = section.text("", key);
        if (text.isEmpty()) {
            if (base.port() + offset > 65535) {
                section.problem(key, "port " + (base.port() + offset) + " by default (expected: at most 65535)");
            }
            return fallback;
        }
        Address address = parse(section, key, text, fallback.port()).orElse(fallback);
        if (address.isWildcard()) {
            section.problem(
                    key, "address \"" + text + "\" names no interface (expected: the host other members reach)");
            return fallback;
        }
        return address;
    }

    private static Optional<Address> parse(Settings section, String key, String text, int port) {
        try {
            return Optional.of(Address.parse(text, port));
        } catch (ProxyException e) {
            section.problem(key, e.getMessage());
            return Optional.empty();
        }
    }

    private static String suffix() {
        return Integer.toString(ThreadLocalRandom.current().nextInt(36 * 36 * 36, 36 * 36 * 36 * 36), 36);
    }
}
