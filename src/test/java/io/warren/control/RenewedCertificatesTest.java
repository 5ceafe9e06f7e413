package io.warren.control;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonObject;
import io.warren.fixture.Http;
import io.warren.fixture.Ports;
import io.warren.fixture.Steered;
import io.warren.fixture.Trusting;
import io.warren.fixture.Until;
import io.warren.layer.tls.TestCertificates;
import java.io.FileInputStream;
import java.io.InputStream;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Certificates that were renewed on a cluster, and members that come when that is done. */
class RenewedCertificatesTest {
    private static final Duration PATIENCE = Duration.ofMinutes(1);
    private static final int MOST = 4;

    @TempDir
    private Path directory;

    private TestCertificates certificates;
    private final int port = Ports.free();
    private final int trunk = Ports.free();
    private final int bus = Ports.free();
    private final TreeMap<Integer, Steered> members = new TreeMap<>();

    @BeforeEach
    void issue() throws Exception {
        certificates = new TestCertificates(directory)
                .issue("one", "localhost", Duration.ofDays(5))
                .issue("two", "localhost", Duration.ofDays(8))
                .issue("three", "localhost", Duration.ofDays(7));
    }

    @AfterEach
    void stop() {
        members.values().forEach(Steered::close);
    }

    private Steered member(int number) throws Exception {
        String join = Stream.iterate(1, n -> n + 1)
                .limit(MOST)
                .map(n -> "\"127.0.0." + n + ":" + port + "\"")
                .collect(Collectors.joining(", "));
        return Steered.start("""
                cluster:
                  name: renewed
                  secret: five-and-twenty-blackbirds
                  member: relay-NUMBER
                  addr: HOST:PORT
                  trunk: HOST:TRUNK
                  bus: HOST:BUS
                  join: [JOIN]
                console: {addr: "127.0.0.1:0", password: toor-toor, state: "DIR/relay-NUMBER"}
                services:
                - name: edge
                  addr: 127.0.0.1:0
                  handler: {type: http}
                  listener: {type: tls, tls: {certFile: "DIR/one.pem", keyFile: "DIR/one.key"}}
                """.replace("HOST", "127.0.0." + number)
                .replace("PORT", "" + port)
                .replace("TRUNK", "" + trunk)
                .replace("BUS", "" + bus)
                .replace("JOIN", join)
                .replace("DIR", directory.toString())
                .replace("NUMBER", "" + number));
    }

    /** One after the other, once the ones before have met. */
    private void join(int... numbers) throws Exception {
        for (int number : numbers) {
            members.put(number, member(number));
            met();
        }
    }

    /** At the same time. */
    private void joinTogether(int... numbers) throws Exception {
        List<CompletableFuture<Void>> starts = Arrays.stream(numbers)
                .mapToObj(number -> CompletableFuture.runAsync(() -> {
                    try {
                        Steered member = member(number);
                        synchronized (members) {
                            members.put(number, member);
                        }
                    } catch (Exception e) {
                        throw new IllegalStateException(e);
                    }
                }))
                .toList();
        for (CompletableFuture<Void> start : starts) {
            start.get(2, TimeUnit.MINUTES);
        }
        met();
    }

    private void leave(int number) {
        members.remove(number).close();
    }

    private void met() throws Exception {
        Until.passes(
                PATIENCE,
                () -> assertThat(members.values())
                        .allMatch(m ->
                                m.warren().cluster().orElseThrow().members().size() == members.size()));
    }

    private void certify(int member, String name) throws Exception {
        Http console = Http.to(
                        members.get(member).steering().console().orElseThrow().port())
                .as("admin", "toor-toor");
        Until.passes(PATIENCE, () -> {
            Http.Answer answer = console.put(
                    "/cluster/certificates/services%5Bedge%5D.listener.tls",
                    new JsonObject()
                            .put("certificate", Files.readString(directory.resolve(name + ".pem")))
                            .put("key", Files.readString(directory.resolve(name + ".key")))
                            .encode());
            assertThat(answer.status()).as(answer.body()).isEqualTo(200);
            assertThat(answer.json().getJsonArray("results").stream()
                            .map(result -> ((JsonObject) result).getString("outcome")))
                    .as(answer.body())
                    .hasSize(members.size())
                    .containsOnly("done");
        });
    }

    private void allShow(String name) throws Exception {
        X509Certificate expected;
        try (InputStream in = new FileInputStream(certificates.file(name + ".pem"))) {
            expected = (X509Certificate) CertificateFactory.getInstance("X.509").generateCertificate(in);
        }
        Until.passes(PATIENCE, () -> {
            for (var member : members.entrySet()) {
                assertThat(shown(member.getValue().port("edge")))
                        .as("member %d", member.getKey())
                        .isEqualTo(expected);
            }
        });
    }

    private static X509Certificate shown(int port) throws Exception {
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, Trusting.anybody(), null);
        try (SSLSocket socket =
                (SSLSocket) context.getSocketFactory().createSocket(new Socket("127.0.0.1", port), "", port, true)) {
            socket.setSoTimeout(20_000);
            socket.startHandshake();
            return (X509Certificate) socket.getSession().getPeerCertificates()[0];
        }
    }

    @Test
    void severalThatJoinAtOnceShowWhatTheOthersShow() throws Exception {
        join(1, 2);
        allShow("one");
        certify(1, "two");
        allShow("two");
        joinTogether(3, 4);
        allShow("two");
        certify(4, "three");
        allShow("three");
    }

    @Test
    void membersThatJoinOneAfterTheOtherPassItOnWhenThoseWhoWereToldHaveGone() throws Exception {
        join(1, 2);
        certify(2, "two");
        certify(1, "three");
        allShow("three");
        join(3);
        allShow("three");
        join(4);
        allShow("three");
        leave(1);
        leave(2);
        met();
        // It has its own file and its own memory of it, and comes back to those that it never told.
        join(1);
        allShow("three");
        leave(1);
        met();
        certify(3, "two");
        allShow("two");
        // It was told something older than what the others know.
        join(1);
        allShow("two");
    }
}
