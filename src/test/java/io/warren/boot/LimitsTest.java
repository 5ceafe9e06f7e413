package io.warren.boot;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.warren.config.ConfigException;
import io.warren.fixture.EchoServer;
import io.warren.fixture.Gost;
import io.warren.fixture.Http;
import io.warren.fixture.LogLines;
import io.warren.fixture.Node;
import io.warren.fixture.Ports;
import io.warren.fixture.Site;
import io.warren.fixture.Steered;
import io.warren.fixture.UdpEchoServer;
import io.warren.fixture.Until;
import io.warren.net.Address;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What limiters of a configuration do to those who use a service. */
class LimitsTest {
    private static final int MEGABYTE = 1_000_000;

    /** A second's worth goes at once: a megabyte at half of one takes a second, but for what is read last. */
    private static final Duration AT_LEAST = Duration.ofMillis(800);

    private Warehouse warehouse;
    private Node node;

    @BeforeEach
    void open() throws IOException {
        warehouse = new Warehouse();
    }

    @AfterEach
    void close() throws IOException {
        if (node != null) {
            node.close();
        }
        warehouse.close();
    }

    /** Answers each request for a megabyte with one, over HTTP, and counts what it is sent in a {@code POST}. */
    private static final class Warehouse implements AutoCloseable {
        private final ServerSocket server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());

        Warehouse() throws IOException {
            thread(() -> {
                while (true) {
                    Socket client = server.accept();
                    thread(() -> serve(client));
                }
            });
        }

        private interface Work {
            void run() throws IOException;
        }

        private static void thread(Work work) {
            Thread thread = new Thread(
                    () -> {
                        try {
                            work.run();
                        } catch (IOException over) {
                            // The test says whether it should be.
                        }
                    },
                    "warehouse");
            thread.setDaemon(true);
            thread.start();
        }

        private static void serve(Socket client) throws IOException {
            try (client) {
                for (String head = Site.head(client.getInputStream());
                        !head.isEmpty();
                        head = Site.head(client.getInputStream())) {
                    byte[] body = new byte[head.startsWith("GET") ? MEGABYTE : 2];
                    if (head.startsWith("POST")) {
                        client.getInputStream().skipNBytes(MEGABYTE);
                    }
                    OutputStream out = client.getOutputStream();
                    out.write(("HTTP/1.1 200 OK\r\nContent-Length: " + body.length + "\r\n\r\n").getBytes(US_ASCII));
                    out.write(body);
                }
            }
        }

        String address() {
            return "127.0.0.1:" + server.getLocalPort();
        }

