package io.warren.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vertx.core.Context;
import io.vertx.core.Handler;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.DeliveryContext;
import io.vertx.core.eventbus.EventBus;
import io.warren.fixture.EchoServer;
import io.warren.fixture.Trusting;
import io.warren.layer.tls.MutualTls;
import io.warren.net.Address;
import io.warren.net.Loops;
import io.warren.net.ProxyException;
import io.warren.net.Stream;
import io.warren.service.Endpoints;
import io.warren.spi.Egress;
import io.warren.spi.Holder;
import io.warren.spi.Network;
import io.warren.spi.Offer;
import io.warren.spi.Registration;
import io.warren.spi.Secret;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Three members on loopback, with a secret, so with TLS between them. */
class ClusterTest {
    private static final List<String> HOSTS = List.of("127.0.0.1", "127.0.0.2", "127.0.0.3");
    private static final List<TestMember> MEMBERS = new ArrayList<>();

    private static EchoServer echo;
    private static int port;

    @BeforeAll
    static void formation() throws Exception {
        echo = new EchoServer();
        port = TestMember.freePort("127.0.0.1", "127.0.0.2", "127.0.0.3", "127.0.0.4", "127.0.0.5", "127.0.0.6");
        for (String host : HOSTS) {
            MEMBERS.add(start(host, "secret"));
        }
        for (TestMember member : MEMBERS) {
            TestMember.await(member.cluster.joined());
        }
        untilMembers(3);
    }

    private static TestMember start(String host, String secret) {
        return new TestMember(TestMember.options(host, port, secret, HOSTS));
    }

    private static void untilMembers(int count) throws InterruptedException {
        TestMember.until(
                count + " members",
                () -> MEMBERS.stream().allMatch(m -> m.cluster.members().size() == count));
    }

    @AfterAll
    static void dissolution() throws Exception {
        for (TestMember member : MEMBERS) {
            member.close();
        }
        echo.close();
    }

    private static Registration bind(TestMember member, String user, String name) throws Exception {
        return member.bind(user, Network.TCP, name, TestMember.to(Address.of("127.0.0.1", echo.port())), Offer.ANY);
    }

    private static void untilOpenEverywhere(Registration registration, TestMember owner) throws InterruptedException {
        for (TestMember member : MEMBERS) {
            if (member != owner) {
                TestMember.until("known to " + member.host, () -> member.knows(registration));
                if (registration.address().port() != 0) {
                    TestMember.until("open on " + member.host, () -> isOpen(member, registration));
                }
            }
        }
    }

    private static boolean isOpen(TestMember member, Registration registration) {
        try (Socket socket = new Socket(member.host, registration.address().port())) {
            return socket.isConnected();
        } catch (IOException e) {
            return false;
        }
    }

    private static Socket visit(TestMember member, Registration registration) throws IOException {
        Socket visitor = new Socket(member.host, registration.address().port());
        visitor.setSoTimeout(20_000);
        return visitor;
    }

    /** A visit that is not preceded by one to see whether the port is open: that would be the one that the agent serves. */
    private static Socket visitOnceOpen(TestMember member, Registration registration) throws IOException {
        long deadline = System.nanoTime() + 10_000_000_000L;
        while (true) {
            try {
                return visit(member, registration);
            } catch (java.net.ConnectException e) {
                if (System.nanoTime() > deadline) {
                    throw e;
                }
            }
        }
    }

