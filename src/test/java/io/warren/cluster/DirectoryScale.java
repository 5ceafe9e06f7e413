package io.warren.cluster;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.warren.net.Address;
import io.warren.net.Loops;
import io.warren.spi.Egress;
import io.warren.spi.Endpoint;
import io.warren.spi.Network;
import io.warren.spi.Offer;
import io.warren.spi.Registration;
import io.warren.spi.Session;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Semaphore;

/**
 * What many registrations cost: two members in this process, whose tunnels are spread over both, then a third that joins, and one that dies. Run by hand:
 * {@code java -Xmx12g -cp ... io.warren.cluster.DirectoryScale 1000000}.
 */
final class DirectoryScale {
    private static final int AT_ONCE = 256;
    private static final int SAMPLES = 200;

    private final List<String> hosts = List.of("127.0.0.11", "127.0.0.12", "127.0.0.13");
    private final Egress nobody = TestMember.to(Address.of("127.0.0.1", 9));
    private final int count;
    private final int port;
    private int made;

    private DirectoryScale(int count) throws Exception {
        this.count = count;
        this.port = TestMember.freePort(hosts.toArray(String[]::new));
    }

    public static void main(String[] arguments) throws Exception {
        new DirectoryScale(Integer.parseInt(arguments[0])).run();
        System.exit(0);
    }

    private TestMember member(int index) throws Exception {
        TestMember member = new TestMember(TestMember.options(hosts.get(index), port, "secret", hosts));
        TestMember.await(member.cluster.joined());
        return member;
    }

    private void run() throws Exception {
        TestMember one = member(0);
        TestMember two = member(1);
        TestMember.until("two", () -> one.cluster.members().size() == 2);
        fill(one, two, 1000);
        System.out.printf("one more among %,d: %s%n", made, added(one, two));
        long before = used();
        int first = made;
        long start = System.nanoTime();
        fill(one, two, count);
        double seconds = seconds(start);
        System.out.printf("%,d added in %.1f s, %,.0f/s%n", made - first, seconds, (made - first) / seconds);
        System.out.printf(
                "%,d bytes per registration, of both members together, claims included%n",
                (used() - before) / (made - first));
        System.out.printf("one more among %,d: %s%n", made, added(one, two));

        start = System.nanoTime();
        TestMember three = member(2);
        System.out.printf("joined in %.1f s%n", seconds(start));
        complete(three, made);
        System.out.printf("all known to the one that joined after %.1f s%n", seconds(start));
        System.out.printf("one more among %,d: %s%n", made, added(one, three));

        int held = made / 2;
        start = System.nanoTime();
        two.die();
        long deadline = System.nanoTime() + 120_000_000_000L;
        while (one.foreign.size() > 0 && System.nanoTime() < deadline) {
            Thread.sleep(20);
        }
        System.out.printf("%,d of a member that died forgotten after %.1f s%n", held, seconds(start));
        System.out.printf("one more then: %s%n", added(one, three));
        start = System.nanoTime();
        while (one.hazelcast().getMap(Claims.MAP).size() > made - held + SAMPLES && System.nanoTime() < deadline) {
            Thread.sleep(100);
        }
        System.out.printf("its claims swept after %.1f s more%n", seconds(start));
    }

    private static double seconds(long since) {
        return (System.nanoTime() - since) / 1e9;
    }

    private static long used() throws InterruptedException {
        for (int i = 0; i < 3; i++) {
            System.gc();
            Thread.sleep(200);
        }
        return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
    }

    private void fill(TestMember one, TestMember two, int upTo) throws Exception {
        Semaphore room = new Semaphore(AT_ONCE);
        List<Throwable> failures = java.util.Collections.synchronizedList(new ArrayList<>());
        while (made < upTo) {
            room.acquire();
            TestMember owner = made % 2 == 0 ? one : two;
            publish(owner).onFailure(failures::add).onComplete(done -> room.release());
        }
        room.acquire(AT_ONCE);
        if (!failures.isEmpty()) {
            throw new IllegalStateException(failures.size() + " failed", failures.get(0));
        }
        complete(one, upTo / 2);
        complete(two, upTo / 2);
    }

    private static void complete(TestMember member, int foreign) throws InterruptedException {
        long deadline = System.nanoTime() + 300_000_000_000L;
        while (member.foreign.size() < foreign - SAMPLES) {
            if (System.nanoTime() > deadline) {
                throw new AssertionError(member.foreign.size() + " of " + foreign);
            }
            Thread.sleep(5);
        }
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
        return new java.util.UUID(0x1234_5678_9abc_4defL, number).toString();
    }

    /** How long until another member knows a new one. */
    private String added(TestMember owner, TestMember other) throws Exception {
        long[] times = new long[SAMPLES];
        for (int i = 0; i < SAMPLES; i++) {
            String known = new Endpoint(Network.TUNNEL, name(made)).toString();
            long start = System.nanoTime();
            Registration registered = TestMember.await(publish(owner));
            while (!registered.ended().isComplete() && !other.foreign.containsKey(known)) {
                Thread.sleep(0, 100_000);
            }
            times[i] = System.nanoTime() - start;
        }
        Arrays.sort(times);
        return "known to another member after %.2f ms (p50), %.2f ms (p99)"
                .formatted(times[SAMPLES / 2] / 1e6, times[SAMPLES * 99 / 100] / 1e6);
    }
}
