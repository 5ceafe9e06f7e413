package io.warren.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.warren.codec.Hello;
import io.warren.codec.RelayFeature;
import io.warren.codec.RelayMessage;
import io.warren.fixture.Descriptors;
import io.warren.fixture.Node;
import io.warren.fixture.Ports;
import io.warren.fixture.Until;
import io.warren.net.Address;
import io.warren.spi.Agent;
import io.warren.spi.Login;
import io.warren.spi.Network;
import java.io.DataInputStream;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** A thousand agents that log in again at once, while their former sessions are still there. Two members in one JVM. */
class ReconnectStormTest {
    private static final int AGENTS = 1000;
    private static final int PORTS = 100;
    private static final int STORMS = 3;
    private static final int AT_ONCE = 100;

    /** On a machine that is busy with other tests. */
    private static final long PATIENCE_S = 60;

    private final List<Integer> ports = new ArrayList<>();
    private final int[] doors = {Ports.free(), Ports.free()};

    private static String member(int number, int door, int hazelcast) {
        return """
                cluster:
                  name: storm
                  secret: five-and-twenty-blackbirds
                  member: m%1$d
                  addr: 127.0.0.%1$d:%3$d
                  trunk: 127.0.0.%1$d:%4$d
                  bus: 127.0.0.%1$d:%5$d
                  join: [127.0.0.1:%3$d, 127.0.0.2:%3$d]
                services:
                - name: agents
                  addr: 127.0.0.%1$d:%2$d
                  handler: {type: relay, metadata: {bind: true, bind.host: 127.0.0.%1$d}}
                  listener: {type: tcp}
                """.formatted(number, door, hazelcast, hazelcast + 100, hazelcast + 200);
    }

    private Socket login(int agent, int storm) throws IOException {
        int member = (agent + storm) % 2;
        Socket socket = new Socket("127.0.0." + (member + 1), doors[member]);
        socket.setSoTimeout((int) TimeUnit.SECONDS.toMillis(PATIENCE_S));
        Hello hello = Hello.of(new Login(new Agent("agent-" + agent, 0, storm), Set.of(), ""));
        Address place = Address.of("0.0.0.0", ports.get(agent % PORTS));
        ByteBuf request = RelayMessage.request(
                        RelayMessage.BIND,
                        Network.TCP,
                        List.of(new RelayFeature.Introduction(hello), new RelayFeature.Addr(place)))
                .encode();
        request.readBytes(socket.getOutputStream(), request.readableBytes());
        request.release();
        DataInputStream in = new DataInputStream(socket.getInputStream());
        assertThat(in.readUnsignedByte()).isEqualTo(1);
        assertThat(in.readUnsignedByte()).as("status for agent %d", agent).isZero();
        in.skipNBytes(in.readUnsignedShort());
        return socket;
    }

    private List<Socket> storm(ExecutorService clients, int storm) throws Exception {
        long start = System.nanoTime();
        List<Future<Socket>> logins = new ArrayList<>();
        for (int i = 0; i < AGENTS; i++) {
            int agent = i;
            logins.add(clients.submit(() -> login(agent, storm)));
        }
        List<Socket> sockets = new ArrayList<>();
        for (Future<Socket> login : logins) {
            sockets.add(login.get(PATIENCE_S, TimeUnit.SECONDS));
        }
        long millis = (System.nanoTime() - start) / 1_000_000;
        System.out.printf("storm %d: %d agents bound after %d ms%n", storm, AGENTS, millis);
        return sockets;
    }

    /** Heap in use, sockets open, threads. */
    private record Footprint(long mebibytes, long sockets, int threads) {
        static Footprint now() {
            System.gc();
            return new Footprint(
                    ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed() >> 20,
                    Descriptors.sockets(),
                    ManagementFactory.getThreadMXBean().getThreadCount());
        }
    }

    @Test
    void everyAgentIsBackAndWhatItsFormerSessionHeldIsFreed() throws Exception {
        for (int i = 0; i < PORTS; i++) {
            ports.add(Ports.free());
        }
        int hazelcast = Ports.free(List.of("127.0.0.1", "127.0.0.2"), 0, 100, 200);
        ExecutorService clients = Executors.newFixedThreadPool(AT_ONCE);
        try (Node first = Node.start(member(1, doors[0], hazelcast));
                Node second = Node.start(member(2, doors[1], hazelcast))) {
            storm(clients, 0).forEach(ReconnectStormTest::close);
            Until.holds(() -> open(first) + open(second) == 0);
            List<Socket> held = storm(clients, 1);
            // The cluster may be younger than the agents: from now on every port is open at both members.
            Until.holds(() -> Descriptors.sockets() >= 2 * (AGENTS + PORTS));
            Footprint before = Footprint.now();
            for (int storm = 2; storm < 2 + STORMS; storm++) {
                // The first one warms up.
                before = storm == 3 ? Footprint.now() : before;
                List<Socket> former = held;
                held = storm(clients, storm);
                // The member ends them: nobody has said goodbye.
                for (Socket socket : former) {
                    ended(socket);
                }
                former.forEach(ReconnectStormTest::close);
            }
            long most = before.sockets() + before.sockets() / 100;
            Until.holds(() -> Descriptors.sockets() <= most);
            Footprint after = Footprint.now();
            System.out.println("before " + before + ", after " + after);
            assertThat(after.threads()).isLessThanOrEqualTo(before.threads() + before.threads() / 10);
            assertThat(after.mebibytes()).isLessThanOrEqualTo(before.mebibytes() + before.mebibytes() / 10 + 8);
            held.forEach(ReconnectStormTest::close);
        } finally {
            clients.shutdownNow();
        }
    }

    private static long open(Node node) {
        return node.warren()
                .activity()
                .sessions()
                .toCompletionStage()
                .toCompletableFuture()
                .join()
                .size();
    }

    private static void ended(Socket socket) throws IOException {
        try {
            while (socket.getInputStream().read() >= 0) {
                // Keep-alives.
            }
        } catch (java.net.SocketException reset) {
            // That is an end as well.
        }
    }

    private static void close(Socket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}
