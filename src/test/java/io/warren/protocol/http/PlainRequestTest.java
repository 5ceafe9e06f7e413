package io.warren.protocol.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.warren.codec.Vectors;
import io.warren.fixture.Rig;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import java.util.zip.CRC32;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class PlainRequestTest {
    private static final String OK = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nX-T: 1\r\n\r\nok";

    @Test
    void theRecordedGetPassesInOriginFormWithoutWhatIsForTheProxy() throws IOException {
        try (HttpProxy proxy = HttpProxy.open();
                Origin origin = Origin.saying(OK);
                Client client = proxy.client()) {
            String recorded = new String(Vectors.read("http/plain-get").all(true), StandardCharsets.ISO_8859_1);
            client.send(recorded.replace("192.0.2.10:8081", origin.address().toString()));

            assertThat(client.response()).isEqualTo(OK);
            String expected =
                    new String(Vectors.read("http/plain-get-upstream").all(true), StandardCharsets.ISO_8859_1);
            assertThat(origin.heads.get(0).lines())
                    .containsExactlyInAnyOrderElementsOf(
                            expected.replace("192.0.2.10:8081", origin.address().toString())
                                    .lines()
                                    .toList());
        }
    }

    @Test
    void twentyRequestsOfOneClientUseOneConnectionOnBothSides() throws IOException {
        try (HttpProxy proxy = HttpProxy.open("keepalive", true);
                Origin origin = Origin.saying(OK);
                Client client = proxy.client()) {
            for (int i = 0; i < 20; i++) {
                assertThat(client.send("GET " + origin.url("/" + i) + " HTTP/1.1\r\n\r\n")
                                .response())
                        .isEqualTo(OK);
            }
            assertThat(origin.connections).hasValue(1);
            assertThat(proxy.journal).hasSize(20);
            assertThat(proxy.journal)
                    .allSatisfy(line -> assertThat(line.done().succeeded()).isTrue());
            assertThat(proxy.journal.stream().map(line -> line.session().sid()).distinct())
                    .hasSize(20);
            assertThat(proxy.journal.get(3).session().trace().target())
                    .isEqualTo(origin.address().toString());
            assertThat(proxy.journal.get(3).session().trace().meter().out()).isEqualTo(OK.length());
        }
    }

    @Test
    void severalClientsTakeTurnsOnAnIdleConnection() throws IOException {
        try (HttpProxy proxy = HttpProxy.open("http.keepalive", true);
                Origin origin = Origin.saying(OK)) {
            for (int i = 0; i < 5; i++) {
                try (Client client = proxy.client()) {
                    assertThat(client.send("GET " + origin.url("/") + " HTTP/1.1\r\n\r\n")
                                    .response())
                            .isEqualTo(OK);
                }
            }
            assertThat(origin.connections).hasValue(1);
        }
    }

    @Test
    void withoutKeepaliveEachRequestHasItsConnectionAndTheClientKeepsItsOwn() throws IOException {
        try (HttpProxy proxy = HttpProxy.open();
                Origin origin = Origin.saying(OK);
                Client client = proxy.client()) {
            for (int i = 0; i < 3; i++) {
                assertThat(client.send("GET " + origin.url("/") + " HTTP/1.1\r\n\r\n")
                                .response())
                        .isEqualTo(OK);
            }
            assertThat(origin.connections).hasValue(3);
            assertThat(origin.heads).allMatch(head -> head.contains("\r\nConnection: close\r\n"));
        }
    }

    @Test
    void pipelinedRequestsAreAnsweredInOrder() throws IOException {
        try (HttpProxy proxy = HttpProxy.open("keepalive", true);
                Origin origin = new Origin((head, in, out) -> {
                    String path = head.split(" ", 3)[1];
                    out.write(("HTTP/1.1 200 OK\r\nContent-Length: " + path.length() + "\r\n\r\n" + path)
                            .getBytes(StandardCharsets.ISO_8859_1));
                    return true;
                });
                Client client = proxy.client()) {
            StringBuilder all = new StringBuilder();
            for (int i = 0; i < 50; i++) {
                all.append("GET ").append(origin.url("/" + i)).append(" HTTP/1.1\r\n\r\n");
            }
            client.send(all.toString());
            for (int i = 0; i < 50; i++) {
                assertThat(client.response()).endsWith("\r\n\r\n/" + i);
            }
        }
    }

    @Test
    void aRequestThatComesByteByByteIsTheSame() throws IOException {
        try (HttpProxy proxy = HttpProxy.open("keepalive", true);
                Origin origin = echoing();
                Client client = proxy.client()) {
            for (int i = 0; i < 2; i++) {
                client.sendByteByByte("POST " + origin.url("/p")
                        + " HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n");
                assertThat(client.response()).endsWith("\r\n\r\n5\r\nhello\r\n0\r\n\r\n");
            }
        }
    }

    /** Sends a chunked body back as it came. */
    private static Origin echoing() throws IOException {
        return new Origin((head, in, out) -> {
            out.write("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n".getBytes(StandardCharsets.ISO_8859_1));
            StringBuilder body = new StringBuilder();
            while (!body.toString().endsWith("\r\n\r\n")) {
                body.append((char) in.read());
            }
            out.write(body.toString().getBytes(StandardCharsets.ISO_8859_1));
            return true;
        });
    }

    @Test
    void chunksWithExtensionsAndTrailersPassAsTheyAre() throws IOException {
        try (HttpProxy proxy = HttpProxy.open();
                Origin origin = echoing();
                Client client = proxy.client()) {
            client.send("POST " + origin.url("/") + " HTTP/1.1\r\nTransfer-Encoding: chunked\r\nTE: trailers\r\n\r\n"
                    + "5;a=b\r\nhello\r\n0\r\nX-Sum: 1\r\n\r\n");
            String head = client.head();
            assertThat(new String(client.in.readNBytes(29), StandardCharsets.ISO_8859_1))
                    .isEqualTo("5;a=b\r\nhello\r\n0\r\nX-Sum: 1\r\n\r\n");
            assertThat(head).startsWith("HTTP/1.1 200 OK\r\n");
            assertThat(origin.heads.get(0)).contains("\r\nTE: trailers\r\nConnection: close, TE\r\n");
        }
    }

    @Test
    void chunksForAnOldClientAreUnpackedAndEndWithTheConnection() throws IOException {
        try (HttpProxy proxy = HttpProxy.open("keepalive", true);
                Origin origin = Origin.saying(
                        "HTTP/1.1 200 OK", "Transfer-Encoding: chunked", "", "3", "abc", "3", "def", "0", "", "")) {
            assertThat(proxy.ask("GET " + origin.url("/") + " HTTP/1.0\r\nConnection: keep-alive\r\n\r\n"))
                    .isEqualTo("HTTP/1.0 200 OK\r\nConnection: close\r\n\r\nabcdef");
        }
    }

    @Test
    void anOldClientMayKeepItsConnection() throws IOException {
        try (HttpProxy proxy = HttpProxy.open("keepalive", true);
                Origin origin = Origin.saying(OK);
                Client client = proxy.client()) {
            String request = "GET " + origin.url("/") + " HTTP/1.0\r\nConnection: keep-alive\r\n\r\n";
            String expected = "HTTP/1.0 200 OK\r\nContent-Length: 2\r\nX-T: 1\r\nConnection: keep-alive\r\n\r\nok";
            assertThat(client.send(request).response()).isEqualTo(expected);
            assertThat(client.send(request).response()).isEqualTo(expected);
            assertThat(proxy.ask("GET " + origin.url("/") + " HTTP/1.0\r\n\r\n"))
                    .endsWith("Connection: close\r\n\r\nok");
        }
    }

    @Test
    void responsesWithoutBodiesDoNotWaitForOne() throws IOException {
        try (HttpProxy proxy = HttpProxy.open("keepalive", true);
                Origin origin = new Origin((head, in, out) -> {
                    String status = head.startsWith("HEAD") ? "200 OK" : head.split(" ", 3)[1].substring(1) + " No";
                    out.write(("HTTP/1.1 " + status + "\r\nContent-Length: 7\r\n\r\n")
                            .getBytes(StandardCharsets.ISO_8859_1));
                    return true;
                });
                Client client = proxy.client()) {
            assertThat(client.send("HEAD " + origin.url("/") + " HTTP/1.1\r\n\r\n")
                            .head())
                    .startsWith("HTTP/1.1 200 OK\r\nContent-Length: 7\r\n");
            for (int status : new int[] {204, 304}) {
                assertThat(client.send("GET " + origin.url("/" + status) + " HTTP/1.1\r\n\r\n")
                                .head())
                        .startsWith("HTTP/1.1 " + status + " No\r\n");
            }
            assertThat(origin.connections).hasValue(1);
        }
    }

    @Test
    void aResponseThatEndsWithItsConnectionEndsTheClientsToo() throws IOException {
        try (HttpProxy proxy = HttpProxy.open("keepalive", true);
                Origin origin = new Origin((head, in, out) -> {
                    out.write("HTTP/1.1 200 OK\r\n\r\nall of it".getBytes(StandardCharsets.ISO_8859_1));
                    return false;
                })) {
            assertThat(proxy.ask("GET " + origin.url("/") + " HTTP/1.1\r\n\r\n"))
                    .isEqualTo("HTTP/1.1 200 OK\r\nConnection: close\r\n\r\nall of it");
        }
    }

    @Test
    void aServerWithBareLineFeedsIsUnderstood() throws IOException {
        try (HttpProxy proxy = HttpProxy.open();
                Origin origin = new Origin((head, in, out) -> {
                    out.write("HTTP/1.0 200 OK\nServer: old\n\nhi".getBytes(StandardCharsets.ISO_8859_1));
                    return false;
                })) {
            assertThat(proxy.ask("GET " + origin.url("/") + " HTTP/1.1\r\n\r\n"))
                    .isEqualTo("HTTP/1.1 200 OK\r\nServer: old\r\nConnection: close\r\n\r\nhi");
        }
    }

    @Test
    void aClientWaitsWithItsBodyForTheTargetsContinue() throws IOException {
        try (HttpProxy proxy = HttpProxy.open("keepalive", true);
                Origin origin = new Origin((head, in, out) -> {
                    out.write("HTTP/1.1 100 Continue\r\n\r\n".getBytes(StandardCharsets.ISO_8859_1));
                    out.flush();
                    byte[] body = in.readNBytes(4);
                    out.write("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\n".getBytes(StandardCharsets.ISO_8859_1));
                    out.write(body);
                    return true;
                });
                Client client = proxy.client()) {
            client.send("PUT " + origin.url("/") + " HTTP/1.1\r\nExpect: 100-continue\r\nContent-Length: 4\r\n\r\n");
            assertThat(client.head()).isEqualTo("HTTP/1.1 100 Continue\r\n\r\n");
            assertThat(client.send("body").response()).endsWith("\r\n\r\nbody");
        }
    }

    /** Answers the first request of each connection, and closes when the second comes. */
    private static Origin tired() throws IOException {
        AtomicLong served = new AtomicLong();
        return new Origin((head, in, out) -> {
            if (served.incrementAndGet() == 2) {
                return false;
            }
            if (head.startsWith("POST")) {
                in.readNBytes(2);
            }
            out.write(OK.getBytes(StandardCharsets.ISO_8859_1));
            return true;
        });
    }

    @Test
    void aGetOnAConnectionThatTheTargetHasJustClosedIsAskedAgain() throws IOException {
        try (HttpProxy proxy = HttpProxy.open("keepalive", true);
                Origin origin = tired();
                Client client = proxy.client()) {
            String request = "GET " + origin.url("/") + " HTTP/1.1\r\n\r\n";
            assertThat(client.send(request).response()).isEqualTo(OK);
            assertThat(client.send(request).response()).isEqualTo(OK);
            assertThat(origin.connections).hasValue(2);
            assertThat(origin.heads).hasSize(3);
        }
    }

    @Test
    void aPostOnSuchAConnectionIsNot() throws IOException {
        try (HttpProxy proxy = HttpProxy.open("keepalive", true);
                Origin origin = tired();
                Client client = proxy.client()) {
            String request = "POST " + origin.url("/") + " HTTP/1.1\r\nContent-Length: 2\r\n\r\nhi";
            assertThat(client.send(request).response()).isEqualTo(OK);
            assertThat(client.send(request).response()).startsWith("HTTP/1.1 503 ");
            assertThat(origin.heads).hasSize(2);
        }
    }

    @Test
    void bigBodiesPassBothWaysUnchanged() throws Exception {
        int size = 24 * 1024 * 1024;
        byte[] big = new byte[size];
        new Random(7).nextBytes(big);
        try (HttpProxy proxy = HttpProxy.open("keepalive", true);
                Origin origin = new Origin((head, in, out) -> {
                    CRC32 crc = new CRC32();
                    crc.update(in.readNBytes(size));
                    out.write(
                            ("HTTP/1.1 200 OK\r\nX-Sum: " + crc.getValue() + "\r\nContent-Length: " + size + "\r\n\r\n")
                                    .getBytes(StandardCharsets.ISO_8859_1));
                    out.write(big);
                    return true;
                });
                Client client = proxy.client()) {
            CRC32 crc = new CRC32();
            crc.update(big);
            for (int i = 0; i < 2; i++) {
                client.send("POST " + origin.url("/") + " HTTP/1.1\r\nContent-Length: " + size + "\r\n\r\n");
                CompletableFuture<Void> sending = CompletableFuture.runAsync(() -> {
                    try {
                        client.socket.getOutputStream().write(big);
                    } catch (IOException e) {
                        throw new java.io.UncheckedIOException(e);
                    }
                });
                assertThat(client.head()).contains("X-Sum: " + crc.getValue() + "\r\n");
                sending.get();
                assertThat(client.in.readNBytes(size)).isEqualTo(big);
            }
        }
    }

    @Test
    void aClientThatDoesNotReadStopsTheTarget() throws Exception {
        int size = 64 * 1024 * 1024;
        AtomicLong written = new AtomicLong();
        try (HttpProxy proxy = HttpProxy.open("keepalive", true);
                Origin origin = new Origin((head, in, out) -> {
                    out.write(("HTTP/1.1 200 OK\r\nContent-Length: " + size + "\r\n\r\n")
                            .getBytes(StandardCharsets.ISO_8859_1));
                    byte[] block = new byte[64 * 1024];
                    for (int i = 0; i < size / block.length; i++) {
                        out.write(block);
                        written.addAndGet(block.length);
                    }
                    return true;
                });
                Client client = proxy.client()) {
            client.send("GET " + origin.url("/") + " HTTP/1.1\r\n\r\n");
            assertThat(client.head()).contains("200 OK");
            long before = standstill(written);
            // What the kernel holds for two sockets on loopback, and little more.
            assertThat(before).isLessThan(24 * 1024 * 1024);
            assertThat(client.in.readNBytes(size)).hasSize(size);
        }
    }

    /** What it is once it has not changed for 300 ms. */
    private static long standstill(AtomicLong counter) {
        long last = counter.get();
        long since = System.nanoTime();
        while (System.nanoTime() - since < 300_000_000L) {
            if (counter.get() != last) {
                last = counter.get();
                since = System.nanoTime();
            }
            Thread.onSpinWait();
        }
        return last;
    }

    @Test
    void anUpgradeJoinsBothSides() throws IOException {
        try (HttpProxy proxy = HttpProxy.open("keepalive", true);
                Origin origin = new Origin((head, in, out) -> {
                    out.write("HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: echo\r\n\r\nhello "
                            .getBytes(StandardCharsets.ISO_8859_1));
                    out.flush();
                    in.transferTo(out);
                    return false;
                });
                Client client = proxy.client()) {
            client.send("GET " + origin.url("/") + " HTTP/1.1\r\nConnection: keep-alive, Upgrade\r\nUpgrade: echo\r\n"
                    + "\r\nearly ");
            assertThat(client.head())
                    .startsWith("HTTP/1.1 101 Switching Protocols\r\n")
                    .contains("Upgrade: echo\r\n");
            client.send("late").socket.shutdownOutput();
            assertThat(client.rest()).isEqualTo("hello early late");
            assertThat(origin.heads.get(0)).contains("\r\nUpgrade: echo\r\nConnection: Upgrade\r\n");
            Rig.until(() -> proxy.journal.size() == 1);
            assertThat(proxy.journal.get(0).done().succeeded()).isTrue();
        }
    }

    @Test
    void aTargetThatSwitchesUnaskedIsRefused() throws IOException {
        try (HttpProxy proxy = HttpProxy.open();
                Origin origin = Origin.saying(
                        "HTTP/1.1 101 Switching Protocols", "Connection: Upgrade", "Upgrade: evil", "", "")) {
            assertThat(proxy.ask("GET " + origin.url("/") + " HTTP/1.1\r\n\r\n"))
                    .isEqualTo("HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\n\r\n");
        }
    }

    @Test
    void anAnswerThatComesBeforeTheWholeBodyArrivesAndEndsTheConnection() throws IOException {
        try (HttpProxy proxy = HttpProxy.open("keepalive", true);
                Origin origin = Origin.saying("HTTP/1.1 413 Too Much", "Content-Length: 3", "", "no!");
                Client client = proxy.client()) {
            client.send("POST " + origin.url("/") + " HTTP/1.1\r\nContent-Length: 1000000\r\n\r\nbegin");
            assertThat(client.rest()).isEqualTo("HTTP/1.1 413 Too Much\r\nContent-Length: 3\r\n\r\nno!");
        }
    }

    @Test
    void halfAResponseIsNotTakenForTheWhole() throws IOException {
        try (HttpProxy proxy = HttpProxy.open("keepalive", true);
                Origin origin = new Origin((head, in, out) -> {
                    out.write(
                            "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf".getBytes(StandardCharsets.ISO_8859_1));
                    return false;
                })) {
            assertThat(proxy.ask("GET " + origin.url("/") + " HTTP/1.1\r\n\r\n"))
                    .isEqualTo("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf");
            assertThat(proxy.journal.get(0).done().cause()).hasMessageContaining("closed within its response");
        }
    }

    @Test
    void aSilentTargetIsGivenUpAfterTheReadTimeout() throws IOException {
        try (HttpProxy proxy = HttpProxy.open("readTimeout", Duration.ofMillis(300));
                Origin origin = new Origin((head, in, out) -> in.read() >= 0)) {
            assertThat(proxy.ask("GET " + origin.url("/") + " HTTP/1.1\r\n\r\n"))
                    .isEqualTo("HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\n\r\n");
            assertThat(proxy.journal.get(0).done().cause()).hasMessageContaining("no response within 300 ms");
        }
    }

    @Test
    void aClientThatHalfClosesGetsItsResponse() throws IOException {
        try (HttpProxy proxy = HttpProxy.open("keepalive", true);
                Origin origin = Origin.saying(OK)) {
            assertThat(Rig.exchange(proxy.address(), "GET " + origin.url("/") + " HTTP/1.1\r\n\r\n"))
                    .isEqualTo(OK);
        }
    }

    @Test
    void anOriginFormRequestGoesToItsHost() throws IOException {
        try (HttpProxy proxy = HttpProxy.open();
                Origin origin = Origin.saying(OK);
                Client client = proxy.client()) {
            assertThat(client.send("GET /x HTTP/1.1\r\nHost: " + origin.address() + "\r\n\r\n")
                            .response())
                    .isEqualTo(OK);
            assertThat(origin.heads.get(0)).startsWith("GET /x HTTP/1.1\r\nHost: " + origin.address() + "\r\n");
        }
    }

    @Test
    void aTargetOnIpv6IsReached() throws IOException {
        try (HttpProxy proxy = HttpProxy.open();
                Origin origin = new Origin("::1", (head, in, out) -> {
                    out.write(OK.getBytes(StandardCharsets.ISO_8859_1));
                    return true;
                });
                Client client = proxy.client()) {
            assertThat(client.send("GET " + origin.url("/") + " HTTP/1.1\r\n\r\n")
                            .response())
                    .isEqualTo(OK);
            assertThat(origin.heads.get(0)).contains("Host: [::1]:");
        }
    }

    @Test
    void aDisguisedTargetReplacesTheHost() throws IOException {
        try (HttpProxy proxy = HttpProxy.open();
                Origin origin = Origin.saying(OK);
                Client client = proxy.client()) {
            String disguise = io.warren.codec.GostTarget.encode(origin.address().toString());
            client.send("GET http://elsewhere.invalid/x HTTP/1.1\r\nGost-Target: " + disguise + "\r\n\r\n");
            assertThat(client.response()).isEqualTo(OK);
            assertThat(origin.heads.get(0)).doesNotContain("Gost-Target").contains("Host: " + origin.address());
        }
    }

    @Test
    void whatConnectionNamesEndsHereButNotTheFraming() throws IOException {
        try (HttpProxy proxy = HttpProxy.open("keepalive", true);
                Origin origin = new Origin((head, in, out) -> {
                    in.readNBytes(2);
                    out.write(OK.getBytes(StandardCharsets.ISO_8859_1));
                    return true;
                });
                Client client = proxy.client()) {
            client.send(
                    "POST " + origin.url("/")
                            + " HTTP/1.1\r\nConnection: X-Hop, Content-Length\r\nX-Hop: 1\r\nX-End: 2\r\nContent-Length: 2\r\n\r\nhi");
            assertThat(client.response()).isEqualTo(OK);
            assertThat(origin.heads.get(0)).doesNotContain("X-Hop").contains("X-End: 2", "Content-Length: 2");
        }
    }

    @Test
    void aLoginThatBelongsToAConnectionIsNotSharedWithOthers() throws IOException {
        try (HttpProxy proxy = HttpProxy.open("keepalive", true);
                Origin origin = Origin.saying(OK);
                Client alice = proxy.client();
                Client bob = proxy.client()) {
            String request = "GET " + origin.url("/") + " HTTP/1.1\r\n";
            assertThat(alice.send(request + "Authorization: NTLM abc\r\n\r\n").response())
                    .isEqualTo(OK);
            assertThat(bob.send(request + "\r\n").response()).isEqualTo(OK);
            assertThat(origin.connections).hasValue(2);
            assertThat(alice.send(request + "Authorization: NTLM def\r\n\r\n").response())
                    .isEqualTo(OK);
            assertThat(origin.connections).hasValue(2);
        }
    }

    @Test
    void idleConnectionsAreClosedAfterHalfAMinuteOrWhenTheTargetEndsThem() throws IOException {
        try (HttpProxy proxy = HttpProxy.open("keepalive", true);
                Origin patient = new Origin((head, in, out) -> {
                    out.write(OK.getBytes(StandardCharsets.ISO_8859_1));
                    out.flush();
                    return in.read() >= 0;
                });
                Origin hasty = new Origin((head, in, out) -> {
                    out.write(OK.getBytes(StandardCharsets.ISO_8859_1));
                    return false;
                });
                Client client = proxy.client()) {
            assertThat(client.send("GET " + patient.url("/") + " HTTP/1.1\r\n\r\n")
                            .response())
                    .isEqualTo(OK);
            assertThat(idle(proxy, 0)).isEqualTo(1);
            assertThat(idle(proxy, 29)).isEqualTo(1);
            assertThat(idle(proxy, 31)).isZero();
            assertThat(client.send("GET " + hasty.url("/") + " HTTP/1.1\r\n\r\n")
                            .response())
                    .isEqualTo(OK);
            Rig.until(() -> idle(proxy, 0) == 0);
        }
    }

    /** How many idle connections there are after so many seconds. */
    private static int idle(HttpProxy proxy, int seconds) {
        return proxy.rig.on(() -> {
            proxy.handler
                    .pool()
                    .expire(System.nanoTime() + Duration.ofSeconds(seconds).toNanos());
            return io.vertx.core.Future.succeededFuture(proxy.handler.pool().size());
        });
    }

    @Test
    void aClientThatLeavesTakesItsRequestWithIt() throws IOException {
        CompletableFuture<Integer> end = new CompletableFuture<>();
        try (HttpProxy proxy = HttpProxy.open();
                Origin origin = new Origin((head, in, out) -> {
                    try {
                        end.complete(in.read());
                    } catch (IOException reset) {
                        end.complete(-1);
                    }
                    return false;
                })) {
            Client client = proxy.client();
            client.send("GET " + origin.url("/") + " HTTP/1.1\r\n\r\n");
            Rig.until(() -> !origin.heads.isEmpty());
            client.socket.setSoLinger(true, 0);
            client.close();
            assertThat(end.join()).isEqualTo(-1);
        }
    }
}
