package io.warren.codec;

import io.netty.buffer.ByteBuf;
import io.warren.net.ProxyException;
import java.util.Optional;

/**
 * The head of an HTTP/1 request (RFC 9112 section 3).
 *
 * @param target as it came; empty in a request that gost's connector sends for UDP without a destination
 * @param minor 0 or 1
 */
public record HttpRequest(String method, String target, int minor, HttpFields fields) {
    private static final String[] KNOWN = {"GET", "POST", "CONNECT", "HEAD", "PUT", "DELETE", "OPTIONS", "PATCH"};

    /** Reads a head; strictly, since what two readers understand differently smuggles requests. See {@link io.warren.net.Decoder}. */
    public static Optional<HttpRequest> decode(ByteBuf in) {
        int end = HttpHead.end(in, in.readerIndex());
        return end < 0 ? Optional.empty() : Optional.of(decode(in, end));
    }

    /** Reads the head that ends at {@code end}, as {@link HttpHead#end} found. */
    public static HttpRequest decode(ByteBuf in, int end) {
        byte[] head = HttpHead.take(in, end);
        int start = 0;
        while (start + 1 < head.length && head[start] == '\r' && head[start + 1] == '\n') {
            start += 2;
        }
        int lineEnd = HttpFields.lineEnd(head, start, false);
        int method = start;
        while (method < lineEnd && HttpFields.isToken(head[method])) {
            method++;
        }
        int target = method + 1;
        while (target < lineEnd && head[target] != ' ' && head[target] != '\t') {
            target++;
        }
        if (method == start || target >= lineEnd || head[method] != ' ' || head[target] != ' ') {
            throw ProxyException.protocol(
                    "request line \"" + HttpFields.text(head, start, Math.min(lineEnd, start + 40))
                            + "\" (expected: method, target, version)");
        }
        return new HttpRequest(
                method(head, start, method),
                HttpFields.text(head, method + 1, target),
                HttpHead.minor(head, target + 1, lineEnd),
                HttpFields.parse(head, lineEnd + 2, false));
    }

    private static String method(byte[] head, int from, int to) {
        for (String known : KNOWN) {
            if (to - from == known.length() && matches(head, from, known)) {
                return known;
            }
        }
        return HttpFields.text(head, from, to);
    }

    private static boolean matches(byte[] head, int from, String text) {
        for (int i = 0; i < text.length(); i++) {
            if (head[from + i] != text.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    public boolean is(String name) {
        return method.equals(name);
    }

    /** Whether it has the same effect when it is sent twice (RFC 9110 section 9.2.2). */
    public boolean idempotent() {
        return switch (method) {
            case "GET", "HEAD", "OPTIONS", "TRACE", "PUT", "DELETE" -> true;
            default -> false;
        };
    }
}
