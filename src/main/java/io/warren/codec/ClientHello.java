package io.warren.codec;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.warren.net.ProxyException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * What a TLS client says first of whom it wants (RFC 8446 section 4.1.2; RFC 6066 section 3; RFC 7301).
 *
 * @param serverName in lower case
 * @param alpn the protocols offered, in the client's order
 */
public record ClientHello(Optional<String> serverName, List<String> alpn) {
    /** The longest handshake message that is looked at. */
    public static final int LIMIT = 16 * 1024;

    private static final int HANDSHAKE = 22;
    private static final int CLIENT_HELLO = 1;
    private static final int SERVER_NAME = 0;
    private static final int ALPN = 16;

    /** Whether bytes that begin so can be TLS: true or false once three of them are there. */
    public static Optional<Boolean> recognise(ByteBuf in) {
        int at = in.readerIndex();
        int n = in.readableBytes();
        if ((n > 0 && in.getByte(at) != HANDSHAKE)
                || (n > 1 && in.getByte(at + 1) != 3)
                || (n > 2 && in.getByte(at + 2) > 4)) {
            return Optional.of(false);
        }
        return n > 2 ? Optional.of(true) : Optional.empty();
    }

    /**
     * Looks at a ClientHello, however many records it is spread over, and consumes nothing.
     *
     * @return empty when more bytes are needed
     * @throws ProxyException PROTOCOL when it is none, or names two servers
     */
    public static Optional<ClientHello> peek(ByteBuf in) {
        ByteBuf message = Unpooled.buffer();
        ByteBuf records = in.slice();
        while (records.readableBytes() >= 5) {
            int type = records.readUnsignedByte();
            int version = records.readUnsignedShort();
            int length = records.readUnsignedShort();
            if (type != HANDSHAKE || version >> 8 != 3 || length == 0 || length > LIMIT) {
                throw ProxyException.protocol("TLS record of type " + type + ", version 0x"
                        + Integer.toHexString(version) + ", " + length + " bytes (expected: a handshake)");
            }
            message.writeBytes(records, Math.min(length, records.readableBytes()));
            Optional<ClientHello> hello = parse(message);
            if (hello.isPresent()) {
                return hello;
            }
        }
        return Optional.empty();
    }

    private static Optional<ClientHello> parse(ByteBuf message) {
        if (message.readableBytes() < 4) {
            return Optional.empty();
        }
        int type = message.getUnsignedByte(0);
        int length = message.getUnsignedMedium(1);
        if (type != CLIENT_HELLO || length > LIMIT) {
            throw ProxyException.protocol(
                    "handshake message " + type + " of " + length + " bytes (expected: a ClientHello)");
        }
        if (message.readableBytes() < 4 + length) {
            return Optional.empty();
        }
        try {
            return Optional.of(body(message.slice(4, length)));
        } catch (IndexOutOfBoundsException e) {
            throw ProxyException.protocol("ClientHello with a length that points behind its end");
        }
    }

    private static ClientHello body(ByteBuf in) {
        in.skipBytes(2 + 32);
        in.skipBytes(in.readUnsignedByte());
        in.skipBytes(in.readUnsignedShort());
        in.skipBytes(in.readUnsignedByte());
        Optional<String> name = Optional.empty();
        List<String> alpn = List.of();
        ByteBuf extensions = in.isReadable() ? in.readSlice(in.readUnsignedShort()) : Unpooled.EMPTY_BUFFER;
        while (extensions.isReadable()) {
            int type = extensions.readUnsignedShort();
            ByteBuf extension = extensions.readSlice(extensions.readUnsignedShort());
            if (type == SERVER_NAME && extension.isReadable()) {
                if (name.isPresent()) {
                    throw ProxyException.protocol("ClientHello with two server names");
                }
                name = serverName(extension.readSlice(extension.readUnsignedShort()));
            } else if (type == ALPN) {
                alpn = protocols(extension.readSlice(extension.readUnsignedShort()));
            }
        }
        return new ClientHello(name, alpn);
    }

    private static Optional<String> serverName(ByteBuf names) {
        while (names.isReadable()) {
            int type = names.readUnsignedByte();
            String name = names.readCharSequence(names.readUnsignedShort(), StandardCharsets.US_ASCII)
                    .toString();
            if (type == 0) {
                if (name.isEmpty() || name.chars().anyMatch(c -> c <= ' ' || c >= 0x7f)) {
                    throw ProxyException.protocol("server name with blanks or control characters");
                }
                return Optional.of(name.toLowerCase(Locale.ROOT));
            }
        }
        return Optional.empty();
    }

    private static List<String> protocols(ByteBuf list) {
        List<String> all = new ArrayList<>();
        while (list.isReadable()) {
            all.add(list.readCharSequence(list.readUnsignedByte(), StandardCharsets.US_ASCII)
                    .toString());
        }
        return List.copyOf(all);
    }
}
