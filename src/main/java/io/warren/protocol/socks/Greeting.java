package io.warren.protocol.socks;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.warren.net.ProxyException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The methods that a SOCKS5 client offers (RFC 1928 section 3), and the server's choice. */
record Greeting(List<Integer> methods) {
    static final int VERSION = 5;

    static final int NO_AUTH = 0x00;
    static final int USER_PASSWORD = 0x02;
    /** gost's: TLS, then the request. */
    static final int TLS = 0x80;
    /** gost's: TLS, then user and password, then the request. */
    static final int TLS_USER_PASSWORD = 0x82;

    /**
     * Ours, of the private range: both are Warren, say so once the client is let in, and go on with another one of the methods, which the server
     * names behind this one. Others have no reason to choose it.
     */
    static final int INTRODUCTION = 0xd7;

    static final int NONE_ACCEPTABLE = 0xff;

    static Optional<Greeting> decode(ByteBuf in) {
        checkVersion(in, "greeting");
        if (in.readableBytes() < 2) {
            return Optional.empty();
        }
        int count = in.skipBytes(1).readUnsignedByte();
        if (count == 0) {
            throw ProxyException.protocol("greeting without methods");
        }
        if (in.readableBytes() < count) {
            return Optional.empty();
        }
        List<Integer> methods = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            methods.add((int) in.readUnsignedByte());
        }
        return Optional.of(new Greeting(List.copyOf(methods)));
    }

    /** @throws ProxyException PROTOCOL when what begins here does not begin with 5 */
    static void checkVersion(ByteBuf in, String what) {
        if (in.isReadable() && in.getByte(in.readerIndex()) != VERSION) {
            throw ProxyException.protocol(
                    what + " version " + in.getUnsignedByte(in.readerIndex()) + " (expected: " + VERSION + ")");
        }
    }

    ByteBuf encode() {
        ByteBuf out = Unpooled.buffer(2 + methods.size()).writeByte(VERSION).writeByte(methods.size());
        methods.forEach(out::writeByte);
        return out;
    }

    boolean offers(int method) {
        return methods.contains(method);
    }

    static ByteBuf encodeChoice(int method) {
        return Unpooled.buffer(2).writeByte(VERSION).writeByte(method);
    }

    static Optional<Integer> decodeChoice(ByteBuf in) {
        checkVersion(in, "method reply");
        return in.readableBytes() < 2
                ? Optional.empty()
                : Optional.of((int) in.skipBytes(1).readUnsignedByte());
    }
}
