package io.warren.protocol.http;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.warren.codec.HttpFields;
import io.warren.codec.HttpRequest;
import io.warren.net.ProxyException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;

/** What the proxy itself answers, byte for byte as gost does. */
final class Answers {
    private static final String CLOSE = "Connection: close\r\n";
    private static final String AGENT = "Proxy-Agent";

    private final String custom;
    private final String customAndAgent;
    private final String established;
    private final String unauthorized;

    Answers(HttpOptions options) {
        Map<String, String> header = new TreeMap<>();
        options.header().forEach((name, value) -> header.put(HttpFields.canonical(name), oneLine(value)));
        custom = lines(header);
        header.putIfAbsent(AGENT, oneLine(options.proxyAgent()));
        customAndAgent = lines(header);
        established =
                "HTTP/1.1 200 Connection established\r\n" + AGENT + ": " + oneLine(options.proxyAgent()) + "\r\n\r\n";
        unauthorized = line(407) + CLOSE + "Proxy-Authenticate: Basic realm=\"" + oneLine(options.realm()) + "\"\r\n";
    }

    private static String lines(Map<String, String> header) {
        StringBuilder lines = new StringBuilder();
        header.forEach(
                (name, value) -> lines.append(name).append(": ").append(value).append("\r\n"));
        return lines.toString();
    }

    static String oneLine(String value) {
        return value.replace('\r', ' ').replace('\n', ' ');
    }

    static String line(int status) {
        return "HTTP/1.1 " + status + " " + reason(status) + "\r\n";
    }

    /** In the words of Go's library, which a decoy must not be told apart from. */
    private static String reason(int status) {
        return switch (status) {
            case 208 -> "Already Reported";
            case 226 -> "IM Used";
            case 414 -> "Request URI Too Long";
            case 418 -> "I'm a teapot";
            case 425 -> "Too Early";
            case 451 -> "Unavailable For Legal Reasons";
            case 508 -> "Loop Detected";
            default -> {
                String known = HttpResponseStatus.valueOf(status).reasonPhrase();
                yield known.endsWith("(" + status + ")") ? "status code " + status : known;
            }
        };
    }

    static ByteBuf bytes(String text) {
        return Unpooled.wrappedBuffer(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    ByteBuf established() {
        return bytes(established);
    }

    /** Ends the connection. */
    ByteBuf refusal(int status) {
        return bytes(line(status) + CLOSE + customAndAgent + "\r\n");
    }

    ByteBuf badRequest() {
        return bytes(line(400) + CLOSE + custom + "\r\n");
    }

    /** gost ends what a client calls its proxy connection, too. */
    ByteBuf unauthorized(HttpRequest request) {
        boolean proxyConnection =
                request.fields().first("Proxy-Connection").orElse("").equalsIgnoreCase("keep-alive");
        return bytes(unauthorized + (proxyConnection ? "Proxy-Connection: close\r\n\r\n" : "\r\n"));
    }

    ByteBuf datagrams(boolean allowed) {
        return bytes(
                line(allowed ? 200 : 403) + (custom.isEmpty() ? "" : customAndAgent) + "Content-Length: 0\r\n\r\n");
    }

    /** An empty page. */
    static ByteBuf decoy(int status) {
        return bytes(line(status) + CLOSE + (status == 200 ? "Connection: keep-alive\r\n\r\n" : "\r\n"));
    }

    /** A page. */
    static ByteBuf decoy(int status, String fields, byte[] content) {
        String head = line(status) + "Content-Length: " + content.length + "\r\n"
                + (status == 200 ? "Connection: keep-alive\r\n" : "") + fields + "\r\n";
        return Unpooled.wrappedBuffer(head.getBytes(StandardCharsets.ISO_8859_1), content);
    }

    /** A plain request that failed; the connection ends although this does not say so. */
    static ByteBuf failed(int minor, int status) {
        String answer = line(status) + "Content-Length: 0\r\n\r\n";
        return bytes(minor == 1 ? answer : answer.replaceFirst("HTTP/1.1", "HTTP/1.0"));
    }

    /** gost knows two: forbidden by a rule, and not available for whatever reason. */
    static int status(ProxyException why) {
        return switch (why.kind()) {
            case DENIED -> 403;
            case PROTOCOL -> why.side() == ProxyException.Side.CLIENT ? 400 : 503;
            case UNAUTHORIZED, LIMITED, RESOLVE, REFUSED, UNREACHABLE, TIMEOUT, UNSUPPORTED, CLOSED, INTERNAL -> 503;
        };
    }

    static void ascii(ByteBuf out, String text) {
        ByteBufUtil.writeAscii(out, text);
    }
}
