package io.warren.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import com.google.errorprone.annotations.FormatMethod;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.warren.fixture.Until;
import io.warren.net.Address;
import io.warren.net.Loops;
import io.warren.spi.Egress;
import io.warren.spi.Endpoint;
import io.warren.spi.Network;
import io.warren.spi.Offer;
import io.warren.spi.Registration;
import io.warren.spi.Session;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/**
 * What many registrations cost: two members in this process, whose tunnels are spread over both, then a third that joins, and one that dies. With
 * {@code -Dregistrations=1000000} it is a measurement, for which the JVM needs some 8 GB.
 */
class DirectoryScaleIT {
    private static final int COUNT = Integer.getInteger("registrations", 20_000);
    private static final int FEW = 1000;
    private static final int AT_ONCE = 256;
    private static final int SAMPLES = 200;
    /** Between two looks at something fast, in nanoseconds. */
    private static final long FINE = 100_000;

    private static final Duration PATIENCE = Duration.ofMinutes(5);

    /** Both members' share and the claims; measured 3.6 KB. */
    private static final long MAX_BYTES_EACH = 8_000;

    private final List<String> hosts = List.of("127.0.0.11", "127.0.0.12", "127.0.0.13");
    private final Egress nobody = TestMember.to(Address.of("127.0.0.1", 9));
    private final int port = TestMember.freePort(hosts.toArray(String[]::new));
    private final List<TestMember> members = new ArrayList<>();
    private int made;

    private static Logger endpoints() {
        return (Logger) LoggerFactory.getLogger("endpoint");
    }

    /** A line each would be most of the work. */
    @BeforeEach
    void quietly() {
        endpoints().setLevel(Level.WARN);
    }

    @AfterEach
    void end() throws Exception {
        endpoints().setLevel(null);
        for (TestMember member : List.copyOf(members)) {
            dies(member);
        }
    }

    private void dies(TestMember member) throws Exception {
        members.remove(member);
        member.die();
        TestMember.await(member.vertx.close());
    }

    private TestMember member(int index) throws Exception {
        TestMember member = new TestMember(TestMember.options(hosts.get(index), port, "secret", hosts));
        members.add(member);
        TestMember.await(member.cluster.joined());
        return member;
    }

    @Test
    void everyMemberKnowsThemAllAndWhoDiesLeavesNone() throws Exception {
        TestMember one = member(0);
        TestMember two = member(1);
        TestMember.until("two", () -> one.cluster.members().size() == 2);
        fill(one, two, FEW);
        report("one more among %,d: %s", made, added(one, two));
        long before = used();
        int first = made;
        long start = System.nanoTime();
        fill(one, two, COUNT);
        report("%,d added in %.1f s", made - first, seconds(start));
        long each = (used() - before) / (made - first);
        report("%,d bytes each, of both members together, claims included", each);
        assertThat(each).isLessThan(MAX_BYTES_EACH);
        report("one more among %,d: %s", made, added(one, two));

        start = System.nanoTime();
        TestMember three = member(2);
        report("a third member joined in %.1f s", seconds(start));
        knows(three, made);
        report("it knew all after %.1f s", seconds(start));

        int held = two.endpoints.registrants().size();
        start = System.nanoTime();
        dies(two);
        knows(one, 0);
        knows(three, made - held);
        report("%,d of a member that died were forgotten after %.1f s", held, seconds(start));
        report("one more then: %s", added(one, three));
        start = System.nanoTime();
        Until.passes(
                PATIENCE,
                () -> assertThat(one.hazelcast().getMap(Claims.MAP).size()).isEqualTo(made - held));
        report("its claims were gone after %.1f s more", seconds(start));
    }

    @FormatMethod
    private static void report(String line, Object... figures) {
        System.out.println(line.formatted(figures));
    }

    private static double seconds(long since) {
        return (System.nanoTime() - since) / 1e9;
    }

    private static long used() {
        System.gc();
        System.gc();
        return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
    }

    private void fill(TestMember one, TestMember two, int upTo) throws Exception {
        Semaphore room = new Semaphore(AT_ONCE);
        ConcurrentLinkedQueue<Throwable> failures = new ConcurrentLinkedQueue<>();
        while (made < upTo) {
            room.acquire();
            publish(made % 2 == 0 ? one : two).onFailure(failures::add).onComplete(done -> room.release());
        }
        room.acquire(AT_ONCE);
        assertThat(failures).isEmpty();
        knows(one, two.endpoints.registrants().size());
        knows(two, one.endpoints.registrants().size());
    }

    private static void knows(TestMember member, int foreign) throws Exception {
        Until.passes(PATIENCE, () -> assertThat(member.foreign.size()).isEqualTo(foreign));
    }

    private Future<Registration> publish(TestMember owner) {
        int number = made++;
        Offer offer =
                new Offer(Optional.of("user-" + number % 1000), Optional.empty(), 1, Offer.ANY, Offer.Reach.CLUSTER);
        Endpoint endpoint = new Endpoint(Network.TUNNEL, name(number));
        Context context = Loops.next(owner.vertx);
        Promise<Registration> published = Promise.promise();
        context.runOnContext(v -> owner.endpoints
                .publish(Session.of("test", Address.NONE, Address.NONE), endpoint, offer, nobody)
                .onComplete(published));
        return published.future();
    }

    private static String name(int number) {
        return new UUID(0x1234_5678_9abc_4defL, number).toString();
    }

    /** How long until another member knows a new one. */
    private String added(TestMember owner, TestMember other) throws Exception {
        long[] times = new long[SAMPLES];
        for (int i = 0; i < SAMPLES; i++) {
            String known = new Endpoint(Network.TUNNEL, name(made)).toString();
            long start = System.nanoTime();
            Registration registered = TestMember.await(publish(owner));
            while (!other.foreign.containsKey(known) && System.nanoTime() - start < PATIENCE.toNanos()) {
                LockSupport.parkNanos(FINE);
            }
            times[i] = System.nanoTime() - start;
            assertThat(registered.ended().isComplete()).isFalse();
            assertThat(other.foreign.containsKey(known)).as(known).isTrue();
        }
        Arrays.sort(times);
        return "known to another member after %.2f ms (p50), %.2f ms (p99)"
                .formatted(times[SAMPLES / 2] / 1e6, times[SAMPLES * 99 / 100] / 1e6);
    }
}
