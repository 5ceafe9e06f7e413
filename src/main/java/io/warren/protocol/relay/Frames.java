package io.warren.protocol.relay;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.warren.codec.SocksAddress;
import io.warren.net.Address;
import io.warren.net.DatagramStream;
import java.util.Optional;

/** How datagrams are framed on a relay stream. */
final class Frames {
    /** To and from one target: a length, and the payload. */
    static final DatagramStream.Framing PAYLOADS = new Payloads();

    /** To and from many: SOCKS5's header, with the length where it has a reserved field. */
    static final DatagramStream.Framing ADDRESSED = new Addressed();

    private Frames() {}

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

    private static final class Addressed implements DatagramStream.Framing {
        private static final int FRAGMENT = 0xff;

        @Override
        public ByteBuf header(ByteBufAllocator allocator, int payloadBytes, Address peer) {
            ByteBuf header = allocator.buffer(3 + SocksAddress.length(peer));
            SocksAddress.encode(peer, header.writeShort(payloadBytes).writeByte(FRAGMENT));
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
            return 0xffff;
        }

        @Override
        public int maxHeader() {
            return 3 + SocksAddress.MAX_LENGTH;
        }
    }
}
