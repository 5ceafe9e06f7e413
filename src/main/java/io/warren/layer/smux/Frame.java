package io.warren.layer.smux;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.warren.spi.Notice;

/**
 * The wire format: version, command, payload length and stream id, the last two little-endian; then the payload.
 *
 * <p>A NOP with stream id 0 keeps the session alive. Other ids in a NOP are ours, ignored by every other smux: {@link #WARREN} tells that the sender
 * understands them, {@code N} that stream N gets no more from the sender, {@code N | CUT} that it did not end in order. Of the ids that no stream has,
 * {@link #PULSE} promises a frame at least every two seconds, so that silence means something, and that the sender understands what follows:
 * {@link #PING} is answered by {@link #PONG}; the others are {@link Notice}s.
 */
final class Frame {
    static final int HEADER = 8;
    static final int MAX_PAYLOAD = 65535;

    static final int SYN = 0;
    static final int FIN = 1;
    static final int PSH = 2;
    static final int NOP = 3;
    static final int UPD = 4;

    static final int UPD_PAYLOAD = 8;

    /** "WARR"; no stream of ours has an id that high. */
    static final int WARREN = 0x57415252;

    static final int CUT = 0x80000000;

    static final int PULSE = 0x57415250;
    static final int PING = 0x57415251;
    static final int PONG = 0x57415253;
    static final int LEAVING = 0x57415254;
    static final int REPLACED = 0x57415255;

    /** The last stream id that is handed out. */
    static final int LAST_ID = 0x3fffffff;

    private Frame() {}

    static int id(Notice notice) {
        return switch (notice) {
            case LEAVING -> LEAVING;
            case REPLACED -> REPLACED;
        };
    }

    static ByteBuf header(ByteBufAllocator alloc, int version, int command, int length, int id) {
        return write(alloc.buffer(HEADER, HEADER), version, command, length, id);
    }

    static ByteBuf data(ByteBufAllocator alloc, int version, int id, ByteBuf payload) {
        ByteBuf header = header(alloc, version, PSH, payload.readableBytes(), id);
        return alloc.compositeBuffer(2).addComponents(true, header, payload);
    }

    /** How far the reader of stream {@code id} is (modulo 2^32), and how much may be on its way to it. */
    static ByteBuf update(ByteBufAllocator alloc, int version, int id, int consumed, int window) {
        int size = HEADER + UPD_PAYLOAD;
        return write(alloc.buffer(size, size), version, UPD, UPD_PAYLOAD, id)
                .writeIntLE(consumed)
                .writeIntLE(window);
    }

    private static ByteBuf write(ByteBuf out, int version, int command, int length, int id) {
        return out.writeByte(version).writeByte(command).writeShortLE(length).writeIntLE(id);
    }
}
