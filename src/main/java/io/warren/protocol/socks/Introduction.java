package io.warren.protocol.socks;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.warren.codec.Hello;
import io.warren.net.ProxyException;
import java.util.List;
import java.util.Optional;

/**
 * What a Warren agent and a Warren member say of themselves where the member has chosen {@link Greeting#INTRODUCTION}: two bytes with the length, then a
 * {@link Hello}. The agent before its request, the member as an answer, and once more behind a reply that refuses.
 */
final class Introduction {
    /** Of a client that binds nothing. */
    static final Hello NOBODY =
            new Hello(Optional.empty(), List.of(), Optional.empty(), Optional.empty(), Optional.empty(), false);

    private static final int MAX_BYTES = 24 * 1024;

    private Introduction() {}

    static ByteBuf encode(Hello hello) {
        ByteBuf out = Unpooled.buffer().writeShort(0);
        hello.encode(out);
        return out.setShort(0, out.readableBytes() - 2);
    }

    static Optional<Hello> decode(ByteBuf in) {
        if (in.readableBytes() < 2) {
            return Optional.empty();
        }
        int length = in.getUnsignedShort(in.readerIndex());
        if (length > MAX_BYTES) {
            throw ProxyException.protocol("introduction of " + length + " bytes (expected: at most " + MAX_BYTES + ")");
        }
        return in.readableBytes() < 2 + length
                ? Optional.empty()
                : Optional.of(Hello.decode(in.skipBytes(2).readSlice(length)));
    }
}
