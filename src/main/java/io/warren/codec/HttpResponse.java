package io.warren.codec;

import io.netty.buffer.ByteBuf;
import io.warren.net.ProxyException;
import java.util.Optional;

/**
 * The head of an HTTP/1 response (RFC 9112 section 4).
 *
 * @param minor 0 or 1
 * @param status 100 to 999
 */
public record HttpResponse(int minor, int status, String reason, HttpFields fields) {
    /** Reads a head; a line may end in LF alone, as old servers' do. See {@link io.warren.net.Decoder}. */
    public static Optional<HttpResponse> decode(ByteBuf in) {
        int end = HttpHead.end(in, in.readerIndex());
        return end < 0 ? Optional.empty() : Optional.of(decode(in, end));
    }

    /** Reads the head that ends at {@code end}, as {@link HttpHead#end} found. */
    public static HttpResponse decode(ByteBuf in, int end) {
        byte[] head = HttpHead.take(in, end);
        int lineEnd = HttpFields.lineEnd(head, 0, true);
        int version = 0;
        while (version < lineEnd && head[version] != ' ') {
            version++;
        }
        int minor = HttpHead.minor(head, 0, version);
        int reason = version + 4;
        if (reason > lineEnd || (reason < lineEnd && head[reason] != ' ')) {
            throw wrong(head, lineEnd);
        }
        int status = 0;
        for (int i = version + 1; i < reason; i++) {
            if (head[i] < '0' || head[i] > '9') {
                throw wrong(head, lineEnd);
            }
            status = status * 10 + head[i] - '0';
        }
        if (status < 100) {
            throw wrong(head, lineEnd);
        }
        return new HttpResponse(
                minor,
                status,
                HttpFields.text(head, Math.min(reason + 1, lineEnd), lineEnd),
                HttpFields.parse(head, HttpFields.next(head, lineEnd), true));
    }

    private static ProxyException wrong(byte[] head, int lineEnd) {
        return ProxyException.protocol("status line \"" + HttpFields.text(head, 0, Math.min(lineEnd, 40))
                + "\" (expected: version, status, reason)");
    }

    /** Whether another head follows this one: 1xx, except the one that ends HTTP. */
    public boolean interim() {
        return status < 200 && status != 101;
    }
}