    private static void echoes(TestMember member, Registration registration, int bytes) throws Exception {
        byte[] sent = new byte[bytes];
        new Random(bytes).nextBytes(sent);
        try (Socket visitor = visit(member, registration)) {
            Thread writer = new Thread(() -> {
                try {
                    visitor.getOutputStream().write(sent);
                    visitor.shutdownOutput();
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
            writer.start();
            byte[] got = visitor.getInputStream().readAllBytes();
            assertThat(Arrays.equals(got, sent))
                    .as("%d of %d bytes through %s", got.length, sent.length, member.host)
                    .isTrue();
            writer.join();
        }
    }

    private static void end(Registration... registrations) throws Exception {
        for (Registration registration : registrations) {
            TestMember.await(registration.withdraw());
        }
    }

    @Test
    void portBoundOnAnyMemberEchoesAMebibyteWithHalfCloseOnEach() throws Exception {
        for (TestMember owner : MEMBERS) {
            Registration registration = bind(owner, "alice", "0.0.0.0:0");
            untilOpenEverywhere(registration, owner);
            for (TestMember visited : MEMBERS) {
                echoes(visited, registration, 1 << 20);
            }
            end(registration);
        }
    }

    @Test
    void datagramsOfAnyLengthKeepTheirBoundariesOnEachMember() throws Exception {
        try (DatagramSocket target = new DatagramSocket(0, InetAddress.getByName("127.0.0.1"))) {
            Thread echoing = new Thread(() -> echo(target));
            echoing.start();
            for (TestMember owner : MEMBERS) {
                Registration registration = owner.bind(
                        "alice",
                        Network.UDP,
                        ":0",
                        TestMember.to(Address.of("127.0.0.1", target.getLocalPort())),
                        Offer.ANY);
                for (TestMember visited : MEMBERS) {
                    TestMember.until("known to " + visited.host, () -> visited == owner || visited.knows(registration));
                    datagrams(visited, registration);
                }
                end(registration);
            }
        }
    }

    private static void echo(DatagramSocket target) {
        try {
            byte[] buffer = new byte[2000];
            while (true) {
                DatagramPacket packet = new DatagramPacket(buffer, buffer.length);
                target.receive(packet);
                target.send(packet);
            }
        } catch (IOException e) {
            // The test is over.
        }
    }

    private static void datagrams(TestMember visited, Registration registration) throws Exception {
        try (DatagramSocket visitor = new DatagramSocket(0, InetAddress.getByName("127.0.0.1"))) {
            visitor.setSoTimeout(1000);
            InetSocketAddress where =
                    new InetSocketAddress(visited.host, registration.address().port());
            for (int length = 1; length <= 1400; length += length < 4 ? 1 : 93) {
                byte[] sent = new byte[length];
                new Random(length).nextBytes(sent);
                DatagramPacket answer = new DatagramPacket(new byte[2000], 2000);
                for (int tries = 0; ; tries++) {
                    visitor.send(new DatagramPacket(sent, length, where));
                    try {
                        do {
                            visitor.receive(answer);
                            // The answer to an earlier try may come late.
                        } while (!Arrays.equals(Arrays.copyOf(answer.getData(), answer.getLength()), sent));
                        break;
                    } catch (java.net.SocketTimeoutException e) {
                        // The port is being opened, or a datagram was lost as datagrams are.
                        assertThat(tries)
                                .as("%d bytes through %s", length, visited.host)
                                .isLessThan(10);
                    }
                }
            }
        }
    }

    @Test
    void withdrawnRegistrationVanishesEverywhere() throws Exception {
        TestMember owner = MEMBERS.get(0);
        Registration registration = bind(owner, "alice", ":0");
        untilOpenEverywhere(registration, owner);
        end(registration);
        for (TestMember member : MEMBERS) {
            TestMember.until(
                    "closed on " + member.host, () -> !member.knows(registration) && !isOpen(member, registration));
        }
    }

    @Test
    void memberThatJoinsSeesWhatIsThereAndTakesItsOwnAlongWhenItLeaves() throws Exception {
        Registration before = bind(MEMBERS.get(1), "alice", ":0");
        TestMember fourth = start("127.0.0.4", "secret");
        try {
            TestMember.await(fourth.cluster.joined());
            untilMembers(4);
            TestMember.until("known to the fourth", () -> fourth.knows(before) && isOpen(fourth, before));
            echoes(fourth, before, 1000);
            Registration own = bind(fourth, "alice", ":0");
            untilOpenEverywhere(own, fourth);
            echoes(MEMBERS.get(0), own, 1000);
            fourth.close();
            for (TestMember member : MEMBERS) {
                TestMember.until("gone from " + member.host, () -> !member.knows(own));
            }
            untilMembers(3);
            echoes(MEMBERS.get(0), before, 1000);
        } finally {
            fourth.close();
            end(before);
        }
    }

    @Test
    void killedMembersRegistrationsVanishAndItsEndpointCanBeBoundByAnyUserElsewhere() throws Exception {
        Registration other = bind(MEMBERS.get(2), "alice", ":0");
        TestMember fifth = start("127.0.0.5", "secret");
        TestMember.await(fifth.cluster.joined());
        untilMembers(4);
        Registration own = bind(fifth, "alice", ":0");
        untilOpenEverywhere(own, fifth);
        fifth.die();
        for (TestMember member : MEMBERS) {
            TestMember.until("gone from " + member.host, () -> !member.knows(own));
        }
        echoes(MEMBERS.get(0), other, 1000);
        String name = ":" + own.address().port();
        Registration again = bind(MEMBERS.get(0), "alice", name);
        untilOpenEverywhere(again, MEMBERS.get(0));
        echoes(MEMBERS.get(1), again, 1000);
        end(again, other);
        TestMember.await(fifth.vertx.close());
    }

    @Test
    void memberOfAnotherSecretDoesNotJoin() throws Exception {
        TestMember stranger = start("127.0.0.6", "another secret");
        TestMember.await(stranger.cluster.joined());
        assertThat(stranger.cluster.members()).hasSize(1);
        assertThat(MEMBERS.get(0).cluster.members())
                .noneMatch(member -> member.name().equals("m-127.0.0.6"));
        stranger.close();
    }

    @Test
    void endpointOfAnotherUserIsRefusedUntilItIsReleased() throws Exception {
        Registration alices = bind(MEMBERS.get(0), "alice", ":0");
        String name = ":" + alices.address().port();
        for (TestMember member : MEMBERS) {
            assertThatThrownBy(() -> bind(member, "bob", name))
                    .isInstanceOfSatisfying(
                            ProxyException.class, e -> assertThat(e.kind()).isEqualTo(ProxyException.Kind.DENIED))
                    .hasMessage("tcp " + name + " belongs to another user");
        }
        untilOpenEverywhere(alices, MEMBERS.get(0));
        Registration second = bind(MEMBERS.get(1), "alice", name);
        end(alices);
        assertThatThrownBy(() -> bind(MEMBERS.get(2), "bob", name)).isInstanceOf(ProxyException.class);
        end(second);
        int tries = 0;
        Registration bobs = null;
        while (bobs == null) {
            try {
                bobs = bind(MEMBERS.get(2), "bob", name);
            } catch (ProxyException e) {
                assertThat(++tries).isLessThan(1000);
            }
        }
        end(bobs);
    }

    @Test
    void anyPortIsAnotherNumberForEachThoughAskedAtOnceOnAllMembers() throws Exception {
        List<Thread> threads = new ArrayList<>();
        List<Registration> registrations = java.util.Collections.synchronizedList(new ArrayList<>());
        for (TestMember member : MEMBERS) {
            Thread thread = new Thread(() -> {
                for (int i = 0; i < 10; i++) {
                    try {
                        registrations.add(bind(member, "alice", ":0"));
                    } catch (Exception e) {
                        throw new IllegalStateException(e);
                    }
                }
            });
            threads.add(thread);
            thread.start();
        }
        for (Thread thread : threads) {
            thread.join();
        }
        Set<Integer> ports = new HashSet<>();
        registrations.forEach(registration -> ports.add(registration.address().port()));
        assertThat(ports).hasSize(30);
        end(registrations.toArray(Registration[]::new));
    }

    @Test
    void numberThatAnybodyHoldsIsNotGivenOutForPortZero() throws Exception {
        Registration held = bind(MEMBERS.get(0), "alice", ":0");
        Offer offer = new Offer(Optional.of("alice"), Optional.empty(), 1, Offer.ANY, Offer.Reach.CLUSTER);
        TestMember other = MEMBERS.get(1);
        Promise<Long> claimed = Promise.promise();
        other.vertx.runOnContext(v -> other.cluster
                .claimFree(
                        new io.warren.spi.Endpoint(
                                Network.TCP, ":" + held.address().port()),
                        offer)
                .onComplete(claimed));
        assertThatThrownBy(() -> TestMember.await(claimed.future())).hasMessageEndingWith("is already bound");
        end(held);
    }

    @Test
    void lostAnnouncementIsHealedByTheDigest() throws Exception {
        TestMember owner = MEMBERS.get(0);
        AtomicInteger lost = new AtomicInteger();
        EventBus bus = TestMember.await(owner.cluster.bus());
        Handler<DeliveryContext<Object>> loss = context -> {
            if (((Buffer) context.body()).getByte(1) < 3) {
                lost.incrementAndGet();
            } else {
                context.next();
            }
        };
        bus.addOutboundInterceptor(loss);
        try {
            Registration registration = bind(owner, "alice", ":0");
            untilOpenEverywhere(registration, owner);
            assertThat(lost.get()).isEqualTo(1);
            end(registration);
        } finally {
            bus.removeOutboundInterceptor(loss);
        }
    }

    @Test
    void slowVisitorDoesNotStallTheOthersOnTheSameTrunk() throws Exception {
        try (ServerSocket endless = new ServerSocket(0, 10, InetAddress.getByName("127.0.0.1"))) {
            Thread pouring = new Thread(() -> pour(endless));
            pouring.start();
            TestMember owner = MEMBERS.get(0);
            Registration flood = owner.bind(
                    "alice",
                    Network.TCP,
                    ":0",
                    TestMember.to(Address.of("127.0.0.1", endless.getLocalPort())),
                    Offer.ANY);
            Registration quick = bind(owner, "alice", ":0");
            untilOpenEverywhere(quick, owner);
            TestMember.until("known", () -> MEMBERS.get(1).knows(flood));
            try (Socket slow = visit(MEMBERS.get(1), flood)) {
                assertThat(slow.getInputStream().read()).isNotNegative();
                assertThat(MEMBERS.get(1).cluster.streams()).isPositive();
                for (int i = 0; i < 5; i++) {
                    echoes(MEMBERS.get(1), quick, 1 << 20);
                }
                assertThat(slow.getInputStream().readNBytes(1 << 20)).hasSize(1 << 20);
            }
            TestMember.until("counted down", () -> MEMBERS.get(1).cluster.streams() == 0);
            end(flood, quick);
        }
    }

    private static void pour(ServerSocket endless) {
        byte[] some = new byte[65536];
        while (true) {
            try (Socket client = endless.accept()) {
                while (true) {
                    client.getOutputStream().write(some);
                }
            } catch (IOException e) {
                if (endless.isClosed()) {
                    return;
                }
            }
        }
    }

    @Test
    void visitorsAddressReachesTheAgentsSide() throws Exception {
        List<String> clients = java.util.Collections.synchronizedList(new ArrayList<>());
        Egress agent = TestMember.to(Address.of("127.0.0.1", echo.port()));
        Egress noting = (session, target) -> {
            clients.add(session.client() + " at " + session.local());
            return agent.connect(session, target);
        };
        Registration registration = MEMBERS.get(0).bind("alice", Network.TCP, ":0", noting, Offer.ANY);
        untilOpenEverywhere(registration, MEMBERS.get(0));
        try (Socket visitor = visit(MEMBERS.get(2), registration)) {
            visitor.getOutputStream().write(1);
            assertThat(visitor.getInputStream().read()).isEqualTo(1);
            assertThat(clients)
                    .contains("127.0.0.1:" + visitor.getLocalPort() + " at 127.0.0.3:"
                            + registration.address().port());
        }
        end(registration);
    }

    @Test
    void candidateThatRefusesIsFollowedByTheNext() throws Exception {
        Registration works = bind(MEMBERS.get(0), "alice", ":0");
        String name = ":" + works.address().port();
        untilOpenEverywhere(works, MEMBERS.get(0));
        Egress refusing = (session, target) -> io.vertx.core.Future.failedFuture(
                ProxyException.upstream(ProxyException.Kind.REFUSED, "agent says no"));
        Registration fails = MEMBERS.get(1).bind("alice", Network.TCP, name, refusing, Offer.ANY);
        for (int i = 0; i < 10; i++) {
            for (TestMember member : MEMBERS) {
                echoes(member, works, 100);
            }
        }
        end(works);
        TestMember.until("gone", () -> {
            try (Socket visitor = visit(MEMBERS.get(2), works)) {
                return visitor.getInputStream().read() < 0;
            } catch (IOException e) {
                return true;
            }
        });
        end(fails);
    }

    /** An agent that counts its visitors. */
    private static Egress counting(AtomicInteger visitors) {
        Egress agent = TestMember.to(Address.of("127.0.0.1", echo.port()));
        return (session, target) -> {
            visitors.incrementAndGet();
            return agent.connect(session, target);
        };
    }

    private static void visitAndStay(TestMember member, Registration registration, int times, List<Socket> staying)
            throws IOException {
        for (int i = 0; i < times; i++) {
            Socket visitor = visit(member, registration);
            visitor.getOutputStream().write(1);
            assertThat(visitor.getInputStream().read()).isEqualTo(1);
            staying.add(visitor);
        }
    }

    private static void leave(List<Socket> staying) throws IOException {
        for (Socket visitor : staying) {
            visitor.close();
        }
    }

    /** All agents of an endpoint that a member knows. */
    private static List<Endpoints.Known> known(TestMember at, Registration registration) {
        String name = ":" + registration.address().port();
        return at.endpoints.known().stream()
                .filter(known -> known.endpoint().name().equals(name))
                .toList();
    }

    private static int live(TestMember member, Registration registration) {
        return known(member, registration).stream()
                .mapToInt(Endpoints.Known::live)
                .sum();
    }

    @Test
    void visitorsOfOneMemberAreSpreadOverTheAgentsOfAll() throws Exception {
        List<AtomicInteger> visitors = List.of(new AtomicInteger(), new AtomicInteger(), new AtomicInteger());
        List<Registration> agents = new ArrayList<>();
        String name = ":0";
        for (int i = 0; i < 3; i++) {
            agents.add(MEMBERS.get(i).bind("alice", Network.TCP, name, counting(visitors.get(i)), Offer.ANY));
            name = ":" + agents.get(0).address().port();
        }
        for (TestMember member : MEMBERS) {
            TestMember.until(
                    "three agents at " + member.host,
                    () -> known(member, agents.get(0)).size() == 3);
        }
        for (TestMember visited : MEMBERS) {
            visitors.forEach(count -> count.set(0));
            List<Socket> staying = new ArrayList<>();
            visitAndStay(visited, agents.get(0), 30, staying);
            assertThat(visitors).allSatisfy(count -> assertThat(count.get()).isBetween(9, 12));
            leave(staying);
            for (TestMember member : MEMBERS) {
                TestMember.until("counted at " + member.host, () -> live(member, agents.get(0)) == 0);
            }
        }
        end(agents.toArray(Registration[]::new));
    }

    @Test
    void agentThatIsBusyWithOtherMembersVisitorsGetsNone() throws Exception {
        AtomicInteger busy = new AtomicInteger();
        AtomicInteger idle = new AtomicInteger();
        Registration first = MEMBERS.get(0).bind("alice", Network.TCP, ":0", counting(busy), Offer.ANY);
        untilOpenEverywhere(first, MEMBERS.get(0));
        List<Socket> staying = new ArrayList<>();
        visitAndStay(MEMBERS.get(0), first, 6, staying);
        visitAndStay(MEMBERS.get(1), first, 6, staying);
        TestMember.until("counted", () -> live(MEMBERS.get(2), first) == 12);
        String name = ":" + first.address().port();
        Registration second = MEMBERS.get(1).bind("alice", Network.TCP, name, counting(idle), Offer.ANY);
        TestMember.until("known", () -> known(MEMBERS.get(2), first).size() == 2);
        busy.set(0);
        visitAndStay(MEMBERS.get(2), first, 10, staying);
        assertThat(busy).hasValue(0);
        assertThat(idle).hasValue(10);
        leave(staying);
        end(first, second);
    }

    private static boolean isSeen(TestMember from, Registration registration, Holder.State as) {
        return known(from, registration).stream().anyMatch(known -> known.state() == as);
    }

    @Test
    void memberWhoseTrunkDoesNotAnswerIsNotChosenUntilItDoes() throws Exception {
        TestMember hung = MEMBERS.get(0);
        Registration registration = bind(hung, "alice", ":0");
        untilOpenEverywhere(registration, hung);
        TestMember.until("ready", () -> isSeen(MEMBERS.get(2), registration, Holder.State.READY));
        CountDownLatch over = new CountDownLatch(1);
        for (int i = 0; i < 2; i++) {
            Loops.next(hung.vertx).runOnContext(v -> {
                try {
                    assertThat(over.await(20, TimeUnit.SECONDS)).isTrue();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            });
        }
        try {
            TestMember.until("suspect", () -> isSeen(MEMBERS.get(2), registration, Holder.State.SUSPECT));
        } finally {
            over.countDown();
        }
        TestMember.until("ready again", () -> isSeen(MEMBERS.get(2), registration, Holder.State.READY));
        echoes(MEMBERS.get(2), registration, 1000);
        end(registration);
    }

    @Test
    void agentThatServesOneVisitorAtATimeServesOneAndTheNextWaits() throws Exception {
        TestMember owner = MEMBERS.get(0);
        Egress agent = TestMember.to(Address.of("127.0.0.1", echo.port()));
        Registration first = owner.bind("alice", Network.TCP, ":0", agent, 1);
        TestMember.until(
                "known", () -> MEMBERS.get(1).knows(first) && MEMBERS.get(2).knows(first));
        String name = ":" + first.address().port();
        try (Socket visitor = visitOnceOpen(MEMBERS.get(1), first)) {
            visitor.getOutputStream().write(7);
            assertThat(visitor.getInputStream().read()).isEqualTo(7);
        }
        end(first);
        for (int i = 0; i < 4; i++) {
            // Comes before the agent is back.
            try (Socket visitor = visitOnceOpen(MEMBERS.get(i % 3), first)) {
                Registration next = owner.bind("alice", Network.TCP, name, agent, 1);
                visitor.getOutputStream().write(7);
                assertThat(visitor.getInputStream().read()).isEqualTo(7);
                end(next);
            }
        }
    }

    @Test
    void trunkAndBusRefuseWhoHasNoCertificate() throws Exception {
        SSLContext trusting = SSLContext.getInstance("TLS");
        trusting.init(null, Trusting.anybody(), null);
        for (int offset : new int[] {100, 200}) {
            try (SSLSocket socket = (SSLSocket) trusting.getSocketFactory().createSocket("127.0.0.1", port + offset)) {
                socket.setSoTimeout(10_000);
                assertThatThrownBy(() -> {
                            socket.startHandshake();
                            socket.getOutputStream().write(new byte[100]);
                            if (socket.getInputStream().read() < 0) {
                                throw new javax.net.ssl.SSLException("closed");
                            }
                        })
                        .as("port %d", port + offset)
                        .isInstanceOf(IOException.class)
                        .isNotInstanceOf(java.net.SocketTimeoutException.class);
            }
        }
    }

    @Test
    void trunkRefusesAPeerOfAnotherSecretAndIsRefusedByIt() throws Exception {
        Member real = MEMBERS.get(0).cluster.members().get(0);
        MutualTls others = MemberKeys.derive("test", Secret.of("another secret"), "stranger")
                .tls();
        Context context = Loops.next(MEMBERS.get(1).vertx);
        Promise<Stream> opened = Promise.promise();
        context.runOnContext(
                v -> new TrunkLine(context, real, Optional.of(others)).open().onComplete(opened));
        assertThatThrownBy(() -> TestMember.await(opened.future()))
                .isInstanceOf(ProxyException.class)
                .hasMessageStartingWith("member " + real.name() + ": ");
    }

    @Test
    void membersWhoseTrunkIsNotEncryptedServeEachOthersVisitors() throws Exception {
        List<String> hosts = List.of("127.0.0.7", "127.0.0.8");
        int base = TestMember.freePort("127.0.0.7", "127.0.0.8");
        TestMember one = new TestMember(TestMember.options("127.0.0.7", base, "a third secret", hosts, false));
        TestMember other = new TestMember(TestMember.options("127.0.0.8", base, "a third secret", hosts, false));
        try {
            TestMember.await(one.cluster.joined());
            TestMember.await(other.cluster.joined());
            Registration registration = bind(one, "alice", ":0");
            TestMember.until("open", () -> isOpen(other, registration));
            echoes(other, registration, 1 << 20);
            try (Socket plain = new Socket("127.0.0.7", base + 100)) {
                plain.setSoTimeout(10_000);
                plain.getOutputStream().write(new byte[] {2, 3, 0, 0, 0, 0, 0, 0});
                // The first bytes of a session of smux, version 2.
                assertThat(plain.getInputStream().read()).isEqualTo(2);
            }
            end(registration);
        } finally {
            one.close();
            other.close();
        }
    }

    @Test
    void trunkWithoutTlsIsNotUnderstood() throws Exception {
        try (Socket socket = new Socket("127.0.0.1", port + 100)) {
            socket.setSoTimeout(10_000);
            socket.getOutputStream().write(new byte[] {2, 3, 0, 0, 1, 0, 0, 0});
            assertThat(readToEnd(socket)).isLessThan(100);
        }
    }

    private static int readToEnd(Socket socket) throws IOException {
        int count = 0;
        try {
            while (socket.getInputStream().read() >= 0) {
                count++;
            }
        } catch (java.net.SocketException e) {
            // A reset is an end, too.
        }
        return count;
    }
}
