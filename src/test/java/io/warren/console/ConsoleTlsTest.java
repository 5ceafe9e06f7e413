package io.warren.console;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonObject;
import io.warren.fixture.EchoServer;
import io.warren.fixture.Steered;
import io.warren.fixture.Until;
import io.warren.layer.tls.TestCertificates;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A console and a service that speak TLS, and new certificates for both while they run. */
class ConsoleTlsTest {
    private static final Duration PATIENCE = Duration.ofMinutes(1);
    private static final String LOGIN = "{\"user\": \"root\", \"password\": \"toor-toor\"}";

    @TempDir
    private Path directory;

    private TestCertificates certificates;
    private EchoServer echo;
    private Steered warren;

    @BeforeEach
    void start() throws Exception {
        certificates = new TestCertificates(directory)
                .issue("one", "localhost", Duration.ofDays(5))
                .issue("two", "localhost", Duration.ofDays(8))
                .issue("other", "elsewhere.example.org", Duration.ofDays(8))
                .issue("ended", "localhost", Duration.ofDays(-1));
        for (String pair : List.of("edge", "console")) {
            Files.copy(directory.resolve("one.pem"), directory.resolve(pair + ".pem"));
            Files.copy(directory.resolve("one.key"), directory.resolve(pair + ".key"));
        }
        echo = new EchoServer();
        warren = begin();
    }

    private Steered begin() throws Exception {
        return Steered.start("""
                console:
                  addr: "127.0.0.1:0"
                  state: STATE
                  tls: {certFile: "DIR/console.pem", keyFile: "DIR/console.key"}
                  users: [{username: root, password: toor-toor, role: admin}, {username: olga, password: operator, role: operator}]
                services:
                - name: edge
                  addr: 127.0.0.1:0
                  handler: {type: tcp}
                  listener: {type: tls, tls: {certFile: "DIR/edge.pem", keyFile: "DIR/edge.key"}}
                  forwarder: {nodes: [{name: echo, addr: "127.0.0.1:ECHO"}]}
                """.replace("STATE", directory.resolve("state").toString())
                .replace("DIR", directory.toString())
                .replace("ECHO", "" + echo.port()));
    }

    @AfterEach
    void stop() throws IOException {
        warren.close();
        echo.close();
    }

