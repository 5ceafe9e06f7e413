package io.warren.layer.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.handler.ssl.SslHandler;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.warren.fixture.MapSettings;
import io.warren.layer.LoopbackPair;
import io.warren.net.Pipeline;
import io.warren.net.ProxyException;
import io.warren.net.Stream;
import io.warren.spi.Renewed;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TlsLayerTest {
    @TempDir
    Path directory;

    private TestCertificates files;

    @BeforeEach
    void certificates() throws Exception {
        files = new TestCertificates(directory)
                .issue("server", "server.test", Duration.ofDays(1))
                .issue("client", "client.test", Duration.ofDays(1))
                .issue("expired", "server.test", Duration.ofDays(-1));
    }

    private TlsServerOptions server(Object... more) {
        Map<String, Object> keys = MapSettings.entry(more);
        keys.putIfAbsent("certFile", files.file("server.pem"));
        keys.putIfAbsent("keyFile", files.file("server.key"));
        return TlsServerOptions.read(section(keys));
    }

    private static TlsClientOptions client(Object... keys) {
        return TlsClientOptions.read(section(MapSettings.entry(keys)));
    }

    private static io.warren.spi.Settings section(Map<String, Object> keys) {
        return MapSettings.of("tls", keys).section("tls");
    }

    /** Both handshakes, and "hello" from the client; the certificate that the client saw. */
    private static X509Certificate greet(TlsServerOptions server, TlsClientOptions client, boolean halfClose) {
        try (LoopbackPair pair = new LoopbackPair()) {
            Buffer got = pair.on(() -> {
                Future<Buffer> heard =
                        TlsLayer.accept(pair.server, server, halfClose).compose(stream -> LoopbackPair.some(stream, 5));
                return TlsLayer.connect(pair.client, client, "server.test", halfClose)
                        .compose(stream -> {
                            stream.write(Buffer.buffer("hello"));
                            return heard.otherwise(e -> {
                                throw e instanceof ProxyException p ? p : new IllegalStateException(e);
                            });
                        });
            });
            assertThat(got.toString()).isEqualTo("hello");
            return pair.on(() -> Future.succeededFuture(certificateOf(pair.client)));
        }
    }

    private static X509Certificate certificateOf(Stream stream) {
        try {
            return (X509Certificate) Pipeline.of(stream)
                    .channel()
                    .pipeline()
                    .get(SslHandler.class)
                    .engine()
                    .getSession()
                    .getPeerCertificates()[0];
        } catch (javax.net.ssl.SSLPeerUnverifiedException e) {
            throw new IllegalStateException(e);
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void secureClientAcceptsACertificateOfItsAuthorityForTheName(boolean halfClose) {
        TlsClientOptions client = client("secure", true, "caFile", files.file("ca.pem"));
        assertThat(greet(server(), client, halfClose).getSubjectX500Principal().getName())
                .isEqualTo("CN=server.test");
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void secureClientRefusesAnotherName(boolean halfClose) {
        TlsClientOptions client =
                client("secure", true, "caFile", files.file("ca.pem"), "serverName", "elsewhere.test");
        assertThatThrownBy(() -> greet(server(), client, halfClose))
                .isInstanceOf(ProxyException.class)
                .hasMessageContaining("another name");
        // With the authority alone it is the chain that counts.
        assertThat(greet(server(), client("caFile", files.file("ca.pem"), "serverName", "elsewhere.test"), halfClose))
                .isNotNull();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void expiredCertificateIsNamedAsTheReason(boolean halfClose) {
        TlsServerOptions server = server("certFile", files.file("expired.pem"), "keyFile", files.file("expired.key"));
        assertThatThrownBy(() -> greet(server, client("caFile", files.file("ca.pem")), halfClose))
                .hasMessage("TLS handshake: certificate expired");
        assertThat(greet(server, client(), halfClose)).isNotNull();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void clientWithoutACertificateIsTurnedAway(boolean halfClose) {
        TlsServerOptions server = server("caFile", files.file("ca.pem"));
        assertThatThrownBy(() -> greet(server, client(), halfClose)).isInstanceOf(ProxyException.class);
        TlsClientOptions known = client("certFile", files.file("client.pem"), "keyFile", files.file("client.key"));
        assertThat(greet(server, known, halfClose)).isNotNull();
    }

    @Test
    void unknownServerNameIsRefused() {
        TlsServerOptions server = server("rejectUnknownSNI", true, "serverNames", List.of("Server.Test"));
        assertThat(greet(server, client(), true)).isNotNull();
        assertThatThrownBy(() -> greet(server, client("serverName", "other.test"), true))
                .hasMessageContaining("internal error");
        assertThatThrownBy(() -> greet(server, client("serverName", "192.0.2.1"), true))
                .hasMessageContaining("internal error");
    }

    @Test
    void changedFilesServeTheNextHandshakes() throws Exception {
        TlsServerOptions server = server();
        X509Certificate before = greet(server, client(), true);
        files = files.issue("server", "renewed.test", Duration.ofDays(1));
        long deadline = System.nanoTime() + 20_000_000_000L;
        while (greet(server, client(), true).equals(before)) {
            assertThat(System.nanoTime()).isLessThan(deadline);
        }
        X509Certificate after = greet(server, client(), true);
        Files.writeString(directory.resolve("server.pem"), "broken");
        long until = System.nanoTime() + 2_500_000_000L;
        while (System.nanoTime() < until) {
            assertThat(greet(server, client(), true)).isEqualTo(after);
        }
    }

    @Test
    void unusableFilesAreReported() {
        MapSettings settings = MapSettings.of(
                "tls", MapSettings.entry("certFile", files.file("no-such.pem"), "keyFile", files.file("server.key")));
        assertThat(TlsServerOptions.read(settings.section("tls"))).isNotNull();
        assertThat(settings.problems()).singleElement().asString().contains("no-such.pem does not exist");
    }

    @Test
    void generatedCertificateIsKeptAndFoundAgain() throws Exception {
        Path store = directory.resolve("store");
        AutoCertificate auto =
                new AutoCertificate(directory.resolve("none"), store, "gost.run", "GOST", Duration.ofDays(365));
        KeyMaterial.Identity first = auto.load();
        assertThat(auto.load()).isEqualTo(first);
        X509Certificate certificate = first.chain().get(0);
        assertThat(certificate.getSubjectX500Principal().getName()).isEqualTo("CN=gost.run,O=GOST");
        assertThat(certificate.getBasicConstraints()).isNotNegative();
        assertThat(Files.getPosixFilePermissions(store.resolve("auto-ca-key.pem")))
                .hasSize(2);
    }

    @Test
    void oldestVersionIsKept() {
        TlsServerOptions server = server("options", MapSettings.entry("minVersion", "VersionTLS13"));
        TlsClientOptions old = client("options", MapSettings.entry("maxVersion", "versiontls12"));
        assertThatThrownBy(() -> greet(server, old, true)).isInstanceOf(ProxyException.class);
    }

    @Test
    void aKeyOfAnotherCertificateIsNoPair(@TempDir Path directory) throws Exception {
        TestCertificates made = new TestCertificates(directory)
                .issue("one", "localhost", Duration.ofDays(1))
                .issue("two", "localhost", Duration.ofDays(1));
        KeyMaterial.check(new Renewed(), made.file("one.pem"), made.file("one.key"), "");
        assertThatThrownBy(() -> KeyMaterial.check(new Renewed(), made.file("one.pem"), made.file("two.key"), ""))
                .isInstanceOf(IOException.class)
                .hasMessageEndingWith("not the key of the certificate");
    }
}
