package io.warren.codec;

import io.netty.buffer.ByteBuf;
import io.warren.net.ProxyException;
import java.util.List;

/**
 * Follows the bytes of a message's body up to its end and checks their framing (RFC 9112 sections 6 and 7). Of one message; consumes nothing by
 * itself.
 */
public final class HttpBody {
    /** How the end is found. */
    public enum Framing {
        NONE,
        LENGTH,
        CHUNKED,
        UNTIL_CLOSE
    }

    private enum State {
        SIZE,
        EXTENSION,
        SIZE_LF,
        DATA,
        DATA_CR,
        DATA_LF,
        LINE,
        TRAILER,
        TRAILER_LF,
        END_LF,
        DONE
    }

    /** Of a chunk's size with its extension, and of all trailers. */
    private static final int LINE_LIMIT = 16 * 1024;

    private final Framing framing;
    private State state;
    private long left;
    private int digits;
    private int lineBytes;

    private HttpBody(Framing framing, long length) {
        this.framing = framing;
        this.left = length;
        this.state = framing == Framing.NONE || (framing == Framing.LENGTH && length == 0)
                ? State.DONE
                : framing == Framing.CHUNKED ? State.SIZE : State.DATA;
    }

    /**
     * The body behind a request's head.
     *
     * @throws ProxyException PROTOCOL when its length can be understood in more than one way: both length and transfer coding, several lengths,
     *     another coding than chunked, a coding in HTTP/1.0
     */
    public static HttpBody of(HttpRequest head) {
        HttpFields fields = head.fields();
        List<String> codings = fields.elements("Transfer-Encoding");
        if (fields.has("Transfer-Encoding")) {
            if (codings.size() != 1 || !codings.get(0).equalsIgnoreCase("chunked")) {
                throw ProxyException.protocol("transfer coding " + codings + " (expected: chunked)");
            }
            if (fields.has("Content-Length") || head.minor() == 0) {
                throw ProxyException.protocol(
                        "transfer coding beside a content length or in HTTP/1.0 (expected: one of the two, in HTTP/1.1)");
            }
            return new HttpBody(Framing.CHUNKED, 0);
        }
        return fields.has("Content-Length")
                ? new HttpBody(Framing.LENGTH, length(fields))
                : new HttpBody(Framing.NONE, 0);
    }

    /**
     * The body behind a response's head.
     *
     * @param method of the request
     * @throws ProxyException PROTOCOL for several different lengths, and a transfer coding in HTTP/1.0
     */
    public static HttpBody of(HttpResponse head, String method) {
        HttpFields fields = head.fields();
        if (method.equals("HEAD") || head.status() < 200 || head.status() == 204 || head.status() == 304) {
            return new HttpBody(Framing.NONE, 0);
        }
        if (fields.has("Transfer-Encoding")) {
            if (head.minor() == 0) {
                throw ProxyException.protocol("transfer coding in HTTP/1.0");
            }
            List<String> codings = fields.elements("Transfer-Encoding");
            boolean chunked =
                    !codings.isEmpty() && codings.get(codings.size() - 1).equalsIgnoreCase("chunked");
            return new HttpBody(chunked ? Framing.CHUNKED : Framing.UNTIL_CLOSE, 0);
        }
        return fields.has("Content-Length")
                ? new HttpBody(Framing.LENGTH, length(fields))
                : new HttpBody(Framing.UNTIL_CLOSE, 0);
    }

    private static long length(HttpFields fields) {
        String text = fields.first("Content-Length").orElse("");
        boolean number = !text.isEmpty() && text.length() <= 18 && text.chars().allMatch(c -> c >= '0' && c <= '9');
        if (!number || fields.count("Content-Length") > 1) {
            throw ProxyException.protocol(fields.count("Content-Length") + " content length(s), first \""
                    + text.substring(0, Math.min(40, text.length())) + "\" (expected: one decimal number)");
        }
        return Long.parseLong(text);
    }

    public Framing framing() {
        return framing;
    }

    /** Whether the end has been seen; a body until close ends with its stream. */
    public boolean done() {
        return state == State.DONE;
    }

    /**
     * Looks at what comes next.
     *
     * @return how many of the readable bytes belong to the body, framing included
     * @throws ProxyException PROTOCOL for wrong framing
     */
    public int follow(ByteBuf in) {
        return follow(in, null);
    }

    /** As {@link #follow(ByteBuf)}, and appends what the framing carries to {@code content}. */
    public int follow(ByteBuf in, ByteBuf content) {
        int start = in.readerIndex();
        int end = in.writerIndex();
        int at = start;
        while (at < end && state != State.DONE) {
            if (state == State.DATA) {
                int n = framing == Framing.UNTIL_CLOSE ? end - at : (int) Math.min(left, end - at);
                if (content != null) {
                    content.writeBytes(in, at, n);
                }
                at += n;
                consumed(n);
            } else {
                framing(in.getByte(at++));
            }
        }
        return at - start;
    }

    private void consumed(int n) {
        if (framing == Framing.UNTIL_CLOSE) {
            return;
        }
        left -= n;
        if (left == 0) {
            state = framing == Framing.LENGTH ? State.DONE : State.DATA_CR;
        }
    }

    private void framing(byte b) {
        switch (state) {
            case SIZE -> size(b);
            case EXTENSION -> state = b == '\r' ? State.SIZE_LF : text(b, State.EXTENSION);
            case SIZE_LF -> {
                expect(b, '\n');
                state = left == 0 ? State.LINE : State.DATA;
                digits = 0;
                lineBytes = 0;
            }
            case DATA_CR -> {
                expect(b, '\r');
                state = State.DATA_LF;
            }
            case DATA_LF -> {
                expect(b, '\n');
                state = State.SIZE;
            }
            case LINE -> state = b == '\r' ? State.END_LF : trailer(b);
            case TRAILER -> state = b == '\r' ? State.TRAILER_LF : text(b, State.TRAILER);
            case TRAILER_LF -> {
                expect(b, '\n');
                state = State.LINE;
            }
            case END_LF -> {
                expect(b, '\n');
                state = State.DONE;
            }
            case DATA, DONE -> throw new IllegalStateException(state.name());
        }
    }

    private void size(byte b) {
        int digit = Character.digit((char) b, 16);
        if (digit >= 0 && digits < 15) {
            left = (digits == 0 ? 0 : left * 16) + digit;
            digits++;
        } else if (digits > 0 && b == '\r') {
            state = State.SIZE_LF;
        } else if (digits > 0 && (b == ';' || b == ' ' || b == '\t')) {
            state = State.EXTENSION;
        } else {
            throw ProxyException.protocol(
                    "byte 0x" + Integer.toHexString(b & 0xff) + " in a chunk's size (expected: a hexadecimal number)");
        }
    }

    private State trailer(byte b) {
        if (!HttpFields.isToken(b)) {
            throw ProxyException.protocol(
                    "byte 0x" + Integer.toHexString(b & 0xff) + " at the start of a trailer (expected: its name)");
        }
        return text(b, State.TRAILER);
    }

    private State text(byte b, State next) {
        if ((b >= 0 && b < ' ' && b != '\t') || ++lineBytes > LINE_LIMIT) {
            throw ProxyException.protocol(
                    "chunk extension or trailer with control characters or of more than " + LINE_LIMIT + " bytes");
        }
        return next;
    }

    private static void expect(byte b, char expected) {
        if (b != expected) {
            throw ProxyException.protocol(
                    "byte 0x" + Integer.toHexString(b & 0xff) + " at the end of a chunk's line" + " (expected: CR LF)");
        }
    }
}