    private SSLContext trusting() throws Exception {
        KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
        store.load(null, null);
        try (InputStream in = new FileInputStream(certificates.file("ca.pem"))) {
            store.setCertificateEntry(
                    "ca", CertificateFactory.getInstance("X.509").generateCertificate(in));
        }
        TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(store);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, trust.getTrustManagers(), null);
        return context;
    }

    private int console() {
        return warren.steering().console().orElseThrow().port();
    }

    private HttpClient browser() throws Exception {
        return HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .sslContext(trusting())
                .build();
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create("https://localhost:" + console() + path))
                .timeout(Duration.ofSeconds(30));
    }

    private HttpResponse<String> as(String user, String password, String method, String path, String body)
            throws Exception {
        String login = Base64.getEncoder().encodeToString((user + ":" + password).getBytes(StandardCharsets.UTF_8));
        return browser()
                .send(
                        request(path)
                                .header("Authorization", "Basic " + login)
                                .method(method, HttpRequest.BodyPublishers.ofString(body))
                                .build(),
                        HttpResponse.BodyHandlers.ofString());
    }

    private HttpResponse<String> certify(String use, String certificate, String key) throws Exception {
        String body = new JsonObject()
                .put("certificate", Files.readString(directory.resolve(certificate + ".pem")))
                .put("key", Files.readString(directory.resolve(key + ".key")))
                .encode();
        return as("root", "toor-toor", "PUT", "/cluster/certificates/" + use, body);
    }

    private SSLSocket visit(int port) throws Exception {
        SSLSocket socket =
                (SSLSocket) trusting().getSocketFactory().createSocket(new Socket("127.0.0.1", port), "", port, true);
        socket.setSoTimeout(20_000);
        socket.startHandshake();
        return socket;
    }

    private static void talk(Socket socket) throws IOException {
        socket.getOutputStream().write('x');
        assertThat(socket.getInputStream().read()).isEqualTo('x');
    }

    private Instant ends(int port) throws Exception {
        try (SSLSocket socket = visit(port)) {
            return ((X509Certificate) socket.getSession().getPeerCertificates()[0])
                    .getNotAfter()
                    .toInstant();
        }
    }

    private boolean shows(int port, String certificate) throws Exception {
        try (InputStream in = new FileInputStream(certificates.file(certificate + ".pem"))) {
            X509Certificate expected =
                    (X509Certificate) CertificateFactory.getInstance("X.509").generateCertificate(in);
            return ends(port).equals(expected.getNotAfter().toInstant());
        }
    }

    @Test
    void theConsoleIsReachedByTlsOnlyAndBrowsersAreToldToStayThere() throws Exception {
        HttpResponse<String> page = browser().send(request("/").build(), HttpResponse.BodyHandlers.ofString());
        assertThat(page.statusCode()).isEqualTo(200);
        assertThat(page.headers().firstValue("Strict-Transport-Security")).hasValue("max-age=31536000");
        HttpResponse<String> login = browser()
                .send(
                        request("/cluster/session")
                                .header("Content-Type", "application/json")
                                .POST(HttpRequest.BodyPublishers.ofString(LOGIN))
                                .build(),
                        HttpResponse.BodyHandlers.ofString());
        assertThat(login.statusCode()).as(login.body()).isEqualTo(200);
        assertThat(login.headers().firstValue("Set-Cookie").orElse(""))
                .contains("; Secure", "; HTTPOnly", "; SameSite=Strict");
        try (Socket plain = new Socket("127.0.0.1", console())) {
            plain.setSoTimeout(20_000);
            plain.getOutputStream().write("GET / HTTP/1.1\r\nHost: x\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            assertThat(new String(plain.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1))
                    .doesNotContain("HTTP/1.1");
        }
    }

    @Test
    void aNewCertificateOfAServiceCountsAtOnceAfterARestartAndUntilItsFileIsNewer() throws Exception {
        int port = warren.port("edge");
        try (SSLSocket before = visit(port)) {
            talk(before);
            HttpResponse<String> done = certify("services%5Bedge%5D.listener.tls", "two", "two");
            assertThat(done.statusCode()).as(done.body()).isEqualTo(200);
            assertThat(done.body()).doesNotContain("PRIVATE KEY");
            Until.passes(PATIENCE, () -> assertThat(shows(port, "two")).isTrue());
            talk(before);
        }
        JsonObject row = new JsonObject(as("root", "toor-toor", "GET", "/cluster/certificates?sort=-daysLeft", "")
                        .body())
                .getJsonArray("items")
                .getJsonObject(0);
        assertThat(row.getString("use")).isEqualTo("services[edge].listener.tls");
        assertThat(row.getString("renewed")).isNotNull();
        assertThat(row.getInteger("daysLeft")).isEqualTo(7);
        warren.close();
        warren = begin();
        Until.passes(
                PATIENCE, () -> assertThat(shows(warren.port("edge"), "two")).isTrue());
        Files.setLastModifiedTime(
                directory.resolve("edge.pem"), FileTime.from(Instant.now().plusSeconds(60)));
        Until.passes(
                PATIENCE, () -> assertThat(shows(warren.port("edge"), "one")).isTrue());
    }

    @Test
    void theConsolesOwnCertificateIsRenewedWithoutCuttingWhoIsThere() throws Exception {
        HttpClient browser = browser();
        HttpResponse<InputStream> stream = browser.send(
                request("/cluster/stream")
                        .header(
                                "Authorization",
                                "Basic "
                                        + Base64.getEncoder()
                                                .encodeToString("root:toor-toor".getBytes(StandardCharsets.UTF_8)))
                        .build(),
                HttpResponse.BodyHandlers.ofInputStream());
        assertThat(stream.statusCode()).isEqualTo(200);
        HttpResponse<String> done = certify("console.tls", "two", "two");
        assertThat(done.statusCode()).as(done.body()).isEqualTo(200);
        Until.passes(PATIENCE, () -> assertThat(shows(console(), "two")).isTrue());
        assertThat(stream.body().readNBytes(2000)).hasSize(2000);
        stream.body().close();
        // Written anew by somebody else, as by a client of an authority: no command is needed.
        Files.copy(
                directory.resolve("other.pem"),
                directory.resolve("console.pem"),
                java.nio.file.StandardCopyOption.REPLACE_EXISTING);
        Files.copy(
                directory.resolve("other.key"),
                directory.resolve("console.key"),
                java.nio.file.StandardCopyOption.REPLACE_EXISTING);
        Files.setLastModifiedTime(
                directory.resolve("console.pem"), FileTime.from(Instant.now().plusSeconds(60)));
        Until.passes(PATIENCE, () -> assertThat(shows(console(), "other")).isTrue());
    }

    @Test
    void whatCannotServeIsRefusedWithItsReason() throws Exception {
        String use = "services%5Bedge%5D.listener.tls";
        HttpResponse<String> mixed = certify(use, "two", "one");
        assertThat(mixed.statusCode()).isEqualTo(422);
        assertThat(mixed.body()).contains("key: not the key of the certificate");
        HttpResponse<String> ended = certify(use, "ended", "ended");
        assertThat(ended.statusCode()).isEqualTo(422);
        assertThat(ended.body()).contains("CN=localhost has ended at");
        HttpResponse<String> nowhere = certify("services%5Bnone%5D.listener.tls", "two", "two");
        assertThat(nowhere.statusCode()).isEqualTo(404);
        assertThat(nowhere.body()).contains("used at: services[edge].listener.tls, console.tls");
        assertThat(as(
                                "root",
                                "toor-toor",
                                "PUT",
                                "/cluster/certificates/" + use,
                                "{\"certificate\": \"x\", \"key\": \"y\"}")
                        .statusCode())
                .isEqualTo(400);
        assertThat(as("olga", "operator", "PUT", "/cluster/certificates/" + use, "{}")
                        .statusCode())
                .isEqualTo(403);
        assertThat(shows(warren.port("edge"), "one")).isTrue();
        HttpResponse<String> other = certify(use, "other", "other");
        assertThat(other.statusCode()).isEqualTo(200);
        assertThat(other.body()).contains("not for localhost any more");
    }
}
