package io.warren.codec;

import io.netty.buffer.ByteBuf;
import io.warren.net.Address;
import io.warren.net.ProxyException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** An address as SOCKS5 writes it: type, host, port (RFC 1928 section 5). No address at all is {@code 0.0.0.0:0}. */
public final class SocksAddress {
    /** The longest: a name of 255 bytes. */
    public static final int MAX_LENGTH = 1 + 1 + 255 + 2;

    private static final int IPV4 = 1;
    private static final int NAME = 3;
    private static final int IPV6 = 4;
    private static final byte[] ANY = new byte[4];

    private SocksAddress() {}

    /** How many bytes {@link #encode} writes. */
    public static int length(Address address) {
        if (address.isIp()) {
            return 1 + address.ip().getAddress().length + 2;
        }
        return address.host().isEmpty() ? 1 + 4 + 2 : 1 + 1 + name(address).length + 2;
    }

    /**
     * Appends an address; an empty host as {@code 0.0.0.0}.
     *
     * @throws ProxyException UNSUPPORTED for a unix socket and for a name of more than 255 bytes; nothing is written then
     */
    public static void encode(Address address, ByteBuf out) {
        if (address.isIp()) {
            byte[] ip = address.ip().getAddress();
            out.writeByte(ip.length == 4 ? IPV4 : IPV6).writeBytes(ip);
        } else if (address.host().isEmpty()) {
            out.writeByte(IPV4).writeBytes(ANY);
        } else {
            byte[] name = name(address);
            out.writeByte(NAME).writeByte(name.length).writeBytes(name);
        }
        out.writeShort(address.port());
    }

    private static byte[] name(Address address) {
        byte[] name = address.host().getBytes(StandardCharsets.UTF_8);
        if (address.isUnix() || name.length > 255) {
            throw ProxyException.unsupported(
                    "address \"" + address + "\" (expected: an IP, or a name of at most 255 bytes)");
        }
        return name;
    }

    /**
     * Reads an address; {@code 0.0.0.0:0} is {@link Address#NONE}.
     *
     * @return empty when more bytes are needed
     * @throws ProxyException PROTOCOL for an unknown type, and for a name with blanks or control characters
     */
    public static Optional<Address> decode(ByteBuf in) {
        if (!in.isReadable()) {
            return Optional.empty();
        }
        int type = in.getUnsignedByte(in.readerIndex());
        int size = switch (type) {
            case IPV4 -> 4;
            case IPV6 -> 16;
            case NAME -> in.readableBytes() < 2 ? 1 : 1 + in.getUnsignedByte(in.readerIndex() + 1);
            default -> throw ProxyException.protocol("address type " + type + " (expected: 1, 3 or 4)");
        };
        if (in.readableBytes() < 1 + size + 2) {
            return Optional.empty();
        }
        in.skipBytes(1);
        return Optional.of(type == NAME ? readName(in) : readIp(in, size));
    }

    private static Address readName(ByteBuf in) {
        String name = in.readCharSequence(in.readUnsignedByte(), StandardCharsets.UTF_8)
                .toString();
        if (name.chars().anyMatch(c -> c <= ' ' || c == 0x7f)) {
            throw ProxyException.protocol("host name with blanks or control characters");
        }
        return Address.of(name, in.readUnsignedShort());
    }

    private static Address readIp(ByteBuf in, int size) {
        byte[] bytes = new byte[size];
        in.readBytes(bytes);
        int port = in.readUnsignedShort();
        try {
            InetAddress ip = InetAddress.getByAddress(bytes);
            boolean none = size == 4 && port == 0 && ip.isAnyLocalAddress();
            return none ? Address.NONE : Address.of(new InetSocketAddress(ip, port));
        } catch (UnknownHostException e) {
            throw new IllegalStateException("an address of " + size + " bytes", e);
        }
    }
}
