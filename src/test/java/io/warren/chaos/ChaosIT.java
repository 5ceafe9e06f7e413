package io.warren.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import io.warren.fixture.Until;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
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

/** Three members under constant load, and one thing after the other that goes wrong. The table is in {@code target/chaos.md}. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class ChaosIT {
    private static final int FIRST_PORT = 20_000;

    @TempDir
    private static Path directory;

    private final Report report = new Report();
    private Lab lab;
    private Origin origin;
    private Formation formation;
    private Load load;
    private LongStreams streams;

    @BeforeAll
    void everythingRuns() throws Exception {
        lab = Lab.with(Formation.PLACES.toArray(String[]::new));
        origin = new Origin(lab.origin());
        formation = new Formation(lab, directory, origin);
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
        formation.works();
    }

    @AfterEach
    void nothingIsLostOrDoubled() throws Exception {
        lab.heal();
        load.resume();
        assertThat(load.faults()).as("bytes that nobody sent").isEmpty();
        assertThat(origin.faults()).as("bytes that nobody sent").isEmpty();
        report.check();
    }

    @AfterAll
    void theTable() throws Exception {
        report.write();
        for (AutoCloseable each : new AutoCloseable[] {streams, load, formation, origin, lab}) {
            if (each != null) {
                each.close();
            }
        }
    }

    private static void during(Duration time) throws InterruptedException {
        TimeUnit.NANOSECONDS.sleep(time.toNanos());
    }

    /** What visitors of the routes notice within the time, which has to be longer than what is promised. */
    @CanIgnoreReturnValue
    private Outage outage(long injected, Duration watched, Predicate<Route> routes) throws InterruptedException {
        during(watched.minusNanos(System.nanoTime() - injected));
        load.pause();
        Outage outage = Outage.since(injected, load.samples(), routes);
        load.resume();
        return outage;
    }

    private void within(String injection, String promise, Duration budget, long injected, Predicate<Route> routes) {
        Outage outage = Outage.since(injected, load.samples(), routes);
        report.within(injection, promise, budget, outage.length(injected));
        outage.examples(injected).forEach(line -> System.out.println("    " + line));
    }

    private static boolean twice(Route route) {
        return route.endpoint().contains(Formation.TWICE);
    }

    private static boolean datagrams(Route route) {
        return route.endpoint().endsWith(Formation.UDP);
    }

    @Test
    @Order(1)
    void quiet() throws Exception {
        long start = System.nanoTime();
        Outage outage = outage(start, Duration.ofSeconds(5), route -> true);
        report.atMost("nothing", "requests that failed", 0, outage.failed());
        report.printed(
                "nothing",
                "requests and datagrams, p50, p99",
                "",
                outage.all() + ", " + Report.text(outage.quantile(0.5)) + ", " + Report.text(outage.quantile(0.99)));
    }

    @Test
    @Order(2)
    void newRegistrationIsVisibleOnEveryMember() throws Exception {
        List<Duration> seen = new ArrayList<>();
        try (LightAgents agents = new LightAgents(agentsPorts())) {
            for (int i = 0; i < 20; i++) {
                int port = FIRST_PORT + i;
                long start = System.nanoTime();
                agents.attach(port, i);
                for (String member : Formation.MEMBERS) {
                    opens(member, port);
                }
                seen.add(Duration.ofNanos(System.nanoTime() - start));
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
        report.within("new registration", "visible on every member, worst", Duration.ofSeconds(2), worst);
    }

    private List<InetSocketAddress> agentsPorts() {
        return Formation.MEMBERS.stream()
                .map(member -> new InetSocketAddress(lab.host(member), formation.agentsPort()))
                .toList();
    }

    private void opens(String member, int port) throws Exception {
        long deadline = System.nanoTime() + Duration.ofSeconds(10).toNanos();
        while (!isOpen(member, port)) {
            assertThat(System.nanoTime()).as("port " + port + " at " + member).isLessThan(deadline);
            TimeUnit.MILLISECONDS.sleep(1);
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
        String victim = formation.busiest();
        long injected = System.nanoTime();
        formation.kill(victim);
        outage(injected, Duration.ofSeconds(9), route -> true);
        Predicate<Route> elsewhere = route -> !route.member().equals(victim);
        within(
                "SIGKILL of a member",
                "every endpoint through the others",
                Duration.ofSeconds(5),
                injected,
                elsewhere.and(route -> !twice(route)));
        within(
                "SIGKILL of a member",
                "endpoints with two sessions",
                Duration.ofSeconds(1),
                injected,
                elsewhere.and(ChaosIT::twice).and(route -> !datagrams(route)));
        within(
                "SIGKILL of a member",
                "datagrams of endpoints with two sessions",
                Duration.ofSeconds(1),
                injected,
                elsewhere.and(ChaosIT::twice).and(ChaosIT::datagrams));
        long back = System.nanoTime();
        formation.startMember(victim);
        formation.works();
        report.within(
                "SIGKILL of a member",
                "serves again after its start",
                Duration.ofSeconds(20),
                Duration.ofNanos(System.nanoTime() - back));
    }

    @Test
    @Order(4)
    void memberIsStopped() throws Exception {
        String victim = formation.busiest();
        long injected = System.nanoTime();
        formation.signal(victim, "STOP");
        try {
            outage(injected, Duration.ofSeconds(14), route -> true);
        } finally {
            formation.signal(victim, "CONT");
        }
        within(
                "SIGSTOP of a member",
                "endpoints with a second session elsewhere",
                Duration.ofSeconds(10),
                injected,
                route -> !route.member().equals(victim) && twice(route));
        long back = System.nanoTime();
        formation.works();
        report.within(
                "SIGCONT of a member",
                "every endpoint at every member",
                Duration.ofSeconds(30),
                Duration.ofNanos(System.nanoTime() - back));
    }

    @Test
    @Order(5)
    void agentsAreLostSilently() throws Exception {
        if (!lab.isNetwork()) {
            report.skipped("agents silently lost", "no network namespaces here");
            return;
        }
        long injected = System.nanoTime();
        lab.cutOff("w1");
        lab.cutOff("g1");
        outage(injected, Duration.ofSeconds(14), route -> true);
        within(
                "agents silently lost",
                "no visitor is sent to them",
                Duration.ofSeconds(10),
                injected,
                route -> twice(route) && !datagrams(route));
        within(
                "agents silently lost",
                "no datagram is sent to them",
                Duration.ofSeconds(10),
                injected,
                route -> twice(route) && datagrams(route));
        lab.heal();
        long back = System.nanoTime();
        formation.works();
        report.within(
                "agents silently lost",
                "they serve again when the network is back",
                Duration.ofSeconds(30),
                Duration.ofNanos(System.nanoTime() - back));
    }

    @Test
    @Order(10)
    void nothingAcknowledgedIsLostOrDoubled() throws Exception {
        load.pause();
        Map<Integer, Integer> counts = new HashMap<>();
        for (long id : load.acknowledged()) {
            counts.merge(origin.asked(id), 1, Integer::sum);
        }
        int once = counts.getOrDefault(1, 0);
        counts.remove(1);
        report.holds(
                "all of it",
                "every request that was answered arrived once",
                counts.isEmpty(),
                once + " once, others " + counts);
        report.holds(
                "all of it",
                "long streams are the bytes that were sent",
                load.faults().isEmpty(),
                streams.bytes() / 1_000_000 + " MB, " + streams.cuts().size() + " streams cut with what carried them");
        Until.holds(() -> true);
    }
}
