package io.warren.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.warren.fixture.EchoServer;
import io.warren.fixture.Gost;
import io.warren.fixture.Node;
import io.warren.fixture.Opened;
import io.warren.fixture.Ports;
import io.warren.fixture.UdpEchoServer;
import io.warren.fixture.Until;
import java.io.IOException;
import java.net.ConnectException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Three members in this JVM behind a balancer that asks whether they are ready, and tries the next one where nobody listens. */
class RollingRestartTest {
    private static final List<String> HOSTS = List.of("127.0.0.1", "127.0.0.2", "127.0.0.3");
    private static final int MEMBERS = HOSTS.size();

    private final Node[] members = new Node[MEMBERS];
    private final boolean[] ready = new boolean[MEMBERS];

    @AutoClose
    private final Opened opened = new Opened();

    private EchoServer echo;
    private int hazelcast;
    private int agents;
    private int port;

    @BeforeEach
    void formation() throws Exception {
        // What has replaced them by then.
        opened.keep(this::end);
        echo = opened.keep(new EchoServer());
        hazelcast = Ports.free(HOSTS, 0, 100, 200);
        agents = Ports.free(HOSTS, 0);
        port = Ports.free(HOSTS, 0);
        for (int i = 0; i < MEMBERS; i++) {
            start(i);
        }
        untilComplete();
    }

    private void end() {
        for (Node member : members) {
            if (member != null) {
                member.close();
            }
        }
    }

    private static String host(int member) {
        return HOSTS.get(member);
    }

    private void start(int member) throws Exception {
        members[member] = Node.start("""
                cluster:
                  name: restart
                  secret: change-me
                  member: relay-%2$d
                  addr: 127.0.0.%2$d:%1$d
                  join: [127.0.0.1:%1$d, 127.0.0.2:%1$d, 127.0.0.3:%1$d]
                  grace: 6s
                services:
                - name: agents
                  addr: 127.0.0.%2$d:%3$d
                  handler: {type: relay, metadata: {bind: true, bind.host: 127.0.0.%2$d}}
                  listener: {type: tcp}
                """.formatted(hazelcast, member + 1, agents));
        ready[member] = true;
    }

    private void untilComplete() throws InterruptedException {
        for (Node member : members) {
            Until.holds(() -> member.warren().cluster().orElseThrow().members().size() == MEMBERS);
        }
    }

    private void agent(String kind, int... order) throws Exception {
        publish(kind, "tcp", echo.port(), order);
        for (int member = 0; member < MEMBERS; member++) {
            untilServes(member);
        }
    }

    private void publish(String kind, String network, int target, int... order) throws Exception {
        StringBuilder nodes = new StringBuilder();
        for (int member : order) {
            nodes.append("""
                        - name: relay-%1$d
                          addr: 127.0.0.%1$d:%2$d
                          connector: {type: relay}
                          dialer: {type: tcp}
                    """.formatted(member + 1, agents));
        }
        String yaml = """
                services:
                - name: echo
                  addr: :%d
                  handler: {type: r%s}
                  listener: {type: r%s, chain: members}
                  forwarder:
                    nodes:
                    - {name: echo, addr: "127.0.0.1:%d"}
                chains:
                - name: members
                  hops:
                  - name: members
                    selector: {strategy: fifo, maxFails: 1, failTimeout: 30s}
                    nodes:
                %s
                """.formatted(port, network, network, target, nodes);
        opened.keep(kind.equals("gost") ? Gost.configured(yaml) : Node.start(yaml));
    }

    private void untilServes(int member) throws InterruptedException {
        Until.holds(() -> {
            try (Socket visitor = new Socket(host(member), port)) {
                exchange(visitor, 10);
                return true;
            } catch (IOException e) {
                return false;
            }
        });
    }

    private static void exchange(Socket visitor, int bytes) throws IOException {
        byte[] sent = new byte[bytes];
        new Random(bytes).nextBytes(sent);
        visitor.setSoTimeout(10_000);
        visitor.getOutputStream().write(sent);
        byte[] got = visitor.getInputStream().readNBytes(bytes);
        if (!Arrays.equals(got, sent)) {
            throw new IOException(got.length + " of " + bytes + " bytes came back");
        }
    }

    /** Constant short requests. */
    private final class Load {
        private final Queue<String> failures = new ConcurrentLinkedQueue<>();
        private final AtomicInteger served = new AtomicInteger();
        private final List<Thread> threads = new ArrayList<>();
        private volatile boolean over;

        Load(int clients) {
            for (int i = 0; i < clients; i++) {
                int first = i;
                Thread thread = new Thread(() -> run(first));
                threads.add(thread);
                thread.start();
            }
        }

