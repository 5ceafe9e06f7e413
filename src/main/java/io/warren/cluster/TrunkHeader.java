package io.warren.cluster;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.warren.net.Address;
import io.warren.net.ProxyException;
import java.util.Optional;
import java.util.UUID;

/**
 * The first bytes of a stream on the trunk: who wants to reach which registration. 16 bits of length, then version, kind, hops, the fields; what a later
 * version adds follows them and is skipped.
 *
 * @param datagrams whether the stream carries frames of datagrams
 * @param hops how many members it passes; one, since a registration is named that its owner itself holds
 * @param owner the member's incarnation
 * @param registration its id there
 * @param sid the session that the visitor's member logs
 * @param client the visitor
 * @param visited where the visitor came to, or wants to go
 */
record TrunkHeader(
        boolean datagrams, int hops, UUID owner, long registration, String sid, Address client, Address visited) {
    private static final int VERSION = 1;
    private static final int STREAM = 1;
    private static final int DATAGRAMS = 2;
    private static final int MAX = 4096;

    ByteBuf encode() {
        ByteBuf out = Unpooled.buffer(128);
        out.writeShort(0)
                .writeByte(VERSION)
                .writeByte(datagrams ? DATAGRAMS : STREAM)
                .writeByte(hops);
        Wire.write(out, owner).writeLong(registration);
        Wire.text(out, sid);
        address(out, client);
        address(out, visited);
        return out.setShort(0, out.writerIndex() - 2);
    }

    /** Reads one; PROTOCOL when it is none. */
    static Optional<TrunkHeader> decode(ByteBuf in) {
        if (in.readableBytes() < 2) {
            return Optional.empty();
        }
        int length = in.readUnsignedShort();
        if (length > MAX) {
            throw ProxyException.protocol("trunk header of " + length + " bytes (expected: at most " + MAX + ")");
        }
        if (in.readableBytes() < length) {
            return Optional.empty();
        }
        try {
            return Optional.of(fields(in.readSlice(length)));
        } catch (IndexOutOfBoundsException e) {
            throw ProxyException.protocol("trunk header of " + length + " bytes is cut short");
        }
    }

    private static TrunkHeader fields(ByteBuf in) {
        int version = in.readUnsignedByte();
        if (version == 0) {
            throw ProxyException.protocol("trunk header of version 0 (expected: 1 and up)");
        }
        int kind = in.readUnsignedByte();
        if (kind != STREAM && kind != DATAGRAMS) {
            throw ProxyException.unsupported("trunk stream of kind " + kind + " (expected: 1 or 2)");
        }
        int hops = in.readUnsignedByte();
        if (hops != 1) {
            throw ProxyException.protocol("trunk stream over " + hops + " members (expected: 1)");
        }
        UUID owner = Wire.uuid(in);
        long registration = in.readLong();
        String sid = Wire.text(in);
        return new TrunkHeader(kind == DATAGRAMS, hops, owner, registration, sid, address(in), address(in));
    }

    private static void address(ByteBuf out, Address address) {
        Wire.text(out, address.isUnix() ? "" : address.host());
        out.writeShort(Math.max(0, address.port()));
    }

    private static Address address(ByteBuf in) {
        String host = Wire.text(in);
        return Address.of(host, in.readUnsignedShort());
    }
}
