package io.warren.protocol.socks;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.warren.net.ProxyException;
import io.warren.net.ProxyException.Kind;
import java.util.Optional;

/** A SOCKS4 reply. Its address says nothing in answer to a CONNECT, and gost leaves it zero. */
record Socks4Reply(int code) {
    static final int GRANTED = 0x5a;
    static final int FAILED = 0x5b;
    static final int NOT_ALLOWED = 0x5c;
    static final int USER_REJECTED = 0x5d;

    private static final int LENGTH = 8;

    static Socks4Reply refusing(Kind kind) {
        return new Socks4Reply(
                switch (kind) {
                    case DENIED -> NOT_ALLOWED;
                    case UNAUTHORIZED -> USER_REJECTED;
                    case LIMITED, RESOLVE, REFUSED, UNREACHABLE, TIMEOUT, PROTOCOL, UNSUPPORTED, CLOSED, INTERNAL ->
                        FAILED;
                });
    }

    static Optional<Socks4Reply> decode(ByteBuf in) {
        if (in.isReadable() && in.getByte(in.readerIndex()) != 0) {
            throw ProxyException.protocol("reply version " + in.getUnsignedByte(in.readerIndex()) + " (expected: 0)");
        }
        if (in.readableBytes() < LENGTH) {
            return Optional.empty();
        }
        Socks4Reply reply = new Socks4Reply(in.getUnsignedByte(in.readerIndex() + 1));
        in.skipBytes(LENGTH);
        return Optional.of(reply);
    }

    ByteBuf encode() {
        return Unpooled.buffer(LENGTH).writeByte(0).writeByte(code).writeZero(LENGTH - 2);
    }

    boolean granted() {
        return code == GRANTED;
    }

    /** Why the server refuses. */
    ProxyException refusal() {
        return switch (code) {
            case NOT_ALLOWED -> ProxyException.upstream(Kind.DENIED, "reply 92 (not allowed)");
            case USER_REJECTED -> ProxyException.upstream(Kind.UNAUTHORIZED, "reply 93 (user rejected)");
            default -> ProxyException.upstream(Kind.UNREACHABLE, "reply " + code + " (rejected or failed)");
        };
    }
}
