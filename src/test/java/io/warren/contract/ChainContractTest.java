package io.warren.contract;

import static org.assertj.core.api.Assertions.assertThat;

import io.warren.fixture.Descriptors;
import io.warren.fixture.EchoServer;
import io.warren.fixture.LogLines;
import io.warren.fixture.Node;
import io.warren.fixture.Until;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every transport that carries streams between two whole Warrens: a forwarded port of one, through a hop that is a proxy of the other. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ChainContractTest {
    private static final int PATIENCE_MS = 20_000;

    /** What sockets and windows between a writer and a reader who has stopped may hold; what is written is more. */
    private static final long MOST_UNREAD = 40 << 20;

    private LogLines log;
    private EchoServer echo;
    private ServerSocket target;
    private Node far;
    private Node near;

    static List<String> transports() {
        return Contract.transports().stream().map(Contract::name).toList();
    }

    @BeforeAll
    void start() throws Exception {
        log = LogLines.record();
        echo = new EchoServer();
        target = new ServerSocket(0, 50, InetAddress.getByName("127.0.0.1"));
        StringBuilder servers = new StringBuilder("services:\n");
        for (String transport : transports()) {
            servers.append("""
                    - {name: %1$s, addr: "127.0.0.1:0", handler: {type: socks5}, listener: {type: %1$s}}
                    """.formatted(transport));
        }
        far = Node.start(Contract.CATALOG, servers.toString());
        StringBuilder clients = new StringBuilder("services:\n");
        for (String transport : transports()) {
            clients.append(entry("echo-" + transport, transport, echo.port()));
            clients.append(entry("target-" + transport, transport, target.getLocalPort()));
        }
        clients.append("chains:\n");
        for (String transport : transports()) {
            clients.append("""
                    - name: %1$s
                      hops:
                      - name: hop
                        nodes:
                        - name: node
                          addr: 127.0.0.1:%2$d
                          connector: {type: socks5, metadata: {notls: true}}
                          dialer: {type: %1$s}
                    """.formatted(transport, far.port(transport)));
        }
        near = Node.start(Contract.CATALOG, clients.toString());
    }

    private static String entry(String name, String chain, int port) {
        return """
                - name: %s
                  addr: 127.0.0.1:0
                  handler: {type: tcp, chain: %s}
                  listener: {type: tcp}
                  forwarder: {nodes: [{name: target, addr: "127.0.0.1:%d"}]}
                """.formatted(name, chain, port);
    }

    @AfterAll
    void stop() throws Exception {
        near.close();
        far.close();
        echo.close();
        target.close();
        log.areQuiet();
        log.close();
    }

    private Socket client(String service) throws IOException {
        Socket socket = new Socket("127.0.0.1", near.port(service));
        socket.setSoTimeout(PATIENCE_MS);
        return socket;
    }

    private Socket accepted() throws IOException {
        target.setSoTimeout(PATIENCE_MS);
        Socket socket = target.accept();
        socket.setSoTimeout(PATIENCE_MS);
        return socket;
    }

    private static byte[] random(int size) {
        byte[] bytes = new byte[size];
        new Random(size).nextBytes(bytes);
        return bytes;
    }

    private static CompletableFuture<Void> writing(OutputStream out, byte[] bytes) {
        return CompletableFuture.runAsync(() -> {
            try {
                out.write(bytes);
            } catch (IOException e) {
                throw new java.io.UncheckedIOException(e);
            }
        });
    }

    private static byte[] digest(InputStream in, int bytes) throws Exception {
        MessageDigest digest = MessageDigest.getInstance("SHA-256");
        byte[] piece = new byte[65_536];
        for (int left = bytes; left > 0; ) {
            int n = in.read(piece, 0, Math.min(left, piece.length));
            if (n < 0) {
                throw new AssertionError("ended " + left + " bytes early");
            }
            digest.update(piece, 0, n);
            left -= n;
        }
        return digest.digest();
    }

    @Test
    void theListIsTheCatalogues() {
        assertThat(transports()).hasSizeGreaterThanOrEqualTo(9);
    }

    @ParameterizedTest
    @MethodSource("transports")
    void tenMebibytesPassEachWayAtOnce(String transport) throws Exception {
        byte[] up = random(10 << 20);
        byte[] down = random(up.length + 1);
        try (Socket client = client("target-" + transport);
                Socket server = accepted()) {
            CompletableFuture<Void> sent = writing(client.getOutputStream(), up);
            CompletableFuture<Void> answered = writing(server.getOutputStream(), down);
            CompletableFuture<byte[]> received = CompletableFuture.supplyAsync(() -> {
                try {
                    return digest(client.getInputStream(), down.length);
                } catch (Exception e) {
                    throw new IllegalStateException(e);
                }
            });
            assertThat(digest(server.getInputStream(), up.length))
                    .isEqualTo(MessageDigest.getInstance("SHA-256").digest(up));
            assertThat(received.get(PATIENCE_MS, TimeUnit.MILLISECONDS))
                    .isEqualTo(MessageDigest.getInstance("SHA-256").digest(down));
            CompletableFuture.allOf(sent, answered).get(PATIENCE_MS, TimeUnit.MILLISECONDS);
        }
    }

    @ParameterizedTest
    @MethodSource("transports")
    void clientThatEndsFirstGetsItsReply(String transport) throws Exception {
        assertEndsFirst(transport, true);
    }

    @ParameterizedTest
    @MethodSource("transports")
    void serverThatEndsFirstStillHearsTheClient(String transport) throws Exception {
        assertEndsFirst(transport, false);
    }

    private void assertEndsFirst(String transport, boolean clientEndsFirst) throws Exception {
        try (Socket client = client("target-" + transport);
                Socket server = accepted()) {
            Socket first = clientEndsFirst ? client : server;
            Socket second = clientEndsFirst ? server : client;
            first.getOutputStream().write(random(5000));
            first.shutdownOutput();
            assertThat(second.getInputStream().readAllBytes()).isEqualTo(random(5000));
            CompletableFuture<Void> reply = writing(second.getOutputStream(), random(1 << 20))
                    .thenRun(() -> {
                        try {
                            second.shutdownOutput();
                        } catch (IOException e) {
                            throw new java.io.UncheckedIOException(e);
                        }
                    });
            assertThat(first.getInputStream().readAllBytes()).isEqualTo(random(1 << 20));
            reply.get(PATIENCE_MS, TimeUnit.MILLISECONDS);
        }
    }

    static Stream<Object[]> abrupt() {
        return transports().stream()
                .flatMap(transport -> Stream.of(new Object[] {transport, true}, new Object[] {transport, false}));
    }

    @ParameterizedTest
    @MethodSource("abrupt")
    void resetEndsTheOtherSide(String transport, boolean byClient) throws Exception {
        long before = Descriptors.sockets();
        try (Socket client = client("target-" + transport);
                Socket server = accepted()) {
            Socket leaving = byClient ? client : server;
            Socket staying = byClient ? server : client;
            leaving.getOutputStream().write(random(100));
            assertThat(staying.getInputStream().readNBytes(100)).isEqualTo(random(100));
            leaving.setSoLinger(true, 0);
            leaving.close();
            try {
                assertThat(staying.getInputStream().read()).isEqualTo(-1);
            } catch (java.net.SocketTimeoutException e) {
                throw e;
            } catch (IOException reset) {
                assertThat(reset).hasMessageContaining("reset");
            }
        }
        // A mux keeps its carrier: a socket at either end.
        Until.holds(() -> Descriptors.sockets() <= before + 2);
    }

    @ParameterizedTest
    @MethodSource("transports")
    void writerWaitsForASlowReader(String transport) throws Exception {
        int more = (int) MOST_UNREAD + (8 << 20);
        try (SocketChannel client = SocketChannel.open(
                        new java.net.InetSocketAddress("127.0.0.1", near.port("target-" + transport)));
                Socket server = accepted()) {
            client.configureBlocking(false);
            long written = writeUntilStuck(client, more);
            assertThat(written).isLessThan(MOST_UNREAD);
            CompletableFuture<Long> read = CompletableFuture.supplyAsync(() -> {
                try {
                    return server.getInputStream().transferTo(OutputStream.nullOutputStream());
                } catch (IOException e) {
                    throw new java.io.UncheckedIOException(e);
                }
            });
            client.configureBlocking(true);
            ByteBuffer rest = ByteBuffer.allocate((int) (more - written));
            while (rest.hasRemaining()) {
                client.write(rest);
            }
            client.shutdownOutput();
            assertThat(read.get(PATIENCE_MS, TimeUnit.MILLISECONDS)).isEqualTo(more);
        }
    }

    /** How much is taken until nothing is for a while. */
    private static long writeUntilStuck(SocketChannel client, int most) throws Exception {
        long written = 0;
        ByteBuffer piece = ByteBuffer.allocate(65_536);
        for (long progress = System.nanoTime(); System.nanoTime() - progress < 400_000_000L; ) {
            piece.clear().limit((int) Math.min(piece.capacity(), most - written));
            int n = client.write(piece);
            if (n > 0) {
                written += n;
                progress = System.nanoTime();
            } else if (written == most) {
                return written;
            } else {
                TimeUnit.MILLISECONDS.sleep(5);
            }
        }
        return written;
    }

    @ParameterizedTest
    @MethodSource("transports")
    void manyConnectionsAtOnce(String transport) throws Exception {
        boolean multiplexes = transport.startsWith("m");
        int count = multiplexes ? 500 : 60;
        List<Socket> clients = new ArrayList<>();
        try {
            for (int i = 0; i < count; i++) {
                Socket one = client("echo-" + transport);
                clients.add(one);
                one.getOutputStream().write(random(200 + i));
            }
            for (int i = 0; i < count; i++) {
                Socket one = clients.get(i);
                assertThat(one.getInputStream().readNBytes(200 + i)).isEqualTo(random(200 + i));
            }
        } finally {
            for (Socket one : clients) {
                one.close();
            }
        }
    }

    @Test
    void packageAndLineAreEnoughForAProtocolAndATransport() throws Exception {
        try (Node last = Node.start(Contract.CATALOG, """
                        services:
                        - name: toys
                          addr: 127.0.0.1:0
                          handler: {type: toy, auth: {username: alice, password: secret}}
                          listener: {type: rot13}
                        """);
                Node first =
                        Node.start(Contract.CATALOG, """
                        services:
                        - name: port
                          addr: 127.0.0.1:0
                          handler: {type: tcp, chain: both}
                          listener: {type: tcp}
                          forwarder: {nodes: [{name: target, addr: "127.0.0.1:%d"}]}
                        chains:
                        - name: both
                          hops:
                          - name: one
                            nodes:
                            - {name: node, addr: "127.0.0.1:%d", connector: {type: socks5}, dialer: {type: mtls}}
                          - name: two
                            nodes:
                            - name: toy
                              addr: 127.0.0.1:%d
                              connector: {type: toy, auth: {username: alice, password: secret}}
                              dialer: {type: rot13}
                        """.formatted(echo.port(), far.port("mtls"), last.port("toys")));
                Socket client = new Socket("127.0.0.1", first.port("port"))) {
            client.setSoTimeout(PATIENCE_MS);
            client.getOutputStream().write(random(100_000));
            client.shutdownOutput();
            assertThat(client.getInputStream().readAllBytes()).isEqualTo(random(100_000));
        }
    }
}
