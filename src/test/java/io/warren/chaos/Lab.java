package io.warren.chaos;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import io.warren.fixture.Command;
import io.warren.fixture.Namespace;
import io.warren.fixture.Ports;
import io.warren.fixture.Program;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.IntStream;
import org.opentest4j.TestAbortedException;

/**
 * Machines on a network of their own: each place is a network namespace with one address, all lead to a hub that routes between them, and whatever happens to the
 * network happens at the hub. The test's JVM has a line to the hub too. Where there are no namespaces, places are addresses of the loopback device, and nothing
 * can happen to the network.
 */
final class Lab implements AutoCloseable {
    private static final int TEST = 254;
    private static final int HUB = 253;

    private final Map<String, Integer> numbers = new LinkedHashMap<>();
    private final Map<String, Namespace> namespaces = new LinkedHashMap<>();
    private final List<Program> links = new ArrayList<>();
    private final Optional<Namespace> hub;
    private final String prefix;
    private final int base;

    private Lab(Optional<Namespace> hub, String prefix, int base) {
        this.hub = hub;
        this.prefix = prefix;
        this.base = base;
    }

    static Lab with(String... places) throws Exception {
        Optional<Namespace> hub = hub();
        String prefix = hub.isPresent() ? unusedNetwork() : "127.0.0.";
        Lab lab = new Lab(hub, prefix, hub.isPresent() ? 5701 : freeBase(places.length));
        try {
            if (hub.isPresent()) {
                lab.build();
            }
            for (String place : places) {
                lab.add(place);
            }
        } catch (Exception e) {
            lab.close();
            throw e;
        }
        return lab;
    }

    private static Optional<Namespace> hub() throws Exception {
        try {
            return Optional.of(Namespace.with());
        } catch (TestAbortedException e) {
            return Optional.empty();
        }
    }

    /** RFC 2544: 198.18.0.0/15 is for measurements between two networks. */
    private static String unusedNetwork() throws Exception {
        String routes = here("ip", "route");
        while (true) {
            String prefix = "198.18." + ThreadLocalRandom.current().nextInt(256) + ".";
            if (!routes.contains(prefix)) {
                return prefix;
            }
        }
    }

    private static int freeBase(int places) {
        List<String> hosts = IntStream.rangeClosed(1, places)
                .mapToObj(number -> "127.0.0." + number)
                .toList();
        return Ports.free(hosts, 0, 100, 200, 300, 400, 401, 402, 403, 404, 500, 501);
    }

    private void build() throws Exception {
        Namespace middle = hub.orElseThrow();
        String line =
                "w" + prefix.split("\\.", -1)[2] + "x" + ProcessHandle.current().pid() % 100_000;
        hub("sysctl", "-qw", "net.ipv4.ip_forward=1");
        hub("ip", "addr", "add", prefix + HUB + "/32", "dev", "lo");
        here("ip", "link", "add", line, "type", "veth", "peer", "name", "test", "netns", middle.name());
        here("ip", "addr", "add", prefix + TEST + "/32", "dev", line);
        here("ip", "link", "set", line, "up");
        hub("ip", "link", "set", "test", "up");
        hub("ip", "route", "add", prefix + TEST, "dev", "test");
        here("ip", "route", "add", prefix + HUB, "dev", line, "src", prefix + TEST);
        here("ip", "route", "add", prefix + "0/24", "via", prefix + HUB, "dev", line, "src", prefix + TEST);
    }

    private void add(String place) throws Exception {
        int number = numbers.size() + 1;
        numbers.put(place, number);
        if (hub.isEmpty()) {
            return;
        }
        Namespace namespace = Namespace.with();
        namespaces.put(place, namespace);
        namespace.line("line", hub.get(), place);
        namespace.run("ip", "addr", "add", host(place) + "/32", "dev", "line");
        namespace.run("ip", "link", "set", "line", "up");
        hub("ip", "link", "set", place, "up");
        plugIn(place);
    }

    private void plugIn(String place) throws Exception {
        namespaces.get(place).run("ip", "route", "replace", "default", "via", prefix + HUB, "dev", "line", "onlink");
        hub("ip", "route", "replace", host(place), "dev", place);
    }

    /** Whether something can happen to the network. */
    boolean isNetwork() {
        return hub.isPresent();
    }

    Optional<Namespace> where(String place) {
        return Optional.ofNullable(namespaces.get(place));
    }

