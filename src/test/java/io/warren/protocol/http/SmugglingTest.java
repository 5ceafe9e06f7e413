package io.warren.protocol.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.warren.fixture.Rig;
import io.warren.net.ProxyException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Requests that two readers could understand differently, and other bad input. */
@Timeout(60)
class SmugglingTest {
    private static final String REFUSED = "HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n";

    @ParameterizedTest
    @ValueSource(
            strings = {
                "POST U HTTP/1.1\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
                "POST U HTTP/1.1\r\nTransfer-Encoding: chunked\r\nContent-Length: 3\r\n\r\n0\r\n\r\n",
                "POST U HTTP/1.1\r\nContent-Length: 3\r\nContent-Length: 4\r\n\r\nabcd",
                "POST U HTTP/1.1\r\nContent-Length: 3\r\nContent-Length: 3\r\n\r\nabc",
                "POST U HTTP/1.1\r\nContent-Length: 3, 3\r\n\r\nabc",
                "POST U HTTP/1.1\r\nContent-Length: +3\r\n\r\nabc",
                "POST U HTTP/1.1\r\nContent-Length: -3\r\n\r\nabc",
                "POST U HTTP/1.1\r\nContent-Length: 0x3\r\n\r\nabc",
                "POST U HTTP/1.1\r\nContent-Length:\r\n\r\n",
                "POST U HTTP/1.1\r\nContent-Length: 99999999999999999999\r\n\r\n",
                "POST U HTTP/1.1\r\nContent-Length : 3\r\n\r\nabc",
                "POST U HTTP/1.1\r\nTransfer-Encoding: xchunked\r\n\r\n0\r\n\r\n",
                "POST U HTTP/1.1\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n",
                "POST U HTTP/1.1\r\nTransfer-Encoding: chunked, chunked\r\n\r\n0\r\n\r\n",
                "POST U HTTP/1.1\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n\r\n0\r\n\r\n",
                "POST U HTTP/1.1\r\nTransfer-Encoding:\r\n\r\n",
                "POST U HTTP/1.1\r\nTransfer-Encoding:\u000bchunked\r\n\r\n0\r\n\r\n",
                "POST U HTTP/1.1\r\n Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
                "POST U HTTP/1.1\r\nX: y\r\n folded\r\n\r\n",
                "POST U HTTP/1.1\r\nX: y\r\n\tfolded\r\n\r\n",
                "POST U HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
                "GET U HTTP/1.1\nHost: x\n\n",
                "GET U HTTP/1.1\r\nHost: x\n\r\n",
                "GET U HTTP/1.1\r\nHost: x\rX: y\r\n\r\n",
                "GET U HTTP/1.1\r\nHost: x\u0000\r\n\r\n",
                "GET U HTTP/1.1\r\nHost: x\r\nHost: y\r\n\r\n",
                "GET U HTTP/1.1\r\n: x\r\n\r\n",
                "GET U HTTP/1.1\r\nno colon\r\n\r\n",
                "GET U HTTP/1.1\r\nN\u00e4me: x\r\n\r\n",
                "GET  U HTTP/1.1\r\n\r\n",
                "GET U  HTTP/1.1\r\n\r\n",
                "GET U HTTP/1.1 \r\n\r\n",
                "GET U HTTP/1.2\r\n\r\n",
                "GET U HTTP/2.0\r\n\r\n",
                "GET U http/1.1\r\n\r\n",
                "GET U\r\n\r\n",
                "GET\tU\tHTTP/1.1\r\n\r\n",
                "G(T U HTTP/1.1\r\n\r\n",
                "GET http:// HTTP/1.1\r\n\r\n",
                "GET http://a:b@x/ HTTP/1.1\r\n\r\n",
                "GET http://x:70000/ HTTP/1.1\r\n\r\n",
                "GET https://x/ HTTP/1.1\r\n\r\n",
                "GET / HTTP/1.1\r\nHost: bad!\r\n\r\n",
                "GET / HTTP/1.1\r\n\r\n",
                "PRI * HTTP/1.1\r\nHost: x\r\n\r\n",
                "CONNECT x:y HTTP/1.1\r\n\r\n",
                "CONNECT  HTTP/1.1\r\n\r\n",
                "\r\n\r\n",
                "\u0016\u0003\u0001\u0002\u0000\u0001"
            })
    void isRefusedAndNothingIsForwarded(String request) throws IOException {
        try (HttpProxy proxy = HttpProxy.open();
                Origin origin = Origin.saying("HTTP/1.1 200 OK", "Content-Length: 0", "", "")) {
            assertThat(proxy.ask(request.replace(" U", " " + origin.url("/")).replace("\tU", "\t" + origin.url("/"))))
                    .isEqualTo(REFUSED);
            assertThat(origin.connections).hasValue(0);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "x\r\n",
                "-1\r\n",
                "5\nhello\r\n",
                "5\r\nhelloX",
                "5 \u0001\r\nhello\r\n",
                "5\r\nhello\n",
                "ffffffffffffffff\r\n",
                "0\r\n folded\r\n",
                "0\r\nX\u0000: y\r\n",
                "0\r\n\rx",
                ";\r\n"
            })
    void wrongChunksEndTheRequest(String body) throws IOException {
        try (HttpProxy proxy = HttpProxy.open();
                Origin origin = new Origin((head, in, out) -> {
                    in.transferTo(java.io.OutputStream.nullOutputStream());
                    return false;
                })) {
            assertThat(proxy.ask("POST " + origin.url("/") + " HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n" + body))
                    .isEqualTo("HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n");
            assertThat(proxy.journal).hasSize(1);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "HTTP/1.1 200 OK\r\nContent-Length: 3\r\nContent-Length: 4\r\n\r\nabcd",
                "HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\n",
                "HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
                "HTTP/1.1 20 OK\r\n\r\n",
                "HTTP/1.1 2000 OK\r\n\r\n",
                "HTTP/1.1 2x0 OK\r\n\r\n",
                "HTTP/1.1200 OK\r\n\r\n",
                "HTTP/3.0 200 OK\r\n\r\n",
                "HTTP/1.1 200 OK\r\nX: y\r\n folded\r\n\r\n",
                "ICY 200 OK\r\n\r\n",
                "\u0000\u0000",
                "220 smtp ready\r\n"
            })
    void aWrongResponseIs503(String response) throws IOException {
        try (HttpProxy proxy = HttpProxy.open();
                Origin origin = new Origin((head, in, out) -> {
                    out.write(response.getBytes(StandardCharsets.ISO_8859_1));
                    return false;
                })) {
            assertThat(proxy.ask("GET " + origin.url("/") + " HTTP/1.1\r\n\r\n"))
                    .isEqualTo("HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\n\r\n");
        }
    }

