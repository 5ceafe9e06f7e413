package io.warren.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import io.warren.fixture.Command;
import io.warren.fixture.Program;
import io.warren.fixture.Until;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/**
 * Three members and their agents, each a process at a place of its own. Each endpoint is published by the agents that {@link #ENDPOINTS} names; {@code g}: plain
 * gost, {@code w}: Warren.
 */
final class Formation implements AutoCloseable {
    static final List<String> MEMBERS = List.of("m1", "m2", "m3");
    static final List<String> PLACES = List.of("m1", "m2", "m3", "g1", "g2", "w1", "w2");

    /** What two agents publish. */
    static final String TWO_AGENTS = " x2";

    /** What one agent of Warren's publishes at two members. */
    static final String TWO_SESSIONS = " s2";

    static final String UDP = " udp";

    private static final Map<String, List<String>> ENDPOINTS = new LinkedHashMap<>(Map.of(
            "gost", List.of("g1"),
            "gost x2", List.of("g1", "g2"),
            "warren", List.of("w1"),
            "warren x2", List.of("w1", "w2"),
            "warren s2", List.of("w1")));

    /** Where an agent goes first. */
    private static final Map<String, List<String>> ORDER = Map.of(
            "g1", List.of("m1", "m2", "m3"),
            "g2", List.of("m2", "m3", "m1"),
            "w1", List.of("m1", "m2", "m3"),
            "w2", List.of("m2", "m3", "m1"));

    private static final int AGENTS = 300;
    private static final int FIRST_ENDPOINT = 400;
    /** For streams that never end. */
    private static final Duration GRACE = Duration.ofSeconds(5);

    private static final Duration PATIENCE = Duration.ofSeconds(40);
    private static final Path LAUNCHER = Path.of("target/warren").toAbsolutePath();

    private final Lab lab;
    private final Path directory;
    private final Origin origin;
    private final boolean gost = System.getenv("GOST") != null;
    private final Map<String, Program> programs = new LinkedHashMap<>();

    Formation(Lab lab, Path directory, Origin origin) {
        this.lab = lab;
        this.directory = directory;
        this.origin = origin;
    }

    void start() throws Exception {
        for (String member : MEMBERS) {
            startMember(member);
        }
        // On a busy machine they take their time.
        Until.passes(
                PATIENCE.multipliedBy(3),
                () -> MEMBERS.forEach(member -> assertThat(MEMBERS).allMatch(other -> knows(member, other))));
        settles();
    }

    private boolean knows(String member, String other) {
        return programs.get(member).log().contains("member is here member=" + other + " ");
    }

    /** Every agent is at the member that it prefers, and every endpoint answers at every member. */
    void settles() throws Exception {
        for (String agent : agents()) {
            if (!isSettled(agent)) {
                if (programs.containsKey(agent)) {
                    kill(agent);
                }
                startAgent(agent);
            }
        }
        works();
        for (String agent : agents()) {
            Until.holds(() -> isSettled(agent));
        }
    }

    private boolean isSettled(String agent) {
        if (!lab.isNetwork() || !programs.containsKey(agent)) {
            // Whose session it is cannot be told from its address.
            return programs.containsKey(agent) && programs.get(agent).process().isAlive();
        }
        long endpoints = ENDPOINTS.values().stream()
                .filter(publishers -> publishers.contains(agent))
                .count();
        boolean second = ENDPOINTS.entrySet().stream()
                .anyMatch(e -> e.getKey().contains(TWO_SESSIONS) && e.getValue().contains(agent));
        List<String> order = ORDER.get(agent);
        int elsewhere = sessions(order.get(1), agent) + sessions(order.get(2), agent);
        // An attempt that is still under way may be one more.
        return sessions(order.get(0), agent) >= 2 * endpoints && (second ? elsewhere >= 2 : elsewhere == 0);
    }

