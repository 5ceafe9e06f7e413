package io.warren.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/**
 * Three members under constant load, and one thing after the other that goes wrong. The table is in {@code target/chaos.md}; {@code -Pchaos} has the long form.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class ChaosIT {
    /** The long form does everything longer and more often. */
    private static final boolean LONG = Boolean.getBoolean("chaos.long");

    private static final int FIRST_PORT = 20_000;
    /** How soon a balancer notices. */
    private static final Duration CHECKS = Duration.ofSeconds(1);

    private static final int STORM = 1_000;
    private static final String FULL_DISK = "full disk under a member's log and recorder";
    /** Vert.x's pool for what blocks is full then. */
    private static final int WARMING = 25;

    private static final int RECORDS = 4;
    /** More than a queue takes, in bytes. */
    private static final int MANY_RECORDS = 60;

    /** What a queue takes in bytes, what is being written of it, and bodies that have come meanwhile. */
    private static final long RECORDS_MEMORY = 20L << 20;

    @TempDir
    private static Path directory;

    /** Configurations and logs, which are kept. */
    private static final Path LOGS = Path.of("target", "chaos").toAbsolutePath();

    private final Report report = new Report();
    private Lab lab;
    private Origin origin;
    private Formation formation;
    private Load load;
    private LongStreams streams;
    private Footprint atPeak;

    @BeforeAll
    void everythingRuns() throws Exception {
        lab = Lab.with(Formation.PLACES.toArray(String[]::new));
        origin = new Origin(lab.origin());
        formation = new Formation(
                lab, LOGS.resolve(String.valueOf(ProcessHandle.current().pid())), origin);
        formation.start();
        load = new Load(formation.routes(), formation.datagramRoutes());
        streams = new LongStreams(
                formation.routes().stream()
                        .filter(route -> route.endpoint().equals("warren")
                                || route.endpoint().equals("gost x2"))
                        .toList(),
                load.faults());
    }

    @BeforeEach
    void everythingWorks() throws Exception {
        formation.settles();
    }

    @AfterEach
    void nobodyGetsOtherBytesThanWereSent() throws Exception {
        lab.heal();
        load.balance(false);
        load.resume();
        assertThat(load.faults()).isEmpty();
        assertThat(origin.faults()).isEmpty();
        report.check();
    }

    @AfterAll
    void theTable() throws Exception {
        for (AutoCloseable each : new AutoCloseable[] {streams, load, formation, origin, lab}) {
            if (each != null) {
                each.close();
            }
        }
        report.write();
        if (!LONG && lab.isNetwork()) {
            report.isIn(Path.of("cluster", "README.md"));
        }
    }

    private static List<String> victims() {
        return LONG ? Formation.MEMBERS : List.of("m1");
    }

    private static Duration longer(Duration time) {
        return LONG ? time.multipliedBy(4) : time;
    }

    private static Duration since(long start) {
        return Duration.ofNanos(System.nanoTime() - start);
    }

    /** What visitors notice within the time, which has to be longer than what is promised. */
    private Outage watch(long injected, Duration time) throws InterruptedException {
        TimeUnit.NANOSECONDS.sleep(injected + time.toNanos() - System.nanoTime());
        return load.since(injected);
    }

    private void within(String injection, String promise, Duration budget, Outage outage) {
        assertThat(outage.all()).as(promise).isPositive();
        report.within(injection, promise, budget, outage.length());
        outage.examples().forEach(line -> System.out.println("    " + line));
    }

    private void none(String injection, Outage outage) {
        report.none(injection, "requests that failed", outage.failed(), outage.all());
        outage.examples().forEach(line -> System.out.println("    " + line));
    }

    private void answersAgain(String injection, Duration budget) throws Exception {
        long start = System.nanoTime();
        formation.works();
        report.within(injection, "every endpoint at every member, afterwards", budget, since(start));
    }

    private static Predicate<Route> at(String... members) {
        return route -> List.of(members).contains(route.member());
    }

    private static Predicate<Route> notAt(String member) {
        return route -> !route.member().equals(member);
    }

    private static boolean datagrams(Route route) {
        return route.endpoint().endsWith(Formation.UDP);
    }

    private static boolean requests(Route route) {
        return !datagrams(route);
    }

    private static boolean twoAgents(Route route) {
        return route.endpoint().contains(Formation.TWO_AGENTS);
    }

    private static boolean twoSessions(Route route) {
        return twoAgents(route) || route.endpoint().contains(Formation.TWO_SESSIONS);
    }

    @Test
    @Order(1)
    void quiet() throws Exception {
        Outage outage = watch(System.nanoTime(), longer(Duration.ofSeconds(4)));
        none("nothing", outage.of(ChaosIT::requests));
        report.printed(
                "nothing",
                "requests, p50, p99",
                "",
                Report.text(outage.quantile(0.5)) + ", " + Report.text(outage.quantile(0.99)));
        report.printed("nothing", "a member hop adds, p50", "<= 0.3 ms", hop());
    }

    /** The same agent's endpoint, asked where the agent is and elsewhere. */
    private String hop() throws Exception {
        load.pause();
        List<Long> here = new ArrayList<>();
        List<Long> there = new ArrayList<>();
        try (Pings local = new Pings(formation.route("m1", "warren"));
                Pings remote = new Pings(formation.route("m2", "warren"))) {
            for (int i = 0; i < 600; i++) {
                here.add(local.nanos());
                there.add(remote.nanos());
            }
        } finally {
            load.resume();
        }
        return String.format(java.util.Locale.ROOT, "%.2f ms", (median(there) - median(here)) / 1e6);
    }

    private static long median(List<Long> values) {
        return values.stream().sorted().toList().get(values.size() / 2);
    }

    @Test
    @Order(2)
    void newRegistrationIsVisibleOnEveryMember() throws Exception {
        List<Duration> seen = new ArrayList<>();
        try (LightAgents agents = new LightAgents(agentsPorts())) {
            for (int port = FIRST_PORT; port < FIRST_PORT + (LONG ? 200 : 20); port++) {
                long start = System.nanoTime();
                agents.attach(port, port);
                for (String member : Formation.MEMBERS) {
                    opens(member, port);
                }
                seen.add(since(start));
            }
            assertThat(agents.refusals()).isEmpty();
        }
        seen.sort(Duration::compareTo);
        Duration worst = seen.get(seen.size() - 1);
        report.printed(
                "new registration",
                "visible on every member, p50",
                "<= 0.100 s",
                Report.text(seen.get(seen.size() / 2)) + " (worst " + Report.text(worst) + ")");
        report.within("new registration", "visible on every member, worst", Duration.ofSeconds(10), worst);
    }

    private List<InetSocketAddress> agentsPorts() {
        return Formation.MEMBERS.stream()
                .map(member -> new InetSocketAddress(lab.host(member), formation.agentsPort()))
                .toList();
    }

    private void opens(String member, int port) throws Exception {
        long deadline = System.nanoTime() + Duration.ofSeconds(40).toNanos();
        while (!isOpen(member, port)) {
            assertThat(System.nanoTime()).as("port " + port + " at " + member).isLessThan(deadline);
            TimeUnit.MILLISECONDS.sleep(1);
        }
    }

    private void closes(String member, int port) throws Exception {
        long deadline = System.nanoTime() + Duration.ofSeconds(40).toNanos();
        while (isOpen(member, port)) {
            assertThat(System.nanoTime()).as("port " + port + " at " + member).isLessThan(deadline);
            TimeUnit.MILLISECONDS.sleep(10);
        }
    }

    private boolean isOpen(String member, int port) {
        try (Socket visitor = new Socket()) {
            visitor.connect(new InetSocketAddress(lab.host(member), port), 1000);
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    @Test
    @Order(3)
    void memberIsKilled() throws Exception {
        String what = "SIGKILL of a member";
        for (String victim : victims()) {
            formation.settles();
            long injected = System.nanoTime();
            formation.kill(victim);
            Outage outage = watch(injected, Duration.ofSeconds(8)).of(notAt(victim));
            within(what, "every endpoint through the others", Duration.ofSeconds(5), outage.of(r -> !twoSessions(r)));
            Outage twice = outage.of(ChaosIT::twoSessions);
            within(what, "endpoints with two sessions", Duration.ofSeconds(1), twice.of(ChaosIT::requests));
            within(what, "endpoints with two sessions, datagrams", Duration.ofSeconds(1), twice.of(ChaosIT::datagrams));
            formation.startMember(victim);
            answersAgain("SIGKILL of a member, and its start", Duration.ofSeconds(20));
        }
    }

    @Test
    @Order(4)
    void memberIsStopped() throws Exception {
        String what = "SIGSTOP of a member";
        for (String victim : victims()) {
            formation.settles();
            long injected = System.nanoTime();
            formation.signal(victim, "STOP");
            Outage outage;
            try {
                outage = watch(injected, Duration.ofSeconds(15)).of(notAt(victim));
            } finally {
                formation.signal(victim, "CONT");
            }
            Outage twice = outage.of(ChaosIT::twoSessions);
            within(what, "endpoints with a second session", Duration.ofSeconds(10), twice.of(ChaosIT::requests));
            within(what, "the same, datagrams", Duration.ofSeconds(10), twice.of(ChaosIT::datagrams));
            answersAgain("SIGCONT of a member", Duration.ofSeconds(30));
        }
    }

    @Test
    @Order(5)
    void agentsAreLostSilently() throws Exception {
        String what = "agents lost without a word";
        if (!lab.isNetwork()) {
            report.skipped(what, "no network namespaces here");
            return;
        }
        long injected = System.nanoTime();
        lab.cutOff("w1");
        lab.cutOff("g1");
        Outage twice = watch(injected, Duration.ofSeconds(15)).of(ChaosIT::twoAgents);
        within(what, "no visitor is sent to them", Duration.ofSeconds(10), twice.of(ChaosIT::requests));
        within(what, "no datagram is sent to them", Duration.ofSeconds(10), twice.of(ChaosIT::datagrams));
        lab.heal();
        answersAgain("agents lost, and found again", Duration.ofSeconds(30));
    }

    @Test
    @Order(6)
    void visitorDoesNotRead() throws Exception {
        String what = "a visitor who does not read";
        long before = resident();
        long injected = System.nanoTime();
        try (SlowReader slow = new SlowReader(formation.route("m3", "warren"), 64L << 20)) {
            // smux 1 has one window for all streams of an agent's session, so its own other visitors wait.
            Outage others = watch(injected, longer(Duration.ofSeconds(5)))
                    .of(route -> requests(route) && !route.endpoint().equals("warren"));
            none(what + ": other agents", others);
            report.within(what + ": other agents", "a visitor waits at most", Duration.ofSeconds(1), others.worst());
            long grown = Math.max(0, resident() - before) >> 20;
            report.atMost(what, "MB more in the members, of 64 MB asked for", 48, grown);
            report.holds(what, "gets what it asked for in the end", slow.everythingComes(), "64 MB");
        }
    }

    private long resident() throws Exception {
        long sum = 0;
        for (String member : Formation.MEMBERS) {
            sum += Footprint.resident(formation.pid(member));
        }
        return sum;
    }

    @Test
    @Order(7)
    void newsBetweenMembersAreLost() throws Exception {
        String what = "news between two members lost";
        if (!lab.isNetwork()) {
            report.skipped(what, "no network namespaces here");
            return;
        }
        int gone = FIRST_PORT + 300;
        int fresh = FIRST_PORT + 301;
        try (LightAgents leaving = new LightAgents(agentsPorts());
                LightAgents coming = new LightAgents(agentsPorts())) {
            leaving.attach(gone, 0);
            opens("m2", gone);
            long injected = System.nanoTime();
            lab.reset("m1", "m2", formation.busPort());
            leaving.leave();
            coming.attach(fresh, 0);
            opens("m3", fresh);
            closes("m3", gone);
            Outage outage = watch(injected, longer(Duration.ofSeconds(4)));
            none(what, outage.of(ChaosIT::requests));
            lab.heal();
            long healed = System.nanoTime();
            opens("m2", fresh);
            closes("m2", gone);
            report.within(what, "known everywhere, afterwards", Duration.ofSeconds(5), since(healed));
        }
    }

    @Test
    @Order(8)
    void networkIsBad() throws Exception {
        if (!lab.isNetwork()) {
            report.skipped("packets late and lost", "no network namespaces here");
            return;
        }
        Optional<String> how = lab.delay("m2", 40);
        lab.lose("m2", 0.02);
        String what = how.isPresent()
                ? "80 ms and 4 % loss at a member"
                : "4 % loss at a member (no delay: no netem, no tun)";
        long injected = System.nanoTime();
        Outage outage = watch(injected, longer(Duration.ofSeconds(10)));
        none(what, outage.of(ChaosIT::requests));
        Outage there = outage.of(at("m2").and(ChaosIT::requests));
        report.printed(
                what,
                "requests there, p50, p99",
                "",
                Report.text(there.quantile(0.5)) + ", " + Report.text(there.quantile(0.99))
                        + how.map(way -> " (" + way + ")").orElse(""));
    }

    @Test
    @Order(9)
    void networkSplits() throws Exception {
        String what = "partition, one against two";
        if (!lab.isNetwork()) {
            report.skipped(what, "no network namespaces here");
            return;
        }
        long injected = System.nanoTime();
        lab.part("m1", "m2");
        lab.part("m1", "m3");
        // Agents and visitors still reach all members: each side has an agent of these.
        Outage outage = watch(injected, longer(Duration.ofSeconds(15)));
        within(
                what,
                "each half serves what it holds",
                Duration.ofSeconds(10),
                outage.of(ChaosIT::twoSessions).of(ChaosIT::requests));
        lab.heal();
        answersAgain("partition, healed", Duration.ofSeconds(30));
    }

    @Test
    @Order(10)
    void stormOfAgents() throws Exception {
        String what = "reconnect storm of " + STORM + " agents";
        // What the first one leaves behind is there for the next.
        storm(STORM, Duration.ofSeconds(60));
        Map<String, Footprint> before = footprints(Map.of());
        long injected = System.nanoTime();
        List<Duration> times = storm(STORM, Duration.ofSeconds(60));
        Outage outage = load.since(injected).of(ChaosIT::requests);
        report.printed(
                what,
                "all attached; all back after they were cut off at once",
                "",
                times.stream().map(Report::text).toList().toString());
        none(what, outage);
        report.printed(what, "a member while they are there: live memory, threads, descriptors", "", atPeak.toString());
        Map<String, Footprint> after = footprints(before);
        report.printed(
                what,
                "connections at a member whose visitor is gone, but not their gost agent's stream",
                "",
                String.valueOf(formation.abandoned("m1")));
        for (String member : Formation.MEMBERS) {
            report.holds(
                    what,
                    member + ": memory, threads, descriptors as before (+-10 %)",
                    after.get(member).isBackAt(before.get(member)),
                    before.get(member) + " -> " + after.get(member));
        }
    }

    /** @return how long it took until all were there, and until all were back */
    @CanIgnoreReturnValue
    private List<Duration> storm(int count, Duration patience) throws Exception {
        List<Duration> times = new ArrayList<>();
        try (LightAgents agents = new LightAgents(agentsPorts())) {
            long start = System.nanoTime();
            for (int i = 0; i < count; i++) {
                agents.attach(FIRST_PORT + 1000 + i, i);
            }
            times.add(agents.complete(count, start, patience));
            for (int round = 0; round < (LONG ? 5 : 1); round++) {
                long cut = System.nanoTime();
                agents.cut();
                times.add(agents.complete(count, cut, patience));
            }
            for (String member : Formation.MEMBERS) {
                opens(member, FIRST_PORT + 1000);
                opens(member, FIRST_PORT + 1000 + count - 1);
            }
            atPeak = Footprint.of(formation.pid("m1"));
            assertThat(agents.refusals()).isEmpty();
        }
        for (String member : Formation.MEMBERS) {
            for (int i = 0; i < count; i++) {
                closes(member, FIRST_PORT + 1000 + i);
            }
        }
        return times;
    }

    /**
     * Of members that nobody visits; waits a while until they are back at what they were. Connections that their visitor has closed, and a gost agent has
     * not, are counted apart: they stay for minutes, storm or not.
     */
    private Map<String, Footprint> footprints(Map<String, Footprint> before) throws Exception {
        load.pause();
        streams.pause();
        try {
            TimeUnit.SECONDS.sleep(3);
            Map<String, Footprint> all = new HashMap<>();
            for (int tries = 0; tries < 15; tries++) {
                for (String member : Formation.MEMBERS) {
                    all.put(member, Footprint.of(formation.pid(member)).without(formation.abandoned(member)));
                }
                if (before.isEmpty()
                        || all.entrySet().stream().allMatch(e -> e.getValue().isBackAt(before.get(e.getKey())))) {
                    break;
                }
                TimeUnit.SECONDS.sleep(1);
            }
            return all;
        } finally {
            streams.resume();
            load.resume();
        }
    }

    @Test
    @Order(11)
    void descriptorsRunOut() throws Exception {
        String what = "no descriptors left at a member";
        long pid = formation.pid("m3");
        String limit = Footprint.limit(pid, Footprint.descriptors(pid) + 20 + ":");
        List<Socket> idle = new ArrayList<>();
        long injected = System.nanoTime();
        try {
            for (int i = 0; i < 100; i++) {
                Socket one = new Socket();
                one.connect(formation.route("m3", "warren").where(), 1000);
                idle.add(one);
            }
            Outage outage = watch(injected, longer(Duration.ofSeconds(4)));
            none(what + ": the others", outage.of(at("m1", "m2").and(ChaosIT::requests)));
        } finally {
            for (Socket one : idle) {
                one.close();
            }
            Footprint.limit(pid, limit);
        }
        answersAgain(what, Duration.ofSeconds(5));
    }

    @Test
    @Order(12)
    void diskIsFullAndTheClockIsSet() throws Exception {
        Optional<SmallDisk> disk = SmallDisk.at(directory.resolve("small"));
        Optional<Clock> clock = Clock.in(directory);
        try {
            formation.kill("m3");
            formation.startMember("m3", clock.map(Clock::command).orElse(List.of()), disk);
            formation.works();
            fullDisk(disk);
            clockStep(clock);
        } finally {
            formation.kill("m3");
            formation.startMember("m3");
            formation.works();
            disk.ifPresent(SmallDisk::close);
        }
    }

    private void fullDisk(Optional<SmallDisk> disk) throws Exception {
        if (disk.isEmpty()) {
            report.skipped(FULL_DISK, "nothing can be mounted here");
            return;
        }
        try (Recorded recorded = new Recorded(formation, "m3", disk.get(), lab.origin())) {
            recorded.ask(WARMING);
            recorded.written(WARMING);
            load.pause();
            Footprint before = Footprint.of(formation.pid("m3"));
            load.resume();
            disk.get().fill();
            long injected = System.nanoTime();
            int failed = recorded.ask(MANY_RECORDS);
            none(FULL_DISK, watch(injected, longer(Duration.ofSeconds(4))).of(ChaosIT::requests));
            report.none(FULL_DISK, "requests that were to be recorded", failed, MANY_RECORDS);
            load.pause();
            Footprint full = Footprint.of(formation.pid("m3"));
            report.holds(
                    FULL_DISK,
                    "m3: threads and descriptors as before (+-10 %), memory with 20 MB for records",
                    full.withoutMemory(RECORDS_MEMORY).isBackAt(before),
                    before + " -> " + full);
            load.resume();
            disk.get().free();
            long freed = System.nanoTime();
            recorded.recovered(WARMING + MANY_RECORDS);
            report.within(FULL_DISK, "records and log go on once there is room", Duration.ofSeconds(7), since(freed));
            report.holds(
                    FULL_DISK,
                    "what is lost is in the metrics, and once in the log",
                    recorded.lossIsTold(),
                    recorded.lost() + " records lost, " + recorded.inFile() + " written");
            recorded.ask(RECORDS);
            recorded.recovered(WARMING + MANY_RECORDS + RECORDS);
            load.pause();
            report.holds(
                    FULL_DISK,
                    "m3: memory, threads, descriptors as before (+-10 %)",
                    recorded.isBack(before),
                    before + " -> " + recorded.footprint());
            load.resume();
        }
    }

    private void clockStep(Optional<Clock> clock) throws Exception {
        if (clock.isEmpty()) {
            report.skipped("clock of a member set", "no C compiler here");
            return;
        }
        for (Duration step : List.of(Duration.ofHours(1), Duration.ofHours(-1))) {
            String what = "clock of a member set by " + step.toHours() + " h";
            long injected = System.nanoTime();
            clock.get().set(step);
            none(what, watch(injected, longer(Duration.ofSeconds(8))).of(ChaosIT::requests));
            clock.get().set(Duration.ZERO);
            answersAgain(what, Duration.ofSeconds(30));
        }
    }

    /** Visitors come through a balancer, which goes on to the next member when one refuses, and soon notices that one is not ready. */
    @Test
    @Order(13)
    void membersAreRestartedOneAfterTheOther() throws Exception {
        String what = "rolling restart of three members";
        load.balance(true);
        long injected = System.nanoTime();
        List<Duration> times = new ArrayList<>();
        for (int round = 0; round < (LONG ? 5 : 1); round++) {
            for (String member : Formation.MEMBERS) {
                long start = System.nanoTime();
                formation.signal(member, "TERM");
                TimeUnit.NANOSECONDS.sleep(CHECKS.toNanos());
                load.leaves(member);
                formation.ends(member);
                times.add(since(start));
                formation.startMember(member);
                formation.works();
                load.returns(member);
            }
        }
        none(what, load.since(injected).of(ChaosIT::requests));
        report.printed(
                what,
                "from SIGTERM to the end of the process",
                "<= 35 s",
                times.stream().map(Report::text).toList().toString());
    }

    @Test
    @Order(20)
    void nothingAcknowledgedIsLostOrDoubled() throws Exception {
        load.pause();
        Map<Integer, Integer> counts = new HashMap<>();
        for (long id : load.acknowledged()) {
            counts.merge(origin.asked(id), 1, Integer::sum);
        }
        int once = counts.getOrDefault(1, 0);
        counts.remove(1);
        report.holds(
                "all of these",
                "a request that was answered has arrived, once",
                counts.isEmpty(),
                once + " once" + (counts.isEmpty() ? "" : ", others " + counts));
        report.holds(
                "all of these",
                "long streams are what was sent",
                load.faults().isEmpty(),
                streams.bytes() / 1_000_000 + " MB, cut " + streams.cuts().size() + " times");
    }
}
