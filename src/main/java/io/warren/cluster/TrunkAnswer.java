package io.warren.cluster;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.warren.net.ProxyException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * What the owner of a registration says before the first byte: one byte, and for a refusal 16 bits of length and a text.
 *
 * @param refusal empty = the visitor's bytes may come
 */
record TrunkAnswer(Optional<ProxyException> refusal) {
    static final TrunkAnswer OK = new TrunkAnswer(Optional.empty());

    private static final int MAX_TEXT = 1024;

    ByteBuf encode() {
        if (refusal.isEmpty()) {
            return Unpooled.buffer(1).writeByte(0);
        }
        byte[] text = String.valueOf(refusal.get().getMessage()).getBytes(StandardCharsets.UTF_8);
        int length = Math.min(text.length, MAX_TEXT);
        return Unpooled.buffer(3 + length)
                .writeByte(code(refusal.get().kind()))
                .writeShort(length)
                .writeBytes(text, 0, length);
    }

    static Optional<TrunkAnswer> decode(ByteBuf in) {
        if (!in.isReadable()) {
            return Optional.empty();
        }
        int code = in.readUnsignedByte();
        if (code == 0) {
            return Optional.of(OK);
        }
        if (in.readableBytes() < 2) {
            return Optional.empty();
        }
        int length = in.readUnsignedShort();
        if (length > MAX_TEXT) {
            throw ProxyException.protocol("refusal of " + length + " bytes (expected: at most " + MAX_TEXT + ")");
        }
        if (in.readableBytes() < length) {
            return Optional.empty();
        }
        String text = in.readCharSequence(length, StandardCharsets.UTF_8).toString();
        return Optional.of(new TrunkAnswer(Optional.of(ProxyException.upstream(kind(code), text))));
    }

    private static int code(ProxyException.Kind kind) {
        return switch (kind) {
            case DENIED -> 1;
            case UNAUTHORIZED -> 2;
            case LIMITED -> 3;
            case RESOLVE -> 4;
            case REFUSED -> 5;
            case UNREACHABLE -> 6;
            case TIMEOUT -> 7;
            case PROTOCOL -> 8;
            case UNSUPPORTED -> 9;
            case CLOSED -> 10;
            case INTERNAL -> 11;
        };
    }

    /** What only a later version knows is unreachable for us. */
    private static ProxyException.Kind kind(int code) {
        for (ProxyException.Kind kind : ProxyException.Kind.values()) {
            if (code(kind) == code) {
                return kind;
            }
        }
        return ProxyException.Kind.UNREACHABLE;
    }
}
