package io.warren.layer.ws;

import io.netty.buffer.ByteBuf;
import io.warren.net.ProxyException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** The head of an HTTP/1.1 message: start line and headers, whose names match in any case; repeated ones are joined by commas. */
record HttpHead(String startLine, Map<String, String> headers) {
    /** A decoder for {@code Intake}. */
    static Optional<HttpHead> decode(ByteBuf in) {
        int start = in.readerIndex();
        int end = -1;
        for (int i = start; i + 3 < in.writerIndex() && end < 0; i++) {
            if (in.getInt(i) == 0x0d0a0d0a) {
                end = i;
            }
        }
        if (end < 0) {
            return Optional.empty();
        }
        String[] lines =
                in.toString(start, end - start, StandardCharsets.ISO_8859_1).split("\r\n", -1);
        in.readerIndex(end + 4);
        Map<String, String> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        for (int i = 1; i < lines.length; i++) {
            int colon = lines[i].indexOf(':');
            if (colon <= 0) {
                throw ProxyException.protocol("HTTP header without a name");
            }
            headers.merge(
                    lines[i].substring(0, colon).trim(),
                    lines[i].substring(colon + 1).trim(),
                    (a, b) -> a + ", " + b);
        }
        return Optional.of(new HttpHead(lines[0], headers));
    }

    String header(String name) {
        return headers.getOrDefault(name, "");
    }

    /** Whether the comma-separated header has {@code token}, in any case. */
    boolean has(String name, String token) {
        for (String part : header(name).split(",", -1)) {
            if (part.trim().equalsIgnoreCase(token)) {
                return true;
            }
        }
        return false;
    }
}
