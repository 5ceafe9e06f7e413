package io.warren.cluster;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.warren.net.Address;
import io.warren.net.DatagramStream;
import java.util.Optional;

/** Datagrams of one visitor on a stream of the trunk: each behind its length in 16 bits. Whose they are was said in the header. */
final class TrunkFraming implements DatagramStream.Framing {
    static final TrunkFraming FRAMES = new TrunkFraming();

    private static final int HEADER = 2;
    private static final int MAX_PAYLOAD = 65535;

    private TrunkFraming() {}

    @Override
    public ByteBuf header(ByteBufAllocator allocator, int payloadBytes, Address peer) {
        return allocator.buffer(HEADER).writeShort(payloadBytes);
    }

    @Override
    public Optional<DatagramStream.Packet> decode(ByteBuf in) {
        if (in.readableBytes() < HEADER) {
            return Optional.empty();
        }
        int length = in.readUnsignedShort();
        return in.readableBytes() < length
                ? Optional.empty()
                : Optional.of(new DatagramStream.Packet(in.readRetainedSlice(length), Address.NONE));
    }

    @Override
    public int maxPayload() {
        return MAX_PAYLOAD;
    }

    @Override
    public int maxHeader() {
        return HEADER;
    }
}
