package io.warren.codec;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.warren.net.Address;
import io.warren.net.DatagramStream;
import java.util.Optional;

/** Addressed datagrams on a stream: the frames of {@link SocksDatagram}. */
public final class SocksFrames implements DatagramStream.Framing {
    public static final SocksFrames FRAMING = new SocksFrames();

    private static final int FRAME = 0xff;

    private SocksFrames() {}

    @Override
    public ByteBuf header(ByteBufAllocator allocator, int payloadBytes, Address peer) {
        ByteBuf header = allocator.buffer(3 + SocksAddress.length(peer));
        SocksAddress.encode(peer, header.writeShort(payloadBytes).writeByte(FRAME));
        return header;
    }

    @Override
    public Optional<DatagramStream.Packet> decode(ByteBuf in) {
        if (in.readableBytes() < 3) {
            return Optional.empty();
        }
        int length = in.readUnsignedShort();
        in.skipBytes(1);
        return SocksAddress.decode(in)
                .filter(peer -> in.readableBytes() >= length)
                .map(peer -> new DatagramStream.Packet(in.readRetainedSlice(length), peer));
    }

    /** gost takes a length of zero for "all there is". */
    @Override
    public int minPayload() {
        return 1;
    }

    @Override
    public int maxPayload() {
        return SocksDatagram.MAX_FRAME_PAYLOAD;
    }

    @Override
    public int maxHeader() {
        return SocksDatagram.MAX_HEADER;
    }
}
