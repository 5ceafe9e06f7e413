package io.warren.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.warren.net.ProxyException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

class HttpHeadTest {
    private static final List<String> REQUESTS = List.of(
            "connect-domain", "connect-auth", "connect-ipv6", "plain-get", "plain-get-upstream", "udp-association");

    private static ByteBuf bytes(String text) {
        return Unpooled.copiedBuffer(text, StandardCharsets.ISO_8859_1);
    }

    private static ByteBuf recorded(String vector, boolean fromClient) {
        return Unpooled.wrappedBuffer(Vectors.read("http/" + vector).all(fromClient));
    }

    @Test
    void recordedRequestsAreRead() {
        ByteBuf in = recorded("connect-auth", true);
        HttpRequest request = HttpRequest.decode(in).orElseThrow();
        assertThat(request.method()).isEqualTo("CONNECT");
        assertThat(request.target()).isEqualTo("example.internal:8080");
        assertThat(request.minor()).isEqualTo(1);
        assertThat(request.fields().size()).isEqualTo(4);
        assertThat(request.fields().first("proxy-AUTHORIZATION")).contains("Basic YWxpY2U6czNjcmV0");
        assertThat(request.fields().first("Accept")).isEmpty();
        assertThat(in.toString(StandardCharsets.US_ASCII)).isEqualTo("hello");

        HttpRequest udp = HttpRequest.decode(recorded("udp-association", true)).orElseThrow();
        assertThat(udp.target()).isEmpty();
        assertThat(udp.fields().first("Host")).contains("");
    }

    @Test
    void recordedResponsesAreRead() {
        HttpResponse established =
                HttpResponse.decode(recorded("connect-auth", false)).orElseThrow();
        assertThat(established.status()).isEqualTo(200);
        assertThat(established.reason()).isEqualTo("Connection established");
        HttpResponse refused =
                HttpResponse.decode(recorded("connect-407", false)).orElseThrow();
        assertThat(refused.status()).isEqualTo(407);
        assertThat(refused.fields().first("Proxy-Authenticate")).contains("Basic realm=\"gost\"");
    }

    @Test
    void fieldsAreWrittenAsTheyCame() {
        for (String vector : REQUESTS) {
            String text = recorded(vector, true).toString(StandardCharsets.ISO_8859_1);
            HttpRequest request = HttpRequest.decode(bytes(text)).orElseThrow();
            ByteBuf out = Unpooled.buffer();
            for (int i = 0; i < request.fields().size(); i++) {
                request.fields().write(i, out);
            }
            int from = text.indexOf("\r\n") + 2;
            assertThat(out.toString(StandardCharsets.ISO_8859_1))
                    .isEqualTo(text.substring(from, text.indexOf("\r\n\r\n") + 2));
        }
    }

    @Test
    void noTruncationIsTakenForAHead() {
        for (String vector : REQUESTS) {
            String text = recorded(vector, true).toString(StandardCharsets.ISO_8859_1);
            int end = text.indexOf("\r\n\r\n") + 4;
            for (int n = 0; n < end; n++) {
                assertThat(HttpRequest.decode(bytes(text.substring(0, n)))).isEmpty();
            }
            assertThat(HttpRequest.decode(bytes(text.substring(0, end)))).isPresent();
        }
    }

    @Test
    void theSearchForTheEndGoesOnWhereItStopped() {
        String text = "GET / HTTP/1.1\r\nA: b\r\n\r\nrest";
        int searched = 0;
        for (int n = 1; n <= text.length(); n++) {
            ByteBuf in = bytes(text.substring(0, n));
            int end = HttpHead.end(in, searched);
            assertThat(end).isEqualTo(n < 24 ? -1 : 24);
            searched = Math.max(0, n - 2);
            if (end > 0) {
                return;
            }
        }
    }

    @Test
    void listsAreSplitOverLinesAndCommas() {
        HttpFields fields = HttpRequest.decode(
                        bytes("GET / HTTP/1.1\r\nConnection: a , B,,c\r\nconnection: \td\t\r\n\r\n"))
                .orElseThrow()
                .fields();
        assertThat(fields.elements("Connection")).containsExactly("a", "B", "c", "d");
        assertThat(fields.lists("Connection", "b")).isTrue();
        assertThat(fields.lists("Connection", "e")).isFalse();
        assertThat(fields.count("CONNECTION")).isEqualTo(2);
    }

    @Test
    void aLongHeadIsRefusedBeforeItsEnd() {
        ByteBuf in = bytes("GET / HTTP/1.1\r\nA: " + "x".repeat(HttpHead.LIMIT));
        assertThatThrownBy(() -> HttpRequest.decode(in)).isInstanceOf(ProxyException.class);
    }

    @Test
    void whateverChangesIsReadOrRefused() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        byte[] good = Vectors.read("http/plain-get").all(true);
        for (int i = 0; i < 20_000; i++) {
            byte[] bad = good.clone();
            for (int n = random.nextInt(4); n >= 0; n--) {
                bad[random.nextInt(bad.length)] = (byte) random.nextInt(256);
            }
            try {
                assertThat(HttpRequest.decode(Unpooled.wrappedBuffer(bad))).isNotNull();
                assertThat(HttpResponse.decode(Unpooled.wrappedBuffer(bad))).isNotNull();
            } catch (ProxyException refused) {
                assertThat(refused.kind()).as("seed %d", seed).isEqualTo(ProxyException.Kind.PROTOCOL);
            }
        }
    }

    @Test
    void aChunkedBodyEndsAtTheSameByteHoweverItIsCut() {
        String text = "5;x=\"y\"\r\nhello\r\nA\r\n0123456789\r\n0\r\nX-Sum: 1\r\n\r\n";
        HttpRequest head = HttpRequest.decode(bytes("POST / HTTP/1.1\r\nTransfer-Encoding: Chunked\r\n\r\n"))
                .orElseThrow();
        for (int cut = 0; cut <= text.length(); cut++) {
            HttpBody body = HttpBody.of(head);
            ByteBuf content = Unpooled.buffer();
            int first = body.follow(bytes(text.substring(0, cut)), content);
            int second = body.follow(bytes(text.substring(cut) + "GET"), content);
            assertThat(first).isEqualTo(cut);
            assertThat(first + second).isEqualTo(text.length());
            assertThat(body.done()).isTrue();
            assertThat(content.toString(StandardCharsets.US_ASCII)).isEqualTo("hello0123456789");
        }
    }

    @Test
    void aBodyOfALengthEndsThere() {
        HttpBody body = HttpBody.of(HttpRequest.decode(bytes("POST / HTTP/1.1\r\nContent-Length: 7\r\n\r\n"))
                .orElseThrow());
        assertThat(body.follow(bytes("hello"))).isEqualTo(5);
        assertThat(body.done()).isFalse();
        assertThat(body.follow(bytes("hello"))).isEqualTo(2);
        assertThat(body.done()).isTrue();
    }

    @Test
    void disguisedNamesAreGosts() {
        assertThat(GostTarget.encode("example.com")).isEqualTo("tvpOuVpYaGhiWEJzWlM1amIyMA");
        assertThat(GostTarget.decode("tvpOuVpYaGhiWEJzWlM1amIyMA")).contains("example.com");
        for (String wrong : List.of("", "x", "tvpO", "tvpPuVpYaGhiWEJzWlM1amIyMA", "!")) {
            assertThat(GostTarget.decode(wrong)).isEqualTo(Optional.empty());
        }
    }
}