        private void run(int first) {
            for (int i = first; !over; i++) {
                long began = System.nanoTime();
                try (Socket visitor = connect(i)) {
                    exchange(visitor, 200);
                    served.incrementAndGet();
                    TimeUnit.MILLISECONDS.sleep(10);
                } catch (IOException e) {
                    failures.add(e + " after " + (System.nanoTime() - began) / 1_000_000 + " ms");
                } catch (InterruptedException e) {
                    return;
                }
            }
        }

        private Socket connect(int at) throws IOException {
            ConnectException last = new ConnectException("nobody is ready");
            for (int i = 0; i < MEMBERS; i++) {
                int member = (at + i) % MEMBERS;
                if (ready[member] && !members[member].warren().draining()) {
                    try {
                        return new Socket(host(member), port);
                    } catch (ConnectException e) {
                        last = e;
                    }
                }
            }
            throw last;
        }

        void endsWithoutFailure() throws InterruptedException {
            over = true;
            for (Thread thread : threads) {
                thread.join();
            }
            assertThat(failures).as("of " + served).isEmpty();
        }
    }

    @ParameterizedTest(name = "agents: {0}")
    @ValueSource(strings = {"gost", "warren"})
    void restartOfOneMemberAfterTheOtherLosesNoRequest(String kind) throws Exception {
        if (kind.equals("gost")) {
            Gost.assume();
        }
        agent(kind, 0, 1, 2);
        Load load = new Load(4);
        try {
            for (int member = 0; member < MEMBERS; member++) {
                int before = load.served.get();
                Until.done(members[member].warren().drain());
                ready[member] = false;
                members[member].close();
                start(member);
                untilComplete();
                untilServes(member);
                int now = load.served.get();
                assertThat(now).isGreaterThan(before);
            }
        } finally {
            load.endsWithoutFailure();
        }
    }

    @Test
    void streamThatRunsThroughADrainedMemberGoesOnAndItsAgentServesOthersWhenItStays() throws Exception {
        agent("warren", 0);
        try (Socket visitor = new Socket(host(1), port)) {
            exchange(visitor, 1000);
            var draining = members[0].warren().drain();
            assertThat(members[0].warren().draining()).isTrue();
            var others = members[1].warren().endpoints();
            Until.holds(() ->
                    others.known().stream().anyMatch(known -> known.state() == io.warren.spi.Holder.State.DRAINING));
            // Nobody else serves it.
            untilServes(1);
            exchange(visitor, 1000);
            assertThat(draining.isComplete()).isFalse();
            Until.done(members[0].warren().undrain());
            exchange(visitor, 1000);
        }
        assertThat(members[0].warren().draining()).isFalse();
        for (int member = 0; member < MEMBERS; member++) {
            untilServes(member);
        }
    }

    @Test
    void visitorsGoToTheAgentOfAnotherMemberWhereThereIsOne() throws Exception {
        agent("warren", 0);
        agent("warren", 1);
        Until.done(members[0].warren().drain());
        assertThat(members[0].warren().endpoints().live()).isZero();
        Load load = new Load(2);
        Until.holds(() -> load.served.get() > 100);
        load.endsWithoutFailure();
        Until.done(members[0].warren().undrain());
        untilServes(0);
    }

    /** Whether the agent is connected to that member. */
    private boolean serves(int member) {
        return members[member].warren().endpoints().registrants().stream()
                .anyMatch(agent -> agent.endpoint().toString().equals("udp :" + port));
    }

    @Test
    void datagramsGoOnWhileTheMemberOfTheirAgentIsDrained() throws Exception {
        UdpEchoServer target = opened.keep(new UdpEchoServer());
        publish("warren", "udp", target.port(), 0, 1, 2);
        Until.holds(() -> serves(0));
        DatagramSocket visitor = opened.keep(new DatagramSocket());
        visitor.setSoTimeout(10_000);
        visitor.connect(new InetSocketAddress(host(2), port));
        Until.passes(Duration.ofSeconds(10), () -> exchange(visitor));
        var draining = members[0].warren().drain();
        int exchanged = 0;
        while (!draining.isComplete() || exchanged < 100) {
            // None is lost on loopback, so each has its answer.
            exchange(visitor);
            exchanged++;
            TimeUnit.MILLISECONDS.sleep(10);
        }
        Until.done(draining);
        assertThat(serves(1) || serves(2)).isTrue();
        members[0].close();
        Until.passes(Duration.ofSeconds(10), () -> exchange(visitor));
    }

    private static void exchange(DatagramSocket visitor) throws IOException {
        visitor.send(new DatagramPacket(new byte[] {1, 2, 3}, 3));
        DatagramPacket answer = new DatagramPacket(new byte[10], 10);
        visitor.receive(answer);
        assertThat(answer.getLength()).isEqualTo(3);
    }
}
