package io.warren.protocol.socks;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.warren.net.Address;
import io.warren.net.ProxyException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * A SOCKS4 or SOCKS4A request.
 *
 * @param user the user id; empty when there is none
 */
record Socks4Request(int command, Address target, String user) {
    static final int CONNECT = 1;
    static final int BIND = 2;

    private static final int VERSION = 4;
    private static final int MAX_TEXT = 255;

    /** 0.0.0.1, an address that says "the name follows". */
    private static final int NAME_FOLLOWS = 1;

    static Optional<Socks4Request> decode(ByteBuf in) {
        if (in.isReadable() && in.getByte(in.readerIndex()) != VERSION) {
            throw ProxyException.protocol(
                    "request version " + in.getUnsignedByte(in.readerIndex()) + " (expected: " + VERSION + ")");
        }
        if (in.readableBytes() < 8) {
            return Optional.empty();
        }
        int command = in.skipBytes(1).readUnsignedByte();
        int port = in.readUnsignedShort();
        long ip = in.readUnsignedInt();
        if (command != CONNECT && command != BIND) {
            throw ProxyException.protocol("command " + command + " (expected: 1 or 2)");
        }
        Optional<String> user = text(in, "user id");
        boolean named = ip > 0 && ip < 256;
        return user.flatMap(id -> (named ? text(in, "host name") : Optional.of(literal(ip)))
                .map(host -> new Socks4Request(command, Address.of(host, port), id)));
    }

    private static Optional<String> text(ByteBuf in, String what) {
        int length = in.bytesBefore((byte) 0);
        if (length > MAX_TEXT || (length < 0 && in.readableBytes() > MAX_TEXT)) {
            throw ProxyException.protocol(what + " of more than " + MAX_TEXT + " bytes");
        }
        if (length < 0) {
            return Optional.empty();
        }
        String text = in.readCharSequence(length, StandardCharsets.UTF_8).toString();
        in.skipBytes(1);
        if (text.chars().anyMatch(c -> c < ' ' || c == 0x7f)) {
            throw ProxyException.protocol(what + " with control characters");
        }
        return Optional.of(text);
    }

    private static String literal(long ip) {
        return ip == 0 ? "" : (ip >> 24) + "." + (ip >> 16 & 255) + "." + (ip >> 8 & 255) + "." + (ip & 255);
    }

    /**
     * @param as4a whether the host is sent as a text, IP or not; else the target has to be an IPv4 address
     */
    ByteBuf encode(boolean as4a) {
        ByteBuf out = Unpooled.buffer(32).writeByte(VERSION).writeByte(command).writeShort(target.port());
        if (as4a) {
            out.writeInt(NAME_FOLLOWS);
        } else {
            out.writeBytes(target.ip().getAddress());
        }
        writeText(out, user, "user id");
        if (as4a) {
            writeText(out, target.host(), "host name");
        }
        return out;
    }

    private static void writeText(ByteBuf out, String text, String what) {
        int length = ByteBufUtil.utf8Bytes(text);
        if (length > MAX_TEXT || text.indexOf(0) >= 0) {
            throw ProxyException.unsupported(
                    what + " of " + length + " bytes (expected: at most " + MAX_TEXT + ", none of them zero)");
        }
        out.writeCharSequence(text, StandardCharsets.UTF_8);
        out.writeByte(0);
    }
}
