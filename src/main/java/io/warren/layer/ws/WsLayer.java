package io.warren.layer.ws;

import io.netty.channel.ChannelHandler;
import io.netty.handler.codec.http.websocketx.extensions.WebSocketExtensionData;
import io.netty.handler.codec.http.websocketx.extensions.compression.PerMessageDeflateClientExtensionHandshaker;
import io.netty.handler.codec.http.websocketx.extensions.compression.PerMessageDeflateServerExtensionHandshaker;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.warren.net.Address;
import io.warren.net.Intake;
import io.warren.net.Pipeline;
import io.warren.net.ProxyException;
import io.warren.net.Stream;
import io.warren.spi.Inbound;
import io.warren.spi.Layer;
import io.warren.spi.Session;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** WebSocket at either end. */
public final class WsLayer implements Layer {
    private static final Logger LOG = LoggerFactory.getLogger("layer");
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final String GUID = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
    private static final String DEFLATE = "permessage-deflate";
    private static final String DEFLATE_TERMS = DEFLATE + "; server_no_context_takeover; client_no_context_takeover";
    private static final WebSocketExtensionData TERMS = new WebSocketExtensionData(
            DEFLATE, Map.of("server_no_context_takeover", "", "client_no_context_takeover", ""));

    private final WsOptions options;

    public WsLayer(WsOptions options) {
        this.options = options;
    }

    // --- the client

    @Override
    public Future<Stream> dial(Session session, Address node, Supplier<Future<Stream>> below) {
        return below.get()
                .compose(stream -> handshake(stream, node)
                        .onFailure(e -> stream.close())
                        .recover(e -> Future.failedFuture(ProxyException.from(e).asUpstream())));
    }

    private Future<Stream> handshake(Stream stream, Address node) {
        byte[] nonce = new byte[16];
        RANDOM.nextBytes(nonce);
        String key = Base64.getEncoder().encodeToString(nonce);
        stream.write(Buffer.buffer(request(node, key)));
        Intake intake = Intake.of(stream, options.handshakeTime());
        return intake.read(HttpHead::decode).map(answer -> {
            intake.done();
            check(answer, key);
            return upgrade(
                    stream, true, answer.header("Sec-WebSocket-Extensions").contains(DEFLATE));
        });
    }

    private byte[] request(Address node, String key) {
        Map<String, String> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        headers.putAll(options.headers());
        String agent = headers.containsKey("User-Agent") ? headers.remove("User-Agent") : "Go-http-client/1.1";
        headers.put("Connection", "Upgrade");
        headers.put("Sec-WebSocket-Key", key);
        headers.put("Sec-WebSocket-Version", "13");
        headers.put("Upgrade", "websocket");
        if (options.compression()) {
            headers.put("Sec-WebSocket-Extensions", DEFLATE_TERMS);
        }
        StringBuilder text = new StringBuilder("GET ").append(options.path()).append(" HTTP/1.1\r\nHost: ");
        text.append(options.host().isEmpty() ? node.toString() : options.host()).append("\r\n");
        text.append("User-Agent: ").append(agent).append("\r\n");
        return end(text, headers);
    }

    private static byte[] end(StringBuilder text, Map<String, String> headers) {
        headers.forEach((name, value) -> text.append(name)
                .append(": ")
                .append(value.replaceAll("[\r\n]", " "))
                .append("\r\n"));
        return text.append("\r\n").toString().getBytes(StandardCharsets.ISO_8859_1);
    }

    private static void check(HttpHead answer, String key) {
        String[] status = answer.startLine().split(" ", 3);
        if (status.length < 2 || !status[0].startsWith("HTTP/1.") || !status[1].equals("101")) {
            throw ProxyException.protocol(
                    "WebSocket handshake answered with \"" + shown(answer.startLine()) + "\" (expected: status 101)");
        }
        if (!answer.has("Upgrade", "websocket")
                || !answer.has("Connection", "upgrade")
                || !answer.header("Sec-WebSocket-Accept").equals(accept(key))) {
            throw ProxyException.protocol("WebSocket handshake answer does not fit the request");
        }
        String extensions = answer.header("Sec-WebSocket-Extensions");
        if (extensions.contains(DEFLATE)
                && !(extensions.contains("server_no_context_takeover")
                        && extensions.contains("client_no_context_takeover"))) {
            throw ProxyException.protocol("WebSocket compression with context takeover");
        }
    }

