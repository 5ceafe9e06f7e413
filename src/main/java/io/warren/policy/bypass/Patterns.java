package io.warren.policy.bypass;

import io.warren.net.Address;
import io.warren.net.IpSet;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/** The patterns of one bypass, sorted by class: addresses and blocks of them, globs, names with or without subdomains and ports. Immutable. */
final class Patterns {
    private record Named(Glob glob, Ports ports) {}

    private final IpSet ips;
    private final List<Named> globs;
    private final Map<String, List<Ports>> names;
    private final boolean empty;

    private Patterns(IpSet ips, List<Named> globs, Map<String, List<Ports>> names, boolean empty) {
        this.ips = ips;
        this.globs = globs;
        this.names = names;
        this.empty = empty;
    }

    /** @param complaint told of patterns that are malformed, which match nothing */
    static Patterns parse(List<String> patterns, Consumer<String> complaint) {
        IpSet.Builder ips = IpSet.builder();
        List<Named> globs = new ArrayList<>();
        Map<String, List<Ports>> names = new HashMap<>();
        for (String pattern : patterns) {
            if (ips.add(pattern)) {
                continue;
            }
            HostPort parts = HostPort.parse(pattern);
            if (pattern.indexOf('*') < 0 && pattern.indexOf('?') < 0) {
                names.computeIfAbsent(parts.host(), host -> new ArrayList<>(1)).add(parts.ports());
                continue;
            }
            Optional<Glob> glob = Glob.compile(parts.host());
            if (glob.isPresent()) {
                globs.add(new Named(glob.get(), parts.ports()));
            } else {
                complaint.accept("\"" + pattern + "\" is no valid pattern: matches nothing");
            }
        }
        return new Patterns(ips.build(), List.copyOf(globs), Map.copyOf(names), patterns.isEmpty());
    }

    boolean isEmpty() {
        return empty;
    }

    boolean match(Address address) {
        if (ips.contains(address)) {
            return true;
        }
        String host = address.isUnix() ? address.host() : HostPort.normal(address.host());
        int port = Math.max(0, address.port());
        return matchName(host, port) || matchGlob(host, port);
    }

    private boolean matchName(String host, int port) {
        if (names.isEmpty()) {
            return false;
        }
        if (has(host, port) || has("." + host, port)) {
            return true;
        }
        for (int dot = host.indexOf('.'); dot >= 0; dot = host.indexOf('.', dot + 1)) {
            if (has(host.substring(dot), port)) {
                return true;
            }
        }
        return false;
    }

    private boolean has(String name, int port) {
        for (Ports ports : names.getOrDefault(name, List.of())) {
            if (ports.contain(port)) {
                return true;
            }
        }
        return false;
    }

    private boolean matchGlob(String host, int port) {
        for (Named named : globs) {
            if (named.ports().contain(port) && named.glob().matches(host)) {
                return true;
            }
        }
        return false;
    }
}
