package io.warren.layer.ws;

import static io.warren.layer.LoopbackPair.all;
import static io.warren.layer.LoopbackPair.some;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.Unpooled;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.warren.fixture.MapSettings;
import io.warren.layer.LoopbackPair;
import io.warren.net.Address;
import io.warren.net.Stream;
import io.warren.spi.Inbound;
import io.warren.spi.Session;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WsLayerTest {
    private static final String REQUEST = head(
            "GET /ws HTTP/1.1",
            "Host: h",
            "Connection: Upgrade",
            "Upgrade: websocket",
            "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
            "Sec-WebSocket-Version: 13");

    private static String head(String... lines) {
        return String.join("\r\n", lines) + "\r\n\r\n";
    }

    private final LoopbackPair pair = new LoopbackPair();
    private final List<Stream> accepted = new ArrayList<>();

    @AfterEach
    void close() {
        pair.close();
    }

    private static WsLayer server(Object... metadata) {
        return new WsLayer(WsOptions.server(MapSettings.of("metadata", MapSettings.entry(metadata))));
    }

    private static WsLayer client(Object... metadata) {
        return new WsLayer(WsOptions.client(MapSettings.of("metadata", MapSettings.entry(metadata))));
    }

    private static Session session() {
        return Session.of("test", Address.NONE, Address.NONE);
    }

    private void accept(WsLayer layer) {
        pair.on(() -> {
            layer.accept(new Inbound(session(), pair.server), in -> {
                accepted.add(in.stream());
                LoopbackPair.echo(in.stream());
            });
            return Future.succeededFuture();
        });
    }

    private Future<Stream> dial(WsLayer layer) {
        return layer.dial(session(), Address.of("node.test", 80), () -> Future.succeededFuture(pair.client));
    }

    @Test
    void sampleHandshakeOfTheRfcIsAnsweredAndBytesTravelInMaskedFrames() {
        accept(server("header", Map.of("X-Served-By", "us")));
        Future<Buffer> got = pair.on(() -> {
            pair.client.write(Buffer.buffer(REQUEST));
            // RFC 6455 section 5.7: "Hello", then a ping, both masked.
            pair.client.send(Unpooled.wrappedBuffer(
                    HexFormat.of().parseHex("818537fa213d7f9f4d5158" + "898537fa213d7f9f4d5158")));
            pair.client.end();
            return Future.succeededFuture(all(pair.client));
        });
        String answer = LoopbackPair.await(got).toString("ISO-8859-1");
        assertThat(answer)
                .startsWith(head(
                        "HTTP/1.1 101 Switching Protocols",
                        "Upgrade: websocket",
                        "Connection: Upgrade",
                        "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=",
                        "X-Served-By: us"));
        assertThat(answer).contains("\u0082\u0005Hello").contains("\u008a\u0005Hello");
    }

    @ParameterizedTest
    @CsvSource({
        "GET /ws HTTP/1.1,GET /other HTTP/1.1,404 Not Found",
        "GET /ws,POST /ws,405 Method Not Allowed",
        "Version: 13,Version: 8,400 Bad Request",
        "Upgrade: websocket,Upgrade: other,400 Bad Request",
        "GET /ws HTTP/1.1,nonsense,400 Bad Request"
    })
    void whatIsNoHandshakeIsRefusedAsGostDoes(String from, String to, String status) {
        accept(server());
        Buffer got = pair.on(() -> {
            pair.client.write(Buffer.buffer(REQUEST.replace(from, to)));
            return all(pair.client);
        });
        assertThat(got.toString()).startsWith("HTTP/1.1 " + status + "\r\n");
        assertThat(accepted).isEmpty();
    }

    @Test
    void compressedMessagesComeBackWhole() {
        accept(server("enableCompression", true));
        Buffer sent = Buffer.buffer("again and ".repeat(2000));
        Buffer got = pair.on(() -> dial(client("enableCompression", true)).compose(stream -> {
            stream.write(sent.copy());
            return some(stream, sent.length());
        }));
        assertThat(got).isEqualTo(sent);
    }

    @Test
    void requestHasGostsHeadersInGostsOrder() {
        Future<Buffer> request = pair.on(() -> Future.succeededFuture(some(pair.server, 100)));
        pair.on(() -> {
            dial(client("path", "/p", "header", Map.of("Origin", "x"))).onComplete(r -> {});
            return Future.succeededFuture();
        });
        assertThat(LoopbackPair.await(request).toString())
                .matches(head(
                        "GET /p HTTP/1.1",
                        "Host: node.test:80",
                        "User-Agent: Go-http-client/1.1",
                        "Connection: Upgrade",
                        "Origin: x",
                        "Sec-WebSocket-Key: [^\r]{24}",
                        "Sec-WebSocket-Version: 13",
                        "Upgrade: websocket"));
    }

    @Test
    void otherAnswerThanAnUpgradeIsTheNodesFault() {
        pair.on(() -> pair.server.write(Buffer.buffer("HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n")));
        assertThatThrownBy(() -> pair.on(() -> dial(client())))
                .hasMessage("WebSocket handshake answered with \"HTTP/1.1 404 Not Found\" (expected: status 101)");
    }

    @Test
    void closeFrameEndsTheStream() {
        accept(server());
        pair.on(() -> pair.client.write(Buffer.buffer(REQUEST)));
        pair.until(() -> accepted.size() == 1);
        pair.on(() -> pair.client.send(Unpooled.wrappedBuffer(HexFormat.of().parseHex("888200000000" + "03e8"))));
        pair.on(() -> accepted.get(0).closed());
    }
}
