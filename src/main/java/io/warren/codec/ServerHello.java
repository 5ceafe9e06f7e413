package io.warren.codec;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.warren.net.ProxyException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * What a TLS server answers first (RFC 8446 section 4.1.3).
 *
 * @param version the one that was chosen, 0x0304 for TLS 1.3
 * @param cipherSuite its number
 * @param application the protocol that was chosen (ALPN), where that is not encrypted; else empty
 */
public record ServerHello(int version, int cipherSuite, int compressionMethod, String application) {
    private static final int HANDSHAKE = 22;
    private static final int SERVER_HELLO = 2;
    private static final int ALPN = 16;
    private static final int SUPPORTED_VERSIONS = 43;

    /**
     * Looks at the record with a ServerHello and consumes nothing.
     *
     * @return empty when more bytes are needed
     * @throws ProxyException PROTOCOL when it is none
     */
    public static Optional<ServerHello> peek(ByteBuf in) {
        int at = in.readerIndex();
        if (in.readableBytes() < 5) {
            return Optional.empty();
        }
        int length = in.getUnsignedShort(at + 3);
        if (in.getUnsignedByte(at) != HANDSHAKE || length < 4 || length > ClientHello.LIMIT) {
            throw ProxyException.protocol("TLS record of type " + in.getUnsignedByte(at) + ", " + length
                    + " bytes (expected: a ServerHello)");
        }
        if (in.readableBytes() < 5 + length) {
            return Optional.empty();
        }
        try {
            ByteBuf message = in.slice(at + 5, length);
            int type = message.readUnsignedByte();
            if (type != SERVER_HELLO) {
                throw ProxyException.protocol("handshake message " + type + " (expected: 2)");
            }
            return Optional.of(body(message.readSlice(message.readUnsignedMedium())));
        } catch (IndexOutOfBoundsException e) {
            throw ProxyException.protocol("ServerHello with a length that points behind its end");
        }
    }

    private static ServerHello body(ByteBuf in) {
        int version = in.readUnsignedShort();
        in.skipBytes(32);
        in.skipBytes(in.readUnsignedByte());
        int cipherSuite = in.readUnsignedShort();
        int compression = in.readUnsignedByte();
        String application = "";
        ByteBuf extensions = in.isReadable() ? in.readSlice(in.readUnsignedShort()) : Unpooled.EMPTY_BUFFER;
        while (extensions.isReadable()) {
            int type = extensions.readUnsignedShort();
            ByteBuf extension = extensions.readSlice(extensions.readUnsignedShort());
            if (type == SUPPORTED_VERSIONS) {
                version = extension.readUnsignedShort();
            } else if (type == ALPN) {
                extension.skipBytes(2);
                application = extension
                        .readCharSequence(extension.readUnsignedByte(), StandardCharsets.US_ASCII)
                        .toString();
            }
        }
        return new ServerHello(version, cipherSuite, compression, application);
    }
}
