package io.warren.layer.sniff;

import io.netty.buffer.ByteBuf;
import io.warren.codec.ClientHello;
import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;

/** What the first bytes of a client are. */
enum Recognition {
    /** They may become something that is read from the beginning, and tell a server nothing yet. */
    OPEN(""),
    HTTP("http"),
    /** HTTP/2 without TLS, whose requests are not read. */
    HTTP2("http"),
    TLS("tls"),
    SSH("ssh"),
    REDIS("redis"),
    /** Nothing known, as far as they go; the first line may still be that of a request, with a method that nobody has heard of. */
    UNKNOWN(""),
    OTHER("");

    /** The longest first line that is looked at. */
    private static final int LINE = 16 * 1024;

    private static final Pattern VERSION = Pattern.compile("[ \\t]HTTP/", Pattern.CASE_INSENSITIVE);
    private static final String PREFACE = "PRI * HTTP/2.0\r\n";
    private static final String[] METHODS = {
        "GET ", "POST ", "PUT ", "DELETE ", "OPTIONS ", "PATCH ", "HEAD ", "CONNECT ", "TRACE "
    };

    private final String text;

    Recognition(String text) {
        this.text = text;
    }

    String text() {
        return text;
    }

    /** @param in all that came, from the first byte on */
    static Recognition of(ByteBuf in) {
        if (!in.isReadable()) {
            return OPEN;
        }
        if (in.getByte(in.readerIndex()) == 22) {
            return ClientHello.recognise(in).map(tls -> tls ? TLS : OTHER).orElse(OPEN);
        }
        for (String method : METHODS) {
            int same = same(in, method);
            if (same == method.length()) {
                return HTTP;
            } else if (same == in.readableBytes()) {
                return OPEN;
            }
        }
        int same = same(in, PREFACE);
        if (same == PREFACE.length()) {
            return HTTP2;
        }
        return same == in.readableBytes() || same(in, "SSH-") == in.readableBytes() ? OPEN : line(in);
    }

    private static int same(ByteBuf in, String text) {
        int n = 0;
        while (n < text.length() && n < in.readableBytes() && in.getByte(in.readerIndex() + n) == text.charAt(n)) {
            n++;
        }
        return n;
    }

    /** By the first line, empty ones before it aside, as servers do. Whether it is a good one is for others to say. */
    private static Recognition line(ByteBuf in) {
        int at = in.readerIndex();
        int end = Math.min(in.writerIndex(), at + LINE);
        while (at < end && (in.getByte(at) == '\r' || in.getByte(at) == '\n')) {
            at++;
        }
        int start = at;
        for (; at < end; at++) {
            byte b = in.getByte(at);
            if (b == '\n') {
                String line = in.toString(start, at - start, StandardCharsets.ISO_8859_1);
                return VERSION.matcher(line).find() ? HTTP : known(in);
            }
            if ((b >= 0 && b < ' ' && b != '\t' && b != '\r') || b == 0x7f) {
                return known(in);
            }
        }
        return end - in.readerIndex() == LINE ? known(in) : UNKNOWN;
    }

    private static Recognition known(ByteBuf in) {
        boolean redis = in.readableBytes() > 1
                && in.getByte(in.readerIndex()) == '*'
                && Character.isDigit(in.getByte(in.readerIndex() + 1));
        return redis ? REDIS : same(in, "SSH-") == 4 ? SSH : OTHER;
    }
}
