package io.warren.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.warren.fixture.Until;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A port that closes while clients come as fast as they can. */
class ListeningSocketTest {
    private static final int CLIENTS = 12;
    private static final int ROUNDS = Integer.getInteger("closing.rounds", 4);
    /** Less than the second after which Linux tries again. */
    private static final int CONNECT_MS = 700;

    private static final int ANSWER_MS = 20_000;

    private final Vertx vertx = Loops.create();
    private final List<Context> contexts = List.of(Loops.next(vertx), Loops.next(vertx));
    private final AtomicInteger served = new AtomicInteger();
    private final AtomicInteger turnedAway = new AtomicInteger();
    private final Queue<String> lost = new ConcurrentLinkedQueue<>();

    @BeforeEach
    void onEpoll() {
        Assumptions.assumeTrue(vertx.isNativeTransportEnabled(), "no epoll here");
    }

    @AfterEach
    void close() throws Exception {
        Until.done(vertx.close());
    }

    private TcpServer listen(Context context, Address address) throws Exception {
        return Until.done(Loops.call(
                context, () -> TcpServer.listen(context, address, ListenOptions.DEFAULT, ListeningSocketTest::answer)));
    }

    /** One instance on each event loop, all of which share the port. */
    private List<TcpServer> listen(Address address) throws Exception {
        TcpServer first = listen(contexts.get(0), address);
        return List.of(first, listen(contexts.get(1), first.address()));
    }

    private static void answer(Stream stream) {
        Intake intake = Intake.of(stream, Duration.ofSeconds(20));
        intake.read(1).compose(question -> intake.done().write(question)).onComplete(done -> stream.close());
    }

    @CanIgnoreReturnValue
    private static Future<Void> retire(List<TcpServer> servers) {
        return Future.join(servers.stream().map(TcpServer::retire).toList()).mapEmpty();
    }

    private static Socket connect(Address port) throws IOException {
        Socket client = new Socket();
        try {
            client.connect(new InetSocketAddress(port.host(), port.port()), CONNECT_MS);
            client.setSoTimeout(ANSWER_MS);
            return client;
        } catch (IOException e) {
            client.close();
            throw e;
        }
    }

    private static void ask(Socket client) throws IOException {
        client.getOutputStream().write('?');
        if (client.getInputStream().read() != '?') {
            throw new IOException("ended without an answer");
        }
    }

    private void comeUntilTurnedAway(Address port) {
        while (true) {
            Socket client;
            try {
                client = connect(port);
            } catch (ConnectException | SocketTimeoutException e) {
                turnedAway.incrementAndGet();
                return;
            } catch (IOException e) {
                lost.add("while it connected: " + e);
                return;
            }
            try (client) {
                ask(client);
                served.incrementAndGet();
            } catch (IOException e) {
                lost.add("connected: " + e);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1", "::1"})
    void whoHasConnectedIsServedAlthoughThePortCloses(String host) throws Exception {
        for (int round = 0; round < ROUNDS; round++) {
            List<TcpServer> servers = listen(Address.of(host, 0));
            Address port = servers.get(0).address();
            int before = served.get();
            List<Thread> clients = new ArrayList<>();
            for (int i = 0; i < CLIENTS; i++) {
                Thread client = new Thread(() -> comeUntilTurnedAway(port));
                client.start();
                clients.add(client);
            }
            Until.holds(() -> served.get() > before + 5 * CLIENTS);
            Until.done(retire(servers));
            for (Thread client : clients) {
                client.join();
            }
            assertThatThrownBy(() -> connect(port)).isInstanceOf(ConnectException.class);
        }
        assertThat(lost).isEmpty();
        assertThat(turnedAway).hasValue(ROUNDS * CLIENTS);
    }

    @Test
    void whoTriesAgainMeetsWhoeverListensNext() throws Exception {
        List<TcpServer> servers = listen(Address.of("127.0.0.1", 0));
        Address port = servers.get(0).address();
        Future<Void> closed = retire(servers);
        Until.holds(() -> {
            try (Socket client = connect(port)) {
                ask(client);
                return false;
            } catch (IOException e) {
                return true;
            }
        });
        Until.done(closed);
        List<TcpServer> next = listen(port);
        try (Socket client = connect(port)) {
            ask(client);
        }
        Until.done(retire(next));
    }

    @Test
    void oneOfTwoInstancesLeavesAndTheOtherServesOn() throws Exception {
        List<TcpServer> servers = listen(Address.of("127.0.0.1", 0));
        Until.done(servers.get(0).retire());
        for (int i = 0; i < 10; i++) {
            try (Socket client = connect(servers.get(1).address())) {
                ask(client);
            }
        }
        Until.done(servers.get(1).retire());
        assertThatThrownBy(() -> connect(servers.get(1).address())).isInstanceOf(ConnectException.class);
    }

    @Test
    void whoListensWhileThePortClosesKeepsItOpen() throws Exception {
        TcpServer first = listen(contexts.get(0), Address.of("127.0.0.1", 0));
        Future<Void> leaving = first.retire();
        TcpServer second = listen(contexts.get(1), first.address());
        Until.done(leaving);
        Until.passes(Duration.ofSeconds(10), () -> {
            try (Socket client = connect(second.address())) {
                ask(client);
            }
        });
        second.close();
    }

    @Test
    void closingAtOnceWaitsForNobody() throws Exception {
        TcpServer server = listen(contexts.get(0), Address.of("127.0.0.1", 0));
        Future<Void> retired = server.retire();
        server.close();
        Until.done(retired);
        assertThatThrownBy(() -> connect(server.address())).isInstanceOf(ConnectException.class);
    }
}