        @Override
        public void close() throws IOException {
            server.close();
        }
    }

    /** How a client reaches the warehouse. */
    private enum Way {
        /** Spliced when nothing is limited. */
        FORWARD("handler: {type: tcp}, listener: {type: tcp}, forwarder: {nodes: [{name: t, addr: \"%s\"}]}"),
        TUNNEL("handler: {type: http}, listener: {type: tcp}"),
        PLAIN("handler: {type: http}, listener: {type: tcp}");

        private final String service;

        Way(String service) {
            this.service = service;
        }

        String service(String target, String more) {
            return "{name: s, addr: \"127.0.0.1:0\", " + String.format(service, target) + ", " + more + "}";
        }

        Socket enter(int port, String target) throws IOException {
            Socket client = new Socket("127.0.0.1", port);
            if (this == TUNNEL) {
                write(client, "CONNECT " + target + " HTTP/1.1\r\nHost: " + target + "\r\n\r\n");
                assertThat(Site.head(client.getInputStream())).startsWith("HTTP/1.1 200");
            }
            return client;
        }

        String request(String method, String target) {
            String length = method.equals("POST") ? "Content-Length: " + MEGABYTE + "\r\n" : "";
            return method + " " + (this == PLAIN ? "http://" + target : "") + "/ HTTP/1.1\r\nHost: " + target + "\r\n"
                    + length + "\r\n";
        }
    }

    private static void write(Socket socket, String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(US_ASCII));
    }

    private static Duration fetch(Way way, Socket client, String target) throws IOException {
        long start = System.nanoTime();
        write(client, way.request("GET", target));
        InputStream in = client.getInputStream();
        assertThat(Site.head(in)).startsWith("HTTP/1.1 200");
        assertThat(in.readNBytes(MEGABYTE)).hasSize(MEGABYTE);
        return Duration.ofNanos(System.nanoTime() - start);
    }

    private static Duration store(Way way, Socket client, String target) throws IOException {
        long start = System.nanoTime();
        write(client, way.request("POST", target));
        client.getOutputStream().write(new byte[MEGABYTE]);
        assertThat(Site.head(client.getInputStream())).startsWith("HTTP/1.1 200");
        client.getInputStream().skipNBytes(2);
        return Duration.ofNanos(System.nanoTime() - start);
    }

    private int start(String service, String objects) throws Exception {
        node = Node.start("services: [" + service + "]\n" + objects);
        return node.port("s");
    }

    @ParameterizedTest
    @EnumSource
    void bytesToClientsKeepToTheirRate(Way way) throws Exception {
        int port = start(
                way.service(warehouse.address(), "limiter: l"), "limiters: [{name: l, limits: [\"$$ 0 500000B\"]}]");
        try (Socket client = way.enter(port, warehouse.address())) {
            assertThat(fetch(way, client, warehouse.address())).isBetween(AT_LEAST, Duration.ofSeconds(20));
            assertThat(store(way, client, warehouse.address())).isLessThan(Duration.ofSeconds(20));
        }
    }

    @ParameterizedTest
    @EnumSource
    void bytesFromClientsKeepToTheirRate(Way way) throws Exception {
        int port = start(
                way.service(warehouse.address(), "limiter: l"),
                "limiters: [{name: l, limits: [\"127.0.0.0/8 500000B\"]}]");
        try (Socket client = way.enter(port, warehouse.address())) {
            assertThat(store(way, client, warehouse.address())).isBetween(AT_LEAST, Duration.ofSeconds(20));
        }
    }

    @ParameterizedTest
    @EnumSource
    void connectionsOfAServiceShareItsRate(Way way) throws Exception {
        int port = start(
                way.service(warehouse.address(), "limiter: l"), "limiters: [{name: l, limits: [\"$ 0 1000000B\"]}]");
        try (Socket one = way.enter(port, warehouse.address());
                Socket other = way.enter(port, warehouse.address())) {
            long start = System.nanoTime();
            CompletableFuture<Duration> elsewhere = CompletableFuture.supplyAsync(() -> {
                try {
                    return fetch(way, other, warehouse.address());
                } catch (IOException e) {
                    throw new IllegalStateException(e);
                }
            });
            assertThat(fetch(way, one, warehouse.address())).isLessThan(Duration.ofSeconds(20));
            assertThat(elsewhere.get(20, TimeUnit.SECONDS)).isPositive();
            assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThan(AT_LEAST);
        }
    }

    /** Requests of one connection, each below what goes at once. */
    @Test
    void laterRequestsPayForEarlierOnes() throws Exception {
        int port = start(
                Way.PLAIN.service(warehouse.address(), "limiter: l"),
                "limiters: [{name: l, limits: [\"$$ 0 1000000B\"]}]");
        try (Socket client = Way.PLAIN.enter(port, warehouse.address())) {
            Duration first = fetch(Way.PLAIN, client, warehouse.address());
            assertThat(first.plus(fetch(Way.PLAIN, client, warehouse.address()))
                            .plus(fetch(Way.PLAIN, client, warehouse.address())))
                    .isGreaterThan(AT_LEAST.multipliedBy(2));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"service", "conn"})
    void aScopeLeavesOutTheOtherLimits(String scope) throws Exception {
        int port = start(
                Way.FORWARD.service(warehouse.address(), "limiter: l, metadata: {limiter.scope: " + scope + "}"),
                "limiters: [{name: l, limits: [\"" + (scope.equals("service") ? "$$" : "$") + " 0 1B 1B\"]}]");
        try (Socket client = Way.FORWARD.enter(port, warehouse.address())) {
            assertThat(fetch(Way.FORWARD, client, warehouse.address())).isLessThan(Duration.ofSeconds(20));
        }
    }

    @Test
    void aRaisedRateCountsForConnectionsThatAreThere() throws Exception {
        String service = Way.FORWARD.service(warehouse.address(), "limiter: l");
        int port = start(service, "limiters: [{name: l, limits: [\"$ 0 1KB\"]}]");
        try (Socket client = Way.FORWARD.enter(port, warehouse.address())) {
            write(client, Way.FORWARD.request("GET", warehouse.address()));
            assertThat(Site.head(client.getInputStream())).startsWith("HTTP/1.1 200");
            client.getInputStream().skipNBytes(1024);

            // At the old rate the rest would take a quarter of an hour.
            node.reload("services: [" + service + "]\nlimiters: [{name: l, limits: [\"$ 0 100MB\"]}]\n");
            client.setSoTimeout(30_000);
            client.getInputStream().skipNBytes(MEGABYTE - 1024);
        }
    }

    @Test
    void connectionsBeyondTheLimitAreClosedAndOthersGoOn() throws Exception {
        try (EchoServer echo = new EchoServer();
                LogLines log = LogLines.record()) {
            String target = "127.0.0.1:" + echo.port();
            int port = start(
                    Way.FORWARD.service(target, "climiter: c"), "climiters: [{name: c, limits: [\"$$ 2\", \"$ 5\"]}]");
            try (Socket one = new Socket("127.0.0.1", port);
                    Socket two = new Socket("127.0.0.1", port)) {
                assertThat(echoes(one)).isTrue();
                assertThat(echoes(two)).isTrue();
                try (Socket three = new Socket("127.0.0.1", port)) {
                    assertThat(echoes(three)).isFalse();
                }
                assertThat(echoes(one)).isTrue();
            }
            Until.holds(() -> log.sessions("s").stream()
                    .anyMatch(line ->
                            line.contains("limited") && line.contains("climiter c: more than 2 connections of $$")));
            Until.passes(Duration.ofSeconds(10), () -> {
                try (Socket four = new Socket("127.0.0.1", port)) {
                    assertThat(echoes(four)).isTrue();
                }
            });
        }
    }

    @Test
    void whoAsksTooOftenIsClosedWithoutAnAnswer() throws Exception {
        try (EchoServer echo = new EchoServer();
                LogLines log = LogLines.record()) {
            int port = start(
                    Way.FORWARD.service("127.0.0.1:" + echo.port(), "rlimiter: r"),
                    "rlimiters: [{name: r, limits: [\"$$ 0.001\"]}]");
            try (Socket one = new Socket("127.0.0.1", port);
                    Socket two = new Socket("127.0.0.1", port)) {
                boolean first = echoes(one);
                assertThat(echoes(two)).isNotEqualTo(first);
            }
            Until.holds(() -> log.sessions("s").stream()
                    .anyMatch(line -> line.contains("rlimiter r: more than 0.001 requests a second of $$")));
        }
    }

    private static boolean echoes(Socket client) {
        try {
            client.setSoTimeout(20_000);
            client.getOutputStream().write('x');
            return client.getInputStream().read() == 'x';
        } catch (SocketTimeoutException e) {
            throw new AssertionError("neither answered nor closed", e);
        } catch (IOException closed) {
            return false;
        }
    }

    @Test
    void datagramsBeyondTheRateAreDropped() throws Exception {
        try (UdpEchoServer echo = new UdpEchoServer();
                DatagramSocket client = new DatagramSocket()) {
            node = Node.start(String.format("""
                    services:
                    - {name: s, addr: "127.0.0.1:0", limiter: l, handler: {type: udp}, listener: {type: udp, metadata: {keepalive: true, ttl: 30s}},
                       forwarder: {nodes: [{name: t, addr: "127.0.0.1:%d"}]}}
                    limiters: [{name: l, limits: ["$ 20B"]}]
                    """, echo.port()));
            client.connect(InetAddress.getLoopbackAddress(), node.port("s"));
            client.setSoTimeout(20_000);
            byte[] payload = new byte[15];
            for (int i = 0; i < 40; i++) {
                payload[0] = (byte) i;
                client.send(new DatagramPacket(payload, payload.length));
            }
            DatagramPacket answer = new DatagramPacket(new byte[100], 100);
            client.receive(answer);
            // After those that came too early there are others again.
            int[] answers = {1};
            client.setSoTimeout(300);
            Until.passes(Duration.ofSeconds(20), () -> {
                payload[0] = 99;
                client.send(new DatagramPacket(payload, payload.length));
                client.receive(answer);
                answers[0]++;
                assertThat(answer.getData()[0]).isEqualTo((byte) 99);
            });
            assertThat(answers[0]).isLessThan(40);
        }
    }

    @Test
    void visitorsOfAReversePortShareTheRateOfItsAgent() throws Exception {
        int visitors = Ports.free();
        int port = start(
                "{name: s, addr: \"127.0.0.1:0\", limiter: l, handler: {type: relay, metadata: {bind: true}}, listener: {type: tcp}}",
                "limiters: [{name: l, limits: [\"$ 500000B\"]}]");
        String agent = String.format("""
                services:
                - {name: a, addr: "127.0.0.1:%d", handler: {type: rtcp}, listener: {type: rtcp, chain: c}, forwarder: {nodes: [{name: t, addr: "%s"}]}}
                chains: [{name: c, hops: [{name: h, nodes: [{name: n, addr: "127.0.0.1:%d", connector: {type: relay}, dialer: {type: tcp}}]}]}]
                """, visitors, warehouse.address(), port);
        try (Node behind = Node.start(agent)) {
            assertThat(behind).isNotNull();
            Until.holds(() -> Gost.isOpen(visitors));
            try (Socket visitor = Way.FORWARD.enter(visitors, warehouse.address())) {
                assertThat(fetch(Way.FORWARD, visitor, warehouse.address()))
                        .isBetween(AT_LEAST, Duration.ofSeconds(20));
            }
        }
    }

    @Test
    void limitersOfTheWebApiCountAtOnce() throws Exception {
        try (EchoServer echo = new EchoServer();
                Steered warren =
                        Steered.start("services: [" + Way.FORWARD.service("127.0.0.1:" + echo.port(), "climiter: c")
                                + "]\nclimiters: [{name: c, limits: [\"$ 1\"]}]\napi: {addr: \"127.0.0.1:0\"}\n")) {
            try (Socket one = new Socket("127.0.0.1", warren.port("s"))) {
                assertThat(echoes(one)).isTrue();
                try (Socket two = new Socket("127.0.0.1", warren.port("s"))) {
                    assertThat(echoes(two)).isFalse();
                }
                String limits = "{\"name\": \"c\", \"limits\": [\"$ %s\"]}";
                assertThat(warren.api()
                                .put("/config/climiters/c", String.format(limits, "2"))
                                .status())
                        .isEqualTo(200);
                try (Socket two = new Socket("127.0.0.1", warren.port("s"))) {
                    assertThat(echoes(two)).isTrue();
                    try (Socket three = new Socket("127.0.0.1", warren.port("s"))) {
                        assertThat(echoes(three)).isFalse();
                    }
                    assertThat(echoes(one)).isTrue();
                }
                Http.Answer refused = warren.api().put("/config/climiters/c", String.format(limits, "many"));
                assertThat(refused.status()).isEqualTo(400);
                assertThat(refused.body()).contains("number of connections");
            }
        }
    }

    @Test
    void mistakesAreNamed() {
        assertThatThrownBy(() -> Node.start("""
                        services:
                        - {name: s, addr: "127.0.0.1:0", limiter: l, climiter: c, rlimiter: x, handler: {type: http}, listener: {type: tcp}}
                        limiters: [{name: l, limits: ["$ 100k"]}]
                        climiters: [{name: c, limits: ["$ many"]}]
                        rlimiters: [{name: r, limits: ["* 1"]}]
                        """))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("rate from clients \"100k\" (expected: a size with a unit")
                .hasMessageContaining("number of connections \"many\" (expected: a whole number")
                .hasMessageContaining("key \"*\" (expected: $, $$, an IP or a CIDR block)")
                .hasMessageContaining("\"x\"");
    }

    /** The same configuration, under gost and under Warren. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void gostAndWarrenKeepTheSameLimits(boolean gost) throws Exception {
        Gost.assume();
        Address entry = Gost.freeAddress();
        String yaml = String.format("""
                services:
                - {name: s, addr: "%s", limiter: l, rlimiter: r, handler: {type: http}, listener: {type: tcp}}
                limiters: [{name: l, limits: ["$$ 500000B 500000B", "127.0.0.0/8 100MB 100MB"]}]
                rlimiters: [{name: r, limits: ["$$ 0.001", "$ 100", "127.0.0.1 4"]}]
                """, entry);
        try (AutoCloseable server = gost ? Gost.start(entry, yaml) : Node.start(yaml)) {
            assertThat(server).isNotNull();
            // Gost was asked once already, to know that it is there.
            List<Way> ways = List.of(Way.TUNNEL, Way.PLAIN);
            for (Way way : ways) {
                try (Socket client = way.enter(entry.port(), warehouse.address())) {
                    assertThat(fetch(way, client, warehouse.address())).isBetween(AT_LEAST, Duration.ofSeconds(20));
                }
                try (Socket client = way.enter(entry.port(), warehouse.address())) {
                    assertThat(store(way, client, warehouse.address())).isBetween(AT_LEAST, Duration.ofSeconds(20));
                }
            }
            // The burst of 5 is used up at the latest now, and four a second come back.
            boolean refused = false;
            for (int i = 0; i < 500 && !refused; i++) {
                try (Socket client = new Socket("127.0.0.1", entry.port())) {
                    write(client, Way.PLAIN.request("GET", "127.0.0.1:1"));
                    refused = client.getInputStream().read() < 0;
                } catch (IOException reset) {
                    refused = true;
                }
            }
            assertThat(refused).isTrue();
        }
    }
}
