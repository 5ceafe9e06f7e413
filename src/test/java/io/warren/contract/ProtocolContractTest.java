package io.warren.contract;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.PooledByteBufAllocator;
import io.vertx.core.Future;
import io.warren.fixture.Descriptors;
import io.warren.fixture.EchoServer;
import io.warren.fixture.LogLines;
import io.warren.fixture.MapSettings;
import io.warren.fixture.Node;
import io.warren.fixture.Rig;
import io.warren.fixture.Silence;
import io.warren.fixture.Tap;
import io.warren.fixture.Until;
import io.warren.net.Address;
import io.warren.net.DialOptions;
import io.warren.net.ProxyException;
import io.warren.net.ProxyException.Kind;
import io.warren.net.Stream;
import io.warren.net.TcpDial;
import io.warren.relay.Direct;
import io.warren.spi.Connector;
import io.warren.spi.Destination;
import io.warren.spi.Session;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What every protocol promises whose clients say where they want to go: an answer in its own words or a close, one line in the log, and nothing that stays
 * behind. The client is our own connector, or anybody on a socket.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ProtocolContractTest {
    private static final Kind ANY = Kind.UNREACHABLE;

    /** Where a protocol has one word for several reasons; everywhere else the reason arrives as it is. */
    private static final Map<String, Map<Kind, Kind>> COARSER = Map.of(
            "http", Map.of(Kind.REFUSED, ANY, Kind.RESOLVE, ANY, Kind.TIMEOUT, ANY),
            "socks5", Map.of(Kind.RESOLVE, ANY, Kind.TIMEOUT, ANY),
            "socks4", Map.of(Kind.REFUSED, ANY, Kind.RESOLVE, ANY, Kind.TIMEOUT, ANY),
            "relay", Map.of(Kind.REFUSED, ANY, Kind.RESOLVE, ANY));

    /** A user id is all that their clients have. */
    private static final Set<String> WITHOUT_PASSWORD = Set.of("socks4");

    /** A relay connector that waits for the node's answer, and a SOCKS5 connector whose bytes can be said once more. */
    private static final Map<String, Object> METADATA = Map.of("nodelay", true, "notls", true);

    private static final int PATIENCE_MS = 20_000;

    private final long seed = System.nanoTime();
    private final Map<Speaker, Socket> silent = new LinkedHashMap<>();
    private LogLines log;
    private Rig rig;
    private EchoServer echo;
    private Silence late;
    private Node node;
    private long baseline;

    /** @param connector what speaks to {@code handler}: its own, or that of a protocol which it hands on to */
    private record Speaker(String handler, String connector) {
        String service(String kind) {
            return handler + "-" + connector + "-" + kind;
        }

        Kind expected(Kind kind) {
            return COARSER.getOrDefault(connector, Map.of()).getOrDefault(kind, kind);
        }

        @Override
        public String toString() {
            return handler.equals(connector) ? handler : connector + " to " + handler;
        }
    }

    static List<Speaker> speakers() {
        List<Speaker> speakers = new ArrayList<>();
        Contract.protocols()
                .forEach(protocol -> speakers.add(new Speaker(Contract.name(protocol), Contract.name(protocol))));
        Contract.CATALOG
                .protocols()
                .forEach(protocol ->
                        protocol.handsOnTo().forEach(to -> speakers.add(new Speaker(Contract.name(protocol), to))));
        return speakers;
    }

    private static String services(Speaker who) {
        String password = WITHOUT_PASSWORD.contains(who.connector()) ? "" : ", password: secret";
        return """
                - name: %1$s
                  addr: 127.0.0.1:0
                  bypass: elsewhere
                  handler: {type: %5$s}
                  listener: {type: tcp}
                - name: %2$s
                  addr: 127.0.0.1:0
                  handler: {type: %5$s, auth: {username: alice%6$s}}
                  listener: {type: tcp}
                - name: %3$s
                  addr: 127.0.0.1:0
                  handler: {type: %5$s}
                  listener: {type: tcp}
                  metadata: {dialTimeout: 300ms}
                - name: %4$s
                  addr: 127.0.0.1:0
                  handler: {type: %5$s}
                  listener: {type: tcp}
                """.formatted(
                        who.service("open"),
                        who.service("guarded"),
                        who.service("hasty"),
                        who.service("silent"),
                        who.handler(),
                        password);
    }

    @BeforeAll
    void start() throws Exception {
        System.out.println("seed " + seed);
        log = LogLines.record();
        rig = new Rig();
        echo = new EchoServer();
        late = new Silence();
        StringBuilder yaml = new StringBuilder("""
                bypasses:
                - {name: elsewhere, whitelist: true, matchers: [127.0.0.1, "*.invalid"]}
                services:
                """);
        speakers().forEach(who -> yaml.append(services(who)));
        node = Node.start(Contract.CATALOG, yaml.toString());
        for (Speaker who : speakers()) {
            Socket socket = new Socket("127.0.0.1", node.port(who.service("silent")));
            socket.setSoTimeout(PATIENCE_MS);
            silent.put(who, socket);
        }
    }

    @AfterAll
    void stop() throws Exception {
        node.close();
        rig.close();
        echo.close();
        late.close();
        // A leak is reported by whoever takes a buffer after the collector has found it.
        for (int i = 0; i < 3; i++) {
            System.gc();
            for (int j = 0; j < 200; j++) {
                PooledByteBufAllocator.DEFAULT.buffer(16).release();
            }
        }
        log.areQuiet();
        log.close();
    }

    @BeforeEach
    void count() {
        baseline = Descriptors.sockets();
    }

    @AfterEach
    void nothingStays() throws Exception {
        Until.holds(() -> Descriptors.sockets() <= baseline);
        log.areQuiet();
    }

    @Test
    void theListIsTheCatalogues() {
        assertThat(speakers())
                .extracting(Speaker::toString)
                .contains("http", "socks5", "socks4", "relay", "toy", "http to auto", "socks5 to auto");
    }

    private Connector connector(Speaker who, Optional<String> user) {
        MapSettings settings = user.isEmpty()
                ? MapSettings.of("metadata", METADATA)
                : MapSettings.of(
                        "metadata", METADATA, "auth", MapSettings.entry("username", user.get(), "password", "secret"));
        Connector connector = Contract.CATALOG
                .connector(who.connector())
                .orElseThrow()
                .read(settings)
                .apply(rig.scope(Direct.EGRESS));
        assertThat(settings.problems()).isEmpty();
        return rig.deploy(connector);
    }

    private Future<Stream> reach(Connector connector, int port, Address target) {
        Session session = Session.of("rig", Address.NONE, Address.NONE);
        return TcpDial.connect(rig.context, Address.of("127.0.0.1", port), DialOptions.DEFAULT)
                .compose(carrier -> connector
                        .handshake(session, carrier)
                        .compose(greeted -> connector.connect(session, greeted, Destination.tcp(target)))
                        .onFailure(e -> carrier.close()));
    }

    private ProxyException refusal(Speaker who, String service, Optional<String> user, Address target) {
        Connector connector = connector(who, user);
        Throwable[] why = new Throwable[1];
        rig.on(() -> reach(connector, node.port(who.service(service)), target)
                .onSuccess(Stream::close)
                .transform(done -> {
                    why[0] = done.cause();
                    return Future.succeededFuture();
                }));
        assertThat(why[0]).isInstanceOf(ProxyException.class);
        return (ProxyException) why[0];
    }

    private void assertRefused(Speaker who, Kind kind, String service, Optional<String> user, Address target)
            throws Exception {
        int lines = log.sessions(who.service(service)).size();
        ProxyException why = refusal(who, service, user, target);
        assertThat(why.kind()).as(why.getMessage()).isEqualTo(who.expected(kind));
        assertThat(why.side()).isEqualTo(ProxyException.Side.UPSTREAM);
        assertOneLineMore(
                who.service(service), lines, "outcome=\"" + kind.name().toLowerCase(java.util.Locale.ROOT));
    }

    private void assertOneLineMore(String service, int before, String text) throws InterruptedException {
        Until.holds(() -> log.sessions(service).size() > before);
        assertThat(log.sessions(service)).hasSize(before + 1).last().asString().contains(text);
    }

    private Address echoAddress() {
        return Address.of("127.0.0.1", echo.port());
    }

    private static Address closedPort() throws IOException {
        try (EchoServer gone = new EchoServer()) {
            return Address.of("127.0.0.1", gone.port());
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("speakers")
    void acceptedClientIsConnected(Speaker who) throws Exception {
        for (Optional<String> user : List.of(Optional.<String>empty(), Optional.of("alice"))) {
            String service = who.service(user.isEmpty() ? "open" : "guarded");
            int lines = log.sessions(service).size();
            Connector connector = connector(who, user);
            rig.on(() -> reach(connector, node.port(service), echoAddress()).compose(stream -> {
                stream.write(io.vertx.core.buffer.Buffer.buffer("hello"));
                return io.warren.layer.LoopbackPair.some(stream, 5)
                        .onSuccess(got -> assertThat(got.toString()).isEqualTo("hello"))
                        .compose(got -> stream.close());
            }));
            assertOneLineMore(service, lines, "outcome=\"ok\"");
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("speakers")
    void reasonsForARefusalArrive(Speaker who) throws Exception {
        Optional<String> nobody = Optional.empty();
        assertRefused(who, Kind.DENIED, "open", nobody, Address.of("192.0.2.1", 80));
        assertRefused(who, Kind.REFUSED, "open", nobody, closedPort());
        assertRefused(who, Kind.RESOLVE, "open", nobody, Address.of("nowhere.invalid", 80));
        assertRefused(who, Kind.TIMEOUT, "hasty", nobody, late.address());
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("speakers")
    void wrongCredentialsAreRefused(Speaker who) throws Exception {
        assertRefused(who, Kind.UNAUTHORIZED, "guarded", Optional.empty(), echoAddress());
        assertRefused(who, Kind.UNAUTHORIZED, "guarded", Optional.of("mallory"), echoAddress());
    }

    // --- anybody on a socket

    /** What our connector says to reach the echo server. */
    private byte[] handshake(Speaker who) throws Exception {
        try (Tap tap = new Tap(node.port(who.service("open")))) {
            int lines = log.sessions(who.service("open")).size();
            Connector connector = connector(who, Optional.empty());
            rig.on(() -> reach(connector, tap.port(), echoAddress()).compose(Stream::close));
            Until.holds(() -> log.sessions(who.service("open")).size() > lines);
            assertThat(tap.said().length).isGreaterThan(5);
            return tap.said();
        }
    }

    private Socket client(Speaker who) throws IOException {
        Socket socket = new Socket("127.0.0.1", node.port(who.service("open")));
        socket.setSoTimeout(PATIENCE_MS);
        socket.setTcpNoDelay(true);
        return socket;
    }

    /** Says {@code bytes} and no more, and waits for the end. */
    private void end(Speaker who, byte[] bytes) throws IOException {
        try (Socket socket = client(who)) {
            try {
                socket.getOutputStream().write(bytes);
                socket.shutdownOutput();
                socket.getInputStream().transferTo(java.io.OutputStream.nullOutputStream());
            } catch (java.net.SocketTimeoutException e) {
                throw e;
            } catch (IOException reset) {
                // It may hang up at any time.
            }
        }
    }

    private void assertOneLineEach(Speaker who, List<byte[]> openings) throws Exception {
        int lines = log.sessions(who.service("open")).size();
        for (byte[] opening : openings) {
            end(who, opening);
        }
        Until.holds(() -> log.sessions(who.service("open")).size() >= lines + openings.size());
        assertThat(log.sessions(who.service("open"))).hasSize(lines + openings.size());
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("speakers")
    void handshakeCutAtEveryByteEnds(Speaker who) throws Exception {
        byte[] whole = handshake(who);
        List<byte[]> openings = new ArrayList<>();
        for (int length = 0; length < whole.length; length++) {
            openings.add(Arrays.copyOf(whole, length));
        }
        assertOneLineEach(who, openings);
        assertThat(log.sessions(who.service("open")))
                .filteredOn(line -> line.contains("outcome=\"closed\""))
                .hasSizeGreaterThanOrEqualTo(whole.length - 1);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("speakers")
    void garbageEnds(Speaker who) throws Exception {
        Random random = new Random(seed);
        byte[] whole = handshake(who);
        List<byte[]> openings = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            byte[] noise = new byte[random.nextInt(600)];
            random.nextBytes(noise);
            openings.add(noise);
            byte[] damaged = whole.clone();
            for (int flips = 1 + random.nextInt(3); flips > 0; flips--) {
                damaged[random.nextInt(damaged.length)] = (byte) random.nextInt(256);
            }
            openings.add(damaged);
        }
        assertOneLineEach(who, openings);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("speakers")
    void openingWithoutEndIsCutOff(Speaker who) throws Exception {
        byte[] whole = handshake(who);
        List<byte[]> openings = new ArrayList<>();
        for (int start : new int[] {0, 1, 2, 4, whole.length - 2}) {
            byte[] endless = new byte[5 << 20];
            Arrays.fill(endless, (byte) 'a');
            System.arraycopy(whole, 0, endless, 0, start);
            openings.add(endless);
        }
        assertOneLineEach(who, openings);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("speakers")
    void clientThatSaysOneByteAtATimeIsServed(Speaker who) throws Exception {
        byte[] whole = handshake(who);
        int lines = log.sessions(who.service("open")).size();
        try (Socket socket = client(who)) {
            for (byte one : whole) {
                socket.getOutputStream().write(one);
            }
            for (byte one : "the end".getBytes(StandardCharsets.US_ASCII)) {
                socket.getOutputStream().write(one);
            }
            socket.shutdownOutput();
            assertThat(new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1))
                    .endsWith("the end");
        }
        assertOneLineMore(who.service("open"), lines, "outcome=\"ok\"");
    }

    /** They have been so since this class began. */
    @ParameterizedTest(name = "{0}")
    @MethodSource("speakers")
    void silentClientIsLetGoOf(Speaker who) throws Exception {
        try (Socket socket = silent.get(who)) {
            assertThat(socket.getInputStream().read()).isEqualTo(-1);
        }
        Until.holds(() -> log.sessions(who.service("silent")).size() == 1);
        assertThat(log.sessions(who.service("silent"))).first().asString().contains("outcome=\"timeout\"");
    }
}
