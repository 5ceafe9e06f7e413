package io.warren.codec;

import io.netty.buffer.ByteBuf;
import io.warren.net.ProxyException;

/** What heads of HTTP/1 requests and responses have in common (RFC 9112 section 2). */
public final class HttpHead {
    /** The longest head in bytes, with its empty line. */
    public static final int LIMIT = 64 * 1024;

    private static final String VERSION = "HTTP/1.";

    private HttpHead() {}

    /**
     * Finds the end of a head.
     *
     * @param from what is before it has been searched already, except for its last two bytes; the reader index at first
     * @return the index behind the empty line; -1 when that has not arrived
     * @throws ProxyException PROTOCOL when the head is longer than {@value #LIMIT} bytes or cannot become one
     */
    public static int end(ByteBuf in, int from) {
        if (in.isReadable()
                && in.getByte(in.readerIndex()) != '\r'
                && !HttpFields.isToken(in.getByte(in.readerIndex()))) {
            throw ProxyException.protocol("first byte 0x" + Integer.toHexString(in.getUnsignedByte(in.readerIndex()))
                    + " (expected: an HTTP head)");
        }
        int last = in.writerIndex();
        int at = from;
        while (at < last) {
            int lf = in.indexOf(at, last, (byte) '\n');
            if (lf < 0) {
                break;
            }
            int end = afterEmptyLine(in, lf + 1, last);
            if (end > 0) {
                return within(in, end);
            }
            at = lf + 1;
        }
        return within(in, -1);
    }

    private static int afterEmptyLine(ByteBuf in, int line, int last) {
        if (line < last && in.getByte(line) == '\n') {
            return line + 1;
        }
        return line + 1 < last && in.getByte(line) == '\r' && in.getByte(line + 1) == '\n' ? line + 2 : -1;
    }

    private static int within(ByteBuf in, int end) {
        if ((end < 0 ? in.readableBytes() : end - in.readerIndex()) > LIMIT) {
            throw ProxyException.protocol("HTTP head longer than " + LIMIT + " bytes");
        }
        return end;
    }

    /** The head that ends at {@code end}, consumed. */
    static byte[] take(ByteBuf in, int end) {
        byte[] head = new byte[end - in.readerIndex()];
        in.readBytes(head);
        return head;
    }

    /** @return 0 or 1 */
    static int minor(byte[] head, int from, int to) {
        if (to - from == VERSION.length() + 1
                && HttpFields.text(head, from, to - 1).equals(VERSION)) {
            int minor = head[to - 1] - '0';
            if (minor == 0 || minor == 1) {
                return minor;
            }
        }
        throw ProxyException.protocol("version \"" + HttpFields.text(head, from, Math.min(to, from + 20))
                + "\" (expected: HTTP/1.0 or HTTP/1.1)");
    }
}