    String host(String place) {
        return prefix + numbers.get(place);
    }

    /** Where the test's JVM is for the places. */
    String origin() {
        return hub.isPresent() ? prefix + TEST : "127.0.0.1";
    }

    /** Hazelcast's port; the others are at fixed distances. */
    int base() {
        return base;
    }

    /** No packet gets from one to the other, either way. */
    void part(String one, String other) throws Exception {
        drop(host(one), host(other));
        drop(host(other), host(one));
    }

    /** No packet gets to the place or from it. */
    void cutOff(String place) throws Exception {
        forward("-s " + host(place) + " -j DROP");
        forward("-d " + host(place) + " -j DROP");
    }

    private void drop(String from, String to) throws Exception {
        forward("-s " + from + " -d " + to + " -j DROP");
    }

    /** Connections to the port between two places are reset, and no new one is made. */
    void reset(String one, String other, int port) throws Exception {
        for (String[] way : new String[][] {{host(one), host(other)}, {host(other), host(one)}}) {
            for (String end : List.of("--sport", "--dport")) {
                forward("-s " + way[0] + " -d " + way[1] + " -p tcp " + end + " " + port
                        + " -j REJECT --reject-with tcp-reset");
            }
        }
    }

    /** A part of the packets of a place, each way, does not arrive. */
    void lose(String place, double part) throws Exception {
        for (String way : List.of("-s", "-d")) {
            forward(way + " " + host(place) + " -m statistic --mode random --probability " + part + " -j DROP");
        }
    }

    /** One more rule for what goes through the hub. */
    private void forward(String rule) throws Exception {
        hub(("iptables -w -A FORWARD " + rule).split(" ", -1));
    }

    /**
     * The packets of a place, each way, arrive later: by netem where the kernel has it, else over a link in user space.
     *
     * @return how; empty: there is neither
     */
    Optional<String> delay(String place, int milliseconds) throws Exception {
        Namespace inside = namespaces.get(place);
        String[] netem = {"tc", "qdisc", "replace", "dev", "line", "root", "netem", "delay", milliseconds + "ms"};
        if (inside.run(netem).isEmpty()) {
            netem[4] = place;
            hub(netem);
            return Optional.of("netem");
        }
        if (!Files.exists(Path.of("/dev/net/tun"))) {
            return Optional.empty();
        }
        slowLink(place, milliseconds);
        inside.run("ip", "link", "set", "slow", "up");
        hub("ip", "link", "set", "slow-" + place, "up");
        inside.run("ip", "route", "replace", "default", "dev", "slow", "src", host(place));
        hub("ip", "route", "replace", host(place), "dev", "slow-" + place);
        return Optional.of("a link in user space");
    }

    private void slowLink(String place, int milliseconds) throws Exception {
        String[] command = {
            "python3",
            script().toString(),
            namespaces.get(place).name(),
            "slow",
            hub.orElseThrow().name(),
            "slow-" + place,
            String.valueOf(milliseconds)
        };
        links.add(Program.start(Optional.empty(), Files.createTempDirectory("link"), List.of(command))
                .says("link is there"));
    }

    private static Path script() throws URISyntaxException {
        return Path.of(Lab.class.getResource("/chaos/link.py").toURI());
    }

    /** All is as it was. */
    void heal() throws Exception {
        if (hub.isEmpty()) {
            return;
        }
        hub("iptables", "-w", "-F", "FORWARD");
        for (String place : namespaces.keySet()) {
            plugIn(place);
            namespaces.get(place).run("tc", "qdisc", "del", "dev", "line", "root");
            hub("tc", "qdisc", "del", "dev", place, "root");
        }
        links.forEach(Program::close);
        links.clear();
    }

    private void hub(String... command) throws Exception {
        String said = hub.orElseThrow().run(command);
        if (!said.isEmpty() && !command[0].equals("tc")) {
            throw new IOException(String.join(" ", command) + ": " + said);
        }
    }

    @CanIgnoreReturnValue
    private static String here(String... words) throws Exception {
        Command command = Command.run(words);
        if (command.code() != 0) {
            throw new IOException(String.join(" ", words) + ": " + command.said());
        }
        return command.said();
    }

    @Override
    public void close() {
        links.forEach(Program::close);
        namespaces.values().forEach(Namespace::close);
        hub.ifPresent(Namespace::close);
    }
}