    private static String shown(String line) {
        return line.substring(0, Math.min(line.length(), 80));
    }

    // --- the server

    @Override
    public void accept(Inbound below, Consumer<Inbound> above) {
        Stream stream = below.stream();
        Intake intake = Intake.of(stream, options.handshakeTime());
        intake.read(HttpHead::decode)
                .map(request -> {
                    intake.done();
                    return answer(stream, request);
                })
                .onSuccess(upgraded -> above.accept(below.with(upgraded)))
                .onFailure(e -> {
                    stream.close();
                    LOG.info("{}: {}", below.session().client(), e.getMessage());
                });
    }

    private Stream answer(Stream stream, HttpHead request) {
        String[] line = request.startLine().split(" ", -1);
        if (line.length != 3 || !line[2].startsWith("HTTP/1.")) {
            throw refuse(stream, "400 Bad Request", "400 Bad Request", "\"" + shown(request.startLine()) + "\"");
        }
        if (!options.serves(line[1])) {
            throw refuse(stream, "404 Not Found", "404 page not found\n", "path " + shown(line[1]));
        }
        String key = request.header("Sec-WebSocket-Key");
        boolean upgrade = request.has("Connection", "upgrade") && request.has("Upgrade", "websocket");
        if (!line[0].equals("GET") && upgrade) {
            throw refuse(stream, "405 Method Not Allowed", "Method Not Allowed\n", "method " + shown(line[0]));
        }
        if (!upgrade || !request.header("Sec-WebSocket-Version").equals("13") || key.isEmpty()) {
            throw refuse(stream, "400 Bad Request", "Bad Request\n", "not a WebSocket request");
        }
        boolean compression = options.compression()
                && request.header("Sec-WebSocket-Extensions").contains(DEFLATE);
        StringBuilder text = new StringBuilder("HTTP/1.1 101 Switching Protocols\r\n"
                + "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ");
        text.append(accept(key)).append("\r\n");
        if (compression) {
            text.append("Sec-WebSocket-Extensions: ").append(DEFLATE_TERMS).append("\r\n");
        }
        stream.write(Buffer.buffer(end(text, options.headers())));
        return upgrade(stream, false, compression);
    }

    private static ProxyException refuse(Stream stream, String status, String body, String what) {
        stream.write(Buffer.buffer("HTTP/1.1 " + status + "\r\nContent-Type: text/plain; charset=utf-8\r\n"
                + "Sec-Websocket-Version: 13\r\nX-Content-Type-Options: nosniff\r\nConnection: close\r\nContent-Length: "
                + body.length() + "\r\n\r\n" + body));
        return ProxyException.protocol("WebSocket handshake: " + what);
    }

    // --- both

    private Stream upgrade(Stream stream, boolean client, boolean compression) {
        Pipeline.of(stream).add(Frames.handlers(client, compression ? deflate(client) : List.of(), options.ping()));
        return stream;
    }

    private static List<ChannelHandler> deflate(boolean client) {
        if (client) {
            var extension = new PerMessageDeflateClientExtensionHandshaker(1, false, 15, true, true, Frames.MAX_FRAME)
                    .handshakeExtension(TERMS);
            return List.of(extension.newExtensionDecoder(), extension.newExtensionEncoder());
        }
        var extension = new PerMessageDeflateServerExtensionHandshaker(1, false, 15, true, true, Frames.MAX_FRAME)
                .handshakeExtension(TERMS);
        return List.of(extension.newExtensionDecoder(), extension.newExtensionEncoder());
    }

    private static String accept(String key) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-1").digest((key + GUID).getBytes(StandardCharsets.ISO_8859_1));
            return Base64.getEncoder().encodeToString(hash);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("a JDK without SHA-1", e);
        }
    }
}
