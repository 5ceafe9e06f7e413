package io.warren.boot;

import static org.assertj.core.api.Assertions.assertThat;

import io.warren.fixture.Gost;
import io.warren.fixture.Node;
import io.warren.fixture.Ports;
import io.warren.fixture.Until;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import org.junit.jupiter.api.Test;

/** A bypass by host name, and clients that try to get past it by being misunderstood. */
class SniffedBypassTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private static String configuration(int port, int whitelisted, int open) {
        return """
                services:
                - name: proxy
                  addr: "127.0.0.1:%d"
                  bypass: never
                  handler: {type: socks5, metadata: {sniffing: true, sniffing.timeout: 200ms}}
                  listener: {type: tcp}
                - name: whitelisted
                  addr: "127.0.0.1:%d"
                  bypass: only
                  handler: {type: socks5, metadata: {sniffing: true, sniffing.timeout: 200ms}}
                  listener: {type: tcp}
                - name: open
                  addr: "127.0.0.1:%d"
                  handler: {type: socks5, metadata: {sniffing: true}}
                  listener: {type: tcp}
                bypasses:
                - {name: never, matchers: [forbidden.example]}
                - {name: only, whitelist: true, matchers: [127.0.0.0/8, localhost, allowed.example]}
                """.formatted(port, whitelisted, open);
    }

    private static Node start() throws Exception {
        return Node.start(configuration(0, 0, 0));
    }

    /**
     * A way that was tried.
     *
     * @param reached what came to the target
     * @param answer what came to the client
     */
    private record Tried(String reached, String answer) {}

    /** A target that answers requests and closes, and keeps what it got. */
    private static final class Target implements AutoCloseable {
        private final ServerSocket server = new ServerSocket(0, 10, InetAddress.getByName("127.0.0.1"));
        private final CompletableFuture<String> reached = new CompletableFuture<>();
        private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        private final String answer;

        Target(String answer) throws IOException {
            this.answer = answer;
            Thread thread = new Thread(this::serve, "target");
            thread.setDaemon(true);
            thread.start();
        }

        int port() {
            return server.getLocalPort();
        }

        private void serve() {
            try (Socket client = server.accept()) {
                client.setSoTimeout((int) PATIENCE.toMillis());
                boolean answered = false;
                int b;
                while ((b = client.getInputStream().read()) >= 0) {
                    synchronized (this) {
                        bytes.write(b);
                    }
                    if (!answered && sofar().matches("(?s).*\n\r?\n")) {
                        answered = true;
                        client.getOutputStream().write(answer.getBytes(StandardCharsets.US_ASCII));
                        client.shutdownOutput();
                    }
                }
            } catch (IOException gone) {
                // What came until then counts.
            }
            reached.complete(sofar());
        }

        synchronized String sofar() {
            return bytes.toString(StandardCharsets.ISO_8859_1);
        }

        String reached() throws Exception {
            return reached.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        }

        @Override
        public void close() throws IOException {
            server.close();
        }
    }

    private static final String OK = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";

    private static Socket tunnel(int proxy, byte[] host, int target) throws IOException {
        Socket client = new Socket("127.0.0.1", proxy);
        client.setTcpNoDelay(true);
        client.setSoTimeout((int) PATIENCE.toMillis());
        InputStream in = client.getInputStream();
        client.getOutputStream().write(new byte[] {5, 1, 0});
        assertThat(in.readNBytes(2)).containsExactly(5, 0);
        ByteBuffer request = ByteBuffer.allocate(host.length + 5).put(new byte[] {5, 1, 0});
        client.getOutputStream()
                .write(request.put(host).putShort((short) target).array());
        assertThat(in.readNBytes(10)).startsWith(5, 0);
        return client;
    }

    private static final byte[] BY_ADDRESS = {1, 127, 0, 0, 1};
    private static final byte[] BY_NAME = {3, 9, 'l', 'o', 'c', 'a', 'l', 'h', 'o', 's', 't'};

    private static Tried attempt(int proxy, byte[] host, boolean ends, byte[]... parts) throws Exception {
        try (Target target = new Target(OK)) {
            String answer;
            try (Socket client = tunnel(proxy, host, target.port())) {
                for (byte[] part : parts) {
                    try {
                        client.getOutputStream().write(part);
                    } catch (IOException refused) {
                        break;
                    }
                }
                if (ends) {
                    client.shutdownOutput();
                }
                answer = rest(client.getInputStream());
            }
            return new Tried(target.reached(), answer);
        }
    }

    /** Up to the end of a head: who is refused is not cut off before he had a chance to read why. */
    private static String rest(InputStream in) {
        StringBuilder text = new StringBuilder();
        try {
            int b;
            while (text.indexOf("\r\n\r\n") < 0 && (b = in.read()) >= 0) {
                text.append((char) b);
            }
        } catch (IOException reset) {
            // Refused, in one way.
        }
        return text.toString();
    }

    private static void ends(Socket client) {
        try {
            client.shutdownOutput();
        } catch (IOException over) {
            // So it is already.
        }
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    private static Tried attempt(int proxy, String request) throws Exception {
        return attempt(proxy, BY_ADDRESS, false, bytes(request));
    }

    /** Requests that lead to the forbidden host where a server is lenient; and whether gost passes them on, in whatever form. */
    private enum Way {
        PLAIN("GET / HTTP/1.1\r\nHost: forbidden.example\r\n\r\n", false),
        UPPER_CASE("GET / HTTP/1.1\r\nHOST: FORBIDDEN.example\r\n\r\n", false),
        FINAL_DOT("GET / HTTP/1.1\r\nHost: forbidden.example.\r\n\r\n", true),
        FOLDED("GET / HTTP/1.1\r\nX: a\r\n b\r\nHost: forbidden.example\r\n\r\n", false),
        FOLDED_HOST("GET / HTTP/1.1\r\nHost:\r\n forbidden.example\r\n\r\n", false),
        BLANK_BEFORE_COLON("GET / HTTP/1.1\r\nHost : forbidden.example\r\n\r\n", true),
        NO_COLON("GET / HTTP/1.1\r\nrubbish\r\nHost: forbidden.example\r\n\r\n", false),
        CONTROL_CHARACTER("GET / HTTP/1.1\r\nX: \u0001\r\nHost: forbidden.example\r\n\r\n", false),
        BARE_LINE_FEEDS("GET / HTTP/1.1\nHost: forbidden.example\n\n", false),
        TWO_BLANKS("GET  / HTTP/1.1\r\nHost: forbidden.example\r\n\r\n", false),
        TAB("GET\t/ HTTP/1.1\r\nHost: forbidden.example\r\n\r\n", false),
        OTHER_VERSION("GET / HTTP/1.7\r\nHost: forbidden.example\r\n\r\n", false),
        TWO_HOSTS("GET / HTTP/1.1\r\nHost: allowed.example\r\nHost: forbidden.example\r\n\r\n", false),
        WHOLE_URL("GET http://forbidden.example/ HTTP/1.1\r\nHost: allowed.example\r\n\r\n", false),
        URL_WITH_USER("GET http://allowed.example@forbidden.example/ HTTP/1.1\r\nHost: allowed.example\r\n\r\n", false),
        HOST_BESIDE_URL("GET http://allowed.example/ HTTP/1.1\r\nHost: forbidden.example\r\n\r\n", true),
        UNHEARD_METHOD("FETCH / HTTP/1.1\r\nHost: forbidden.example\r\n\r\n", true),
        LOWER_CASE_METHOD("get / HTTP/1.1\r\nHost: forbidden.example\r\n\r\n", true),
        REDIS_METHOD("*GET / HTTP/1.1\r\nHost: forbidden.example\r\n\r\n", true),
        EMPTY_LINE_BEFORE("\r\nGET / HTTP/1.1\r\nHost: forbidden.example\r\n\r\n", true),
        TWO_LENGTHS(
                "POST / HTTP/1.1\r\nHost: allowed.example\r\nContent-Length: 0\r\nContent-Length: 44\r\n\r\nGET / HTTP/1.1\r\nHost: forbidden.example\r\n\r\n",
                false),
        HTTP2_PREFACE("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", false),
        PREFACE_WITH_A_HOST("PRI * HTTP/2.0\r\nHost: forbidden.example\r\n\r\n", false);

        private final String request;
        private final boolean passesGost;

        Way(String request, boolean passesGost) {
            this.request = request;
            this.passesGost = passesGost;
        }
    }

    @Test
    void noWayOfWritingItLeadsToTheForbiddenHost() throws Exception {
        try (Node node = start()) {
            for (Way way : Way.values()) {
                Tried whole = attempt(node.port("proxy"), way.request);
                assertThat(whole.reached()).as(way + " " + whole).doesNotContain("\n");
                assertThat(whole.answer()).as(way.toString()).doesNotContain(" 200 ");
                if (!way.request.startsWith("PRI")) {
                    assertThat(whole.answer()).as(way.toString()).containsAnyOf(" 400 ", " 403 ");
                }
                byte[][] single = new byte[way.request.length()][];
                for (int i = 0; i < single.length; i++) {
                    single[i] = bytes(way.request.substring(i, i + 1));
                }
                Tried slowly = attempt(node.port("proxy"), BY_ADDRESS, false, single);
                assertThat(slowly.reached()).as(way + " byte by byte").doesNotContain("orbidden", "HTTP/1.1\r\n");
                Tried ended = attempt(node.port("proxy"), BY_ADDRESS, true, bytes(way.request));
                assertThat(ended.reached()).as(way + " and the end").doesNotContain("\n");
            }
        }
    }

    @Test
    void gostLetsSomeOfThemPass() throws Exception {
        Gost.assume();
        int proxy = Ports.free();
        try (Gost gost = Gost.configured(configuration(proxy, Ports.free(), Ports.free()))) {
            Until.passes(
                    PATIENCE,
                    () -> assertThat(Gost.isOpen(proxy)).as(gost.log()).isTrue());
            List<String> differ = new ArrayList<>();
            for (Way way : Way.values()) {
                Tried tried = attempt(proxy, BY_ADDRESS, true, bytes(way.request));
                boolean passes = tried.reached().contains("\n");
                if (passes != way.passesGost) {
                    differ.add(way + (passes ? " passes: " : " does not pass: ") + tried);
                }
            }
            assertThat(differ).isEmpty();
        }
    }

    @Test
    void firstLineThatComesInPartsIsWatchedThoughItHasPassed() throws Exception {
        try (Node node = start();
                Target target = new Target(OK);
                Socket client = tunnel(node.port("proxy"), BY_ADDRESS, target.port())) {
            client.getOutputStream().write(bytes("FETCH / HT"));
            Until.passes(PATIENCE, () -> assertThat(target.sofar()).isEqualTo("FETCH / HT"));
            client.getOutputStream().write(bytes("TP/1.1\r\nHost: forbidden.example\r\n\r\n"));
            assertThat(rest(client.getInputStream())).contains(" 403 ");
            ends(client);
            assertThat(target.reached()).isEqualTo("FETCH / HT");
        }
    }

    @Test
    void patienceThatEndsIsNoWayAround() throws Exception {
        try (Node node = start();
                Target target = new Target(OK);
                Socket client = tunnel(node.port("proxy"), BY_ADDRESS, target.port())) {
            client.getOutputStream().write(bytes("GE"));
            Until.passes(PATIENCE, () -> assertThat(target.sofar()).isEqualTo("GE"));
            client.getOutputStream().write(bytes("T / HTTP/1.1\r\nHost: forbidden.example\r\n\r\n"));
            assertThat(rest(client.getInputStream())).contains(" 403 ");
            ends(client);
            assertThat(target.reached()).isEqualTo("GE");
        }
    }

    @Test
    void whoNamesNoHostIsWhereHeAskedToBe() throws Exception {
        String nameless = "GET / HTTP/1.0\r\n\r\n";
        try (Node node = start()) {
            assertThat(attempt(node.port("proxy"), nameless).reached()).isEqualTo(nameless);
            assertThat(attempt(node.port("whitelisted"), nameless).answer()).contains(" 403 ");
            assertThat(attempt(node.port("whitelisted"), BY_NAME, false, bytes(nameless))
                            .reached())
                    .isEqualTo(nameless);
            byte[] hello = hello(null);
            assertThat(attempt(node.port("proxy"), BY_ADDRESS, true, hello).reached())
                    .isEqualTo(text(hello));
            assertThat(attempt(node.port("whitelisted"), BY_ADDRESS, true, hello)
                            .reached())
                    .isEmpty();
            assertThat(attempt(node.port("whitelisted"), BY_NAME, true, hello).reached())
                    .isEqualTo(text(hello));
        }
    }

    /** Who names nobody passes every list at gost, white ones too. */
    @Test
    void gostAsksNobodyAboutWhoNamesNoHost() throws Exception {
        Gost.assume();
        int whitelisted = Ports.free();
        try (Gost gost = Gost.configured(configuration(Ports.free(), whitelisted, Ports.free()))) {
            Until.passes(
                    PATIENCE,
                    () -> assertThat(Gost.isOpen(whitelisted)).as(gost.log()).isTrue());
            assertThat(attempt(whitelisted, "GET / HTTP/1.0\r\n\r\n").reached()).contains("GET / ");
        }
    }

    private static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.ISO_8859_1);
    }

    private static byte[] hello(String name) throws Exception {
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, null, null);
        SSLEngine engine = context.createSSLEngine();
        engine.setUseClientMode(true);
        if (name != null) {
            SSLParameters parameters = engine.getSSLParameters();
            parameters.setServerNames(List.of(new SNIHostName(name)));
            engine.setSSLParameters(parameters);
        }
        ByteBuffer out = ByteBuffer.allocate(64 * 1024);
        assertThat(engine.wrap(ByteBuffer.allocate(0), out).bytesProduced()).isPositive();
        return Arrays.copyOf(out.array(), out.position());
    }

    /** The same hello in records of at most {@code size} bytes. */
    private static byte[][] inRecords(byte[] hello, int size) {
        List<byte[]> records = new ArrayList<>();
        for (int at = 5; at < hello.length; at += size) {
            int length = Math.min(size, hello.length - at);
            records.add(ByteBuffer.allocate(5 + length)
                    .put(hello, 0, 3)
                    .putShort((short) length)
                    .put(hello, at, length)
                    .array());
        }
        return records.toArray(byte[][]::new);
    }

    @Test
    void helloOfTlsIsReadHoweverItComes() throws Exception {
        byte[] allowed = hello("allowed.example");
        byte[] forbidden = hello("forbidden.example");
        try (Node node = start()) {
            int proxy = node.port("proxy");
            for (int size : new int[] {1, 7, 100, 16 * 1024}) {
                byte[][] records = inRecords(allowed, size);
                StringBuilder all = new StringBuilder();
                for (byte[] record : records) {
                    all.append(text(record));
                }
                assertThat(attempt(proxy, BY_ADDRESS, true, records).reached())
                        .as("records of " + size)
                        .isEqualTo(all.toString());
                assertThat(attempt(proxy, BY_ADDRESS, true, inRecords(forbidden, size))
                                .reached())
                        .as("records of " + size)
                        .isEmpty();
                assertThat(attempt(proxy, BY_ADDRESS, false, inRecords(forbidden, size)))
                        .as("records of " + size)
                        .isEqualTo(new Tried("", ""));
            }
            byte[] start = Arrays.copyOf(forbidden, 100);
            assertThat(attempt(proxy, BY_ADDRESS, true, start).reached())
                    .as("a part and the end")
                    .isEmpty();
            byte[] broken = allowed.clone();
            broken[5] = 2;
            assertThat(attempt(proxy, BY_ADDRESS, false, broken)).isEqualTo(new Tried("", ""));
        }
    }

    @Test
    void upgradeToHttp2EndsWhereNamesCount() throws Exception {
        String request = "GET / HTTP/1.1\r\nHost: allowed.example\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n\r\n";
        String switching = "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n\r\n";
        try (Node node = start()) {
            for (String service : List.of("proxy", "open")) {
                try (Target target = new Target(switching);
                        Socket client = tunnel(node.port(service), BY_ADDRESS, target.port())) {
                    client.getOutputStream().write(bytes(request));
                    assertThat(rest(client.getInputStream())).isEqualTo(service.equals("open") ? switching : "");
                    ends(client);
                    assertThat(target.reached()).isEqualTo(request);
                }
            }
        }
    }

    @Test
    void whereNoNamesCountHttp2PassesAndAnyAnswerDoes() throws Exception {
        String preface = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";
        try (Node node = start()) {
            assertThat(attempt(node.port("open"), BY_ADDRESS, true, bytes(preface))
                            .reached())
                    .isEqualTo(preface);
            for (String service : List.of("proxy", "open")) {
                try (Target target = new Target("ICY 200 OK\r\n\r\n");
                        Socket client = tunnel(node.port(service), BY_ADDRESS, target.port())) {
                    client.getOutputStream().write(bytes("GET / HTTP/1.1\r\nHost: allowed.example\r\n\r\n"));
                    assertThat(rest(client.getInputStream()))
                            .isEqualTo(service.equals("open") ? "ICY 200 OK\r\n\r\n" : "");
                }
            }
        }
    }
}