    @Test
    void aLengthBesideChunksInAResponseIsTakenOff() throws IOException {
        try (HttpProxy proxy = HttpProxy.open("keepalive", true);
                Origin origin = Origin.saying(
                        "HTTP/1.1 200 OK",
                        "Content-Length: 1",
                        "Transfer-Encoding: chunked",
                        "",
                        "2",
                        "ok",
                        "0",
                        "",
                        "");
                Client client = proxy.client()) {
            for (int i = 1; i < 3; i++) {
                client.send("GET " + origin.url("/") + " HTTP/1.1\r\n\r\n");
                assertThat(client.response())
                        .isEqualTo("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n");
                assertThat(origin.connections).hasValue(i);
            }
        }
    }

    @Test
    void aResponseBehindAResponseIsNobodys() throws IOException {
        String ok = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";
        try (HttpProxy proxy = HttpProxy.open("keepalive", true);
                Origin origin = Origin.saying(ok + "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nevil");
                Client client = proxy.client()) {
            for (int i = 0; i < 3; i++) {
                assertThat(client.send("GET " + origin.url("/") + " HTTP/1.1\r\n\r\n")
                                .response())
                        .isEqualTo(ok);
            }
            assertThat(origin.connections).hasValue(3);
        }
    }

    @Test
    void headsAreBounded() throws IOException {
        try (HttpProxy proxy = HttpProxy.open()) {
            assertThat(proxy.ask("GET http://x/" + "a".repeat(70_000))).isEqualTo(REFUSED);
            assertThat(proxy.ask("GET http://x/ HTTP/1.1\r\n" + "a: b\r\n".repeat(300) + "\r\n"))
                    .isEqualTo(REFUSED);
        }
    }

    @Test
    void aSlowHeadIsGivenUp() throws IOException {
        try (HttpProxy proxy = HttpProxy.hasty(Duration.ofMillis(300));
                Origin origin = Origin.saying("HTTP/1.1 200 OK", "Content-Length: 0", "", "");
                Client silent = proxy.client();
                Client slow = proxy.client();
                Client idle = proxy.client()) {
            slow.send("GET " + origin.url("/"));
            assertThat(idle.send("GET " + origin.url("/") + " HTTP/1.1\r\n\r\n").response())
                    .startsWith("HTTP/1.1 200 ");
            assertThat(silent.rest()).isEmpty();
            assertThat(slow.rest()).isEmpty();
            Rig.until(() -> proxy.rig.failures.size() == 2);
            assertThat(proxy.rig.failures)
                    .allSatisfy(e -> assertThat(((ProxyException) e).kind()).isEqualTo(ProxyException.Kind.TIMEOUT));
            // Between requests there is more time.
            assertThat(idle.send("GET " + origin.url("/") + " HTTP/1.1\r\n\r\n").response())
                    .startsWith("HTTP/1.1 200 ");
            assertThat(idle.send("GET ").rest()).isEmpty();
        }
    }

    @Test
    void randomBytesEndWithARefusalOrAClose() throws IOException {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        try (HttpProxy proxy = HttpProxy.open()) {
            for (int i = 0; i < 50; i++) {
                byte[] noise = new byte[1 + random.nextInt(200)];
                random.nextBytes(noise);
                try (Client client = proxy.client()) {
                    client.send(new String(noise, StandardCharsets.ISO_8859_1) + "\r\n\r\n");
                    client.socket.shutdownOutput();
                    assertThat(client.rest()).as("seed %d", seed).isIn(REFUSED, "");
                }
            }
            assertThat(proxy.rig.failures).as("seed %d", seed).allMatch(ProxyException.class::isInstance);
        }
    }
}
