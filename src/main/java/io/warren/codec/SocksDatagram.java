package io.warren.codec;

import io.netty.buffer.ByteBuf;
import io.warren.net.Address;
import io.warren.net.ProxyException;
import java.util.Optional;

/**
 * A datagram with its address before it, in two forms: as a UDP payload (RFC 1928 section 7), and as a frame on a stream, gost's variant in which the
 * reserved field is the payload's length and the fragment number is 255.
 *
 * @param address the destination towards a proxy, the source from it
 * @param payload owned by whoever has this record
 */
public record SocksDatagram(Address address, ByteBuf payload) {
    /** The longest header of both forms. */
    public static final int MAX_HEADER = 3 + SocksAddress.MAX_LENGTH;

    /** The longest payload of a frame. */
    public static final int MAX_FRAME_PAYLOAD = 65535;

    private static final int FRAME = 0xff;

    /**
     * Puts the UDP form's header before {@code payload}.
     *
     * @param payload given away, also on failure
     * @throws ProxyException UNSUPPORTED as {@link SocksAddress#encode} says
     */
    public static ByteBuf encode(Address address, ByteBuf payload) {
        return encode(0, 0, address, payload);
    }

    /**
     * Puts a frame's header before {@code payload}.
     *
     * @param payload 1 to {@value #MAX_FRAME_PAYLOAD} bytes, since gost takes a length of zero for "all there is"; given away, also on failure
     * @throws ProxyException UNSUPPORTED for a payload of another length, and as {@link SocksAddress#encode} says
     */
    public static ByteBuf encodeFrame(Address address, ByteBuf payload) {
        int length = payload.readableBytes();
        if (length == 0 || length > MAX_FRAME_PAYLOAD) {
            payload.release();
            throw ProxyException.unsupported(
                    "datagram of " + length + " bytes on a stream (expected: 1 to " + MAX_FRAME_PAYLOAD + ")");
        }
        return encode(length, FRAME, address, payload);
    }

    private static ByteBuf encode(int reserved, int fragment, Address address, ByteBuf payload) {
        try {
            // One buffer instead of two in a composite: a copy of one datagram costs less than a second iovec.
            ByteBuf out = payload.alloc().buffer(3 + SocksAddress.length(address) + payload.readableBytes());
            out.writeShort(reserved).writeByte(fragment);
            SocksAddress.encode(address, out);
            return out.writeBytes(payload);
        } finally {
            payload.release();
        }
    }

    /**
     * Reads the UDP form.
     *
     * @param datagram its bytes; stays the caller's, the payload is a retained slice of it
     * @return empty for what is to be dropped: a fragment, a header that is cut off or wrong
     */
    public static Optional<SocksDatagram> decode(ByteBuf datagram) {
        if (datagram.readableBytes() < 3 || datagram.getByte(datagram.readerIndex() + 2) != 0) {
            return Optional.empty();
        }
        datagram.skipBytes(3);
        try {
            return SocksAddress.decode(datagram)
                    .map(address -> new SocksDatagram(address, datagram.readRetainedSlice(datagram.readableBytes())));
        } catch (ProxyException wrong) {
            return Optional.empty();
        }
    }

    /**
     * Reads the next frame.
     *
     * @return empty when more bytes are needed. The payload is a copy, and can be empty although nobody should send that: gost does, for an empty
     *     datagram
     * @throws ProxyException PROTOCOL when the address is wrong
     */
    public static Optional<SocksDatagram> decodeFrame(ByteBuf in) {
        if (in.readableBytes() < 3) {
            return Optional.empty();
        }
        int length = in.readUnsignedShort();
        in.skipBytes(1);
        return SocksAddress.decode(in)
                .filter(address -> in.readableBytes() >= length)
                .map(address -> new SocksDatagram(address, in.readBytes(length)));
    }
}