    private int sessions(String member, String agent) {
        String[] command = {
            "ss", "-Htn", "state", "established", "src", lab.host(member) + ":" + agentsPort(), "dst", lab.host(agent)
        };
        try {
            return (int) lab.where(member).orElseThrow().run(command).lines().count();
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    private List<String> agents() {
        return PLACES.stream()
                .filter(place -> place.startsWith("w") || (gost && place.startsWith("g")))
                .toList();
    }

    /** The names of the endpoints that there are. */
    List<String> endpoints() {
        return ENDPOINTS.keySet().stream()
                .filter(name -> gost || !name.startsWith("gost"))
                .sorted()
                .toList();
    }

    private int port(String endpoint) {
        return lab.base()
                + FIRST_ENDPOINT
                + ENDPOINTS.keySet().stream().sorted().toList().indexOf(endpoint);
    }

    int busPort() {
        return lab.base() + 200;
    }

    int agentsPort() {
        return lab.base() + AGENTS;
    }

    List<Route> routes() {
        return MEMBERS.stream()
                .flatMap(member -> endpoints().stream().map(endpoint -> route(member, endpoint)))
                .toList();
    }

    List<Route> datagramRoutes() {
        return routes().stream()
                .map(route -> new Route(route.member(), route.endpoint() + UDP, route.where()))
                .toList();
    }

    Route route(String member, String endpoint) {
        return new Route(member, endpoint, new InetSocketAddress(lab.host(member), port(endpoint)));
    }

    Program program(String place) {
        return programs.get(place);
    }

    long pid(String place) {
        return programs.get(place).process().pid();
    }

    void startMember(String member) throws Exception {
        startMember(member, List.of(), Optional.empty());
    }

    /** Of a member that records: a proxy, and where its figures are. */
    InetSocketAddress recorded(String member) {
        return new InetSocketAddress(lab.host(member), lab.base() + 500);
    }

    InetSocketAddress metrics(String member) {
        return new InetSocketAddress(lab.host(member), lab.base() + 501);
    }

    /**
     * @param before a command that runs the one that follows it
     * @param disk where it has its log, and the records of a service of its own
     */
    void startMember(String member, List<String> before, Optional<SmallDisk> disk) throws Exception {
        String host = lab.host(member);
        String text = """
                log: {output: "%s"}
                cluster:
                  name: chaos
                  secret: as random as can be
                  member: %s
                  addr: %s:%d
                  join: [%s]
                  grace: %ds
                services:
                - name: agents
                  addr: %s:%d
                  handler:
                    type: relay
                    auth: {username: alice, password: wonderland}
                    metadata: {bind: true, bind.host: %s}
                  listener: {type: tcp}
                """.formatted(
                        disk.map(d -> d.file("warren.log").toString()).orElse("stderr"),
                        member,
                        host,
                        lab.base(),
                        MEMBERS.stream()
                                .map(other -> lab.host(other) + ":" + lab.base())
                                .collect(Collectors.joining(", ")),
                        GRACE.toSeconds(),
                        host,
                        agentsPort(),
                        host);
        if (disk.isPresent()) {
            text += recording(member, disk.get());
        }
        List<String> command = new ArrayList<>(before);
        command.addAll(warren("-C", file(member, text)));
        run(member, command);
    }

    private String recording(String member, SmallDisk disk) {
        return """
                - name: recorded
                  addr: %s:%d
                  handler: {type: http}
                  listener: {type: tcp}
                  recorders:
                  - {name: sessions, record: recorder.service.handler, metadata: {http.body: true, http.maxBodySize: 1048576}}
                recorders:
                - {name: sessions, file: {path: "%s", sep: "\\n"}}
                metrics: {addr: "%s:%d"}
                """.formatted(
                        lab.host(member),
                        recorded(member).getPort(),
                        disk.file("records"),
                        lab.host(member),
                        metrics(member).getPort());
    }

    private String file(String name, String text) throws IOException {
        return Files.writeString(home(name).resolve(name + ".yml"), text).toString();
    }

    private Path home(String place) throws IOException {
        return Files.createDirectories(directory.resolve(place));
    }

    private void run(String place, List<String> command) throws IOException {
        programs.put(place, Program.start(lab.where(place), home(place), command));
    }

    private static List<String> warren(String... arguments) {
        List<String> command = new ArrayList<>(List.of(
                "env",
                "WARREN_NO_ARCHIVE=1",
                "WARREN_JAVA_OPTS=-Xmx256m -XX:TieredStopAtLevel=1",
                LAUNCHER.toString()));
        command.addAll(List.of(arguments));
        return command;
    }

    void startAgent(String agent) throws Exception {
        StringBuilder text = new StringBuilder("services:\n");
        ENDPOINTS.forEach((endpoint, publishers) -> {
            if (publishers.contains(agent)) {
                // By default the name is the host's, and all of these are on one.
                String own = ", metadata: {sessions: %d, agent: %s-%s}"
                        .formatted(endpoint.contains(TWO_SESSIONS) ? 2 : 1, agent, endpoint.replace(' ', '-'));
                String sessions = agent.startsWith("w") ? own : "";
                service(text, endpoint, "tcp", origin.tcpPort(), sessions);
                service(text, endpoint, "udp", origin.udpPort(), sessions);
            }
        });
        text.append("""
                chains:
                - name: members
                  hops:
                  - name: members
                    selector: {strategy: fifo, maxFails: 1, failTimeout: 5s}
                    nodes:
                """);
        for (String member : ORDER.get(agent)) {
            text.append("""
                        - name: %s
                          addr: %s:%d
                          connector: {type: relay, auth: {username: alice, password: wonderland}}
                          dialer: {type: tcp}
                    """.formatted(member, lab.host(member), agentsPort()));
        }
        String file = file(agent, text.toString());
        List<String> command = agent.startsWith("g") ? List.of(System.getenv("GOST"), "-C", file) : warren("-C", file);
        run(agent, command);
    }

    private void service(StringBuilder text, String endpoint, String network, int target, String more) {
        text.append("""
                - name: %s-%s
                  addr: ":%d"
                  handler: {type: r%s}
                  listener: {type: r%s, chain: members%s}
                  forwarder: {nodes: [{name: origin, addr: "%s:%d"}]}
                """.formatted(
                endpoint.replace(' ', '-'), network, port(endpoint), network, network, more, lab.origin(), target));
    }

    /** Every endpoint answers at every member, now or soon. */
    void works() throws Exception {
        for (Route route : routes()) {
            Until.passes(PATIENCE, () -> answers(route));
        }
    }

    private static void answers(Route route) throws IOException {
        try (Socket visitor = new Socket()) {
            visitor.connect(route.where(), 2_000);
            visitor.setSoTimeout(6_000);
            DataOutputStream out = new DataOutputStream(visitor.getOutputStream());
            out.write(new byte[] {'P', 1});
            if (new DataInputStream(visitor.getInputStream()).read() != 1) {
                throw new IOException(route + " answers nothing");
            }
        }
    }

    /** Connections that the other end has closed, and this member has not. */
    int abandoned(String member) throws Exception {
        String[] command = {"ss", "-Htn", "state", "close-wait", "src", lab.host(member)};
        String lines = lab.where(member).isPresent()
                ? lab.where(member).orElseThrow().run(command)
                : Command.run(command).said();
        return (int) lines.lines().count();
    }

    void signal(String place, String signal) throws Exception {
        programs.get(place).signal(signal);
    }

    /** Waits, as long as a process manager would. */
    void ends(String place) throws Exception {
        if (!programs.get(place).process().waitFor(GRACE.toSeconds() + 15, TimeUnit.SECONDS)) {
            throw new AssertionError(
                    place + " does not end: " + programs.get(place).log());
        }
    }

    void kill(String place) throws InterruptedException {
        programs.get(place).kill();
    }

    @Override
    public void close() {
        programs.values().forEach(Program::close);
    }
}
