package io.warren.codec;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.warren.net.Address;
import io.warren.net.DatagramStream;
import java.util.Optional;

/** How datagrams are framed on a relay stream. */
public final class RelayFrames {
    /** To and from one target: a length, and the payload. */
    public static final DatagramStream.Framing PAYLOADS = new Payloads();

    /** To and from many: SOCKS5's header, with the length where it has a reserved field. */
    public static final DatagramStream.Framing ADDRESSED = SocksFrames.FRAMING;

    private RelayFrames() {}

    private static final class Payloads implements DatagramStream.Framing {
        @Override
        public ByteBuf header(ByteBufAllocator allocator, int payloadBytes, Address peer) {
            return allocator.buffer(2).writeShort(payloadBytes);
        }

        @Override
        public Optional<DatagramStream.Packet> decode(ByteBuf in) {
            if (in.readableBytes() < 2 || in.readableBytes() < 2 + in.getUnsignedShort(in.readerIndex())) {
                return Optional.empty();
            }
            return Optional.of(new DatagramStream.Packet(in.readRetainedSlice(in.readUnsignedShort()), Address.NONE));
        }

        @Override
        public int maxPayload() {
            return 0xffff;
        }

        @Override
        public int maxHeader() {
            return 2;
        }
    }
}
