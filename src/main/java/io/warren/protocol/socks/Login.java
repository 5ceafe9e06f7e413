package io.warren.protocol.socks;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.warren.net.ProxyException;
import io.warren.spi.Credentials;
import io.warren.spi.Secret;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** User name and password (RFC 1929 section 2). Both can be empty: gost sends so when it has none. */
final class Login {
    private static final int VERSION = 1;

    private Login() {}

    static Optional<Credentials> decode(ByteBuf in) {
        checkVersion(in, "login");
        in.skipBytes(Math.min(1, in.readableBytes()));
        return text(in).flatMap(user -> text(in).map(password -> new Credentials(user, Secret.of(password))));
    }

    private static void checkVersion(ByteBuf in, String what) {
        if (in.isReadable() && in.getByte(in.readerIndex()) != VERSION) {
            throw ProxyException.protocol(
                    what + " version " + in.getUnsignedByte(in.readerIndex()) + " (expected: " + VERSION + ")");
        }
    }

    private static Optional<String> text(ByteBuf in) {
        if (!in.isReadable() || in.readableBytes() - 1 < in.getUnsignedByte(in.readerIndex())) {
            return Optional.empty();
        }
        return Optional.of(in.readCharSequence(in.readUnsignedByte(), StandardCharsets.UTF_8)
                .toString());
    }

    /** @throws ProxyException UNSUPPORTED when user or password is longer than 255 bytes */
    static ByteBuf encode(Credentials credentials) {
        ByteBuf out = Unpooled.buffer().writeByte(VERSION);
        writeText(out, credentials.user(), "user name");
        writeText(out, credentials.password().reveal(), "password");
        return out;
    }

    private static void writeText(ByteBuf out, String text, String what) {
        int length = ByteBufUtil.utf8Bytes(text);
        if (length > 255) {
            throw ProxyException.unsupported(what + " of " + length + " bytes (expected: at most 255)");
        }
        out.writeByte(length).writeCharSequence(text, StandardCharsets.UTF_8);
    }

    static ByteBuf encodeVerdict(boolean accepted) {
        return Unpooled.buffer(2).writeByte(VERSION).writeByte(accepted ? 0 : 1);
    }

    static Optional<Boolean> decodeVerdict(ByteBuf in) {
        checkVersion(in, "login reply");
        return in.readableBytes() < 2
                ? Optional.empty()
                : Optional.of(in.skipBytes(1).readByte() == 0);
    }
}
