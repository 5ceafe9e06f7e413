package io.warren.codec;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.vertx.core.buffer.Buffer;
import io.warren.net.Address;
import io.warren.net.ProxyException;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;

/**
 * The PROXY protocol's header, versions 1 and 2 (proxy-protocol.txt of HAProxy, sections 2.1 and 2.2).
 *
 * @param client the real client; empty for LOCAL and UNKNOWN, where the carrier's own address counts
 * @param reached where the client connected to
 */
public record ProxyHeader(Optional<Address> client, Optional<Address> reached) {
    private static final byte[] V2 = {0x0d, 0x0a, 0x0d, 0x0a, 0x00, 0x0d, 0x0a, 0x51, 0x55, 0x49, 0x54, 0x0a};
    private static final byte[] V1 = "PROXY ".getBytes(StandardCharsets.US_ASCII);
    private static final int V1_LIMIT = 107;
    /** More than any sender's type-length-values; the format itself would allow 64 KiB. */
    private static final int V2_LIMIT = 4096;

    private static final ProxyHeader NONE = new ProxyHeader(Optional.empty(), Optional.empty());

    /**
     * Reads a header, or finds that there is none.
     *
     * @return empty while it is undecided; a header without addresses, and nothing consumed, when the stream begins with something else
     */
    public static Optional<ProxyHeader> decode(ByteBuf in) {
        if (!in.isReadable()) {
            return Optional.empty();
        }
        if (!startsLike(in, V2) && !startsLike(in, V1)) {
            return Optional.of(NONE);
        }
        if (in.getByte(in.readerIndex()) == V2[0]) {
            return in.readableBytes() < 16 ? Optional.empty() : decodeV2(in);
        }
        return in.readableBytes() < V1.length ? Optional.empty() : decodeV1(in);
    }

    private static boolean startsLike(ByteBuf in, byte[] signature) {
        int n = Math.min(in.readableBytes(), signature.length);
        for (int i = 0; i < n; i++) {
            if (in.getByte(in.readerIndex() + i) != signature[i]) {
                return false;
            }
        }
        return true;
    }

    private static Optional<ProxyHeader> decodeV1(ByteBuf in) {
        int end = ByteBufUtil.indexOf(
                in, in.readerIndex(), in.readerIndex() + Math.min(in.readableBytes(), V1_LIMIT), (byte) '\n');
        if (end < 0) {
            if (in.readableBytes() >= V1_LIMIT) {
                throw ProxyException.protocol("PROXY header longer than " + V1_LIMIT + " bytes");
            }
            return Optional.empty();
        }
        String line = in.readCharSequence(end - in.readerIndex() + 1, StandardCharsets.US_ASCII)
                .toString()
                .strip();
        String[] words = line.split(" ", -1);
        if (words.length >= 2 && words[1].equals("UNKNOWN")) {
            return Optional.of(NONE);
        }
        if (words.length != 6 || !(words[1].equals("TCP4") || words[1].equals("TCP6"))) {
            throw ProxyException.protocol(
                    "PROXY header \"" + line + "\" (expected: PROXY TCP4|TCP6 source destination port port)");
        }
        return Optional.of(new ProxyHeader(
                Optional.of(address(line, words[2], words[4])), Optional.of(address(line, words[3], words[5]))));
    }

    private static Address address(String line, String ip, String port) {
        Address address = Address.parse((ip.indexOf(':') >= 0 ? "[" + ip + "]" : ip) + ":" + port);
        if (!address.isIp()) {
            throw ProxyException.protocol(
                    "PROXY header \"" + line + "\" with address \"" + ip + "\" (expected: an IP)");
        }
        return address;
    }

    private static Optional<ProxyHeader> decodeV2(ByteBuf in) {
        int start = in.readerIndex();
        int version = in.getUnsignedByte(start + 12);
        int family = in.getUnsignedByte(start + 13) >> 4;
        int length = in.getUnsignedShort(start + 14);
        if (version >> 4 != 2 || (version & 15) > 1) {
            throw ProxyException.protocol(
                    "PROXY header version and command 0x" + Integer.toHexString(version) + " (expected: 0x20 or 0x21)");
        }
        if (length > V2_LIMIT) {
            throw ProxyException.protocol("PROXY header of " + length + " bytes (expected: at most " + V2_LIMIT + ")");
        }
        if (in.readableBytes() < 16 + length) {
            return Optional.empty();
        }
        in.skipBytes(16);
        ByteBuf body = in.readSlice(length);
        int size = family == 1 ? 4 : family == 2 ? 16 : 0;
        if ((version & 15) == 0 || size == 0) {
            return Optional.of(NONE);
        }
        if (length < 2 * size + 4) {
            throw ProxyException.protocol(
                    "PROXY header with " + length + " bytes of addresses (expected: " + (2 * size + 4) + ")");
        }
        InetAddress source = ip(body, size);
        InetAddress destination = ip(body, size);
        return Optional.of(new ProxyHeader(
                Optional.of(Address.of(new InetSocketAddress(source, body.readUnsignedShort()))),
                Optional.of(Address.of(new InetSocketAddress(destination, body.readUnsignedShort())))));
    }

    private static InetAddress ip(ByteBuf in, int size) {
        byte[] bytes = new byte[size];
        in.readBytes(bytes);
        try {
            return InetAddress.getByAddress(bytes);
        } catch (UnknownHostException e) {
            throw new IllegalStateException("an address of " + size + " bytes", e);
        }
    }

    /** The header that says {@code client} connected to {@code reached}; UNKNOWN or LOCAL when they are not two IPs of one family. */
    public static Buffer of(Address client, Address reached, int version) {
        boolean known = client.isIp()
                && reached.isIp()
                && client.ip().getClass() == reached.ip().getClass();
        return version == 1 ? encodeV1(client, reached, known) : encodeV2(client, reached, known);
    }

    private static Buffer encodeV1(Address client, Address reached, boolean known) {
        if (!known) {
            return Buffer.buffer("PROXY UNKNOWN\r\n");
        }
        String family = client.ip() instanceof Inet6Address ? "TCP6" : "TCP4";
        return Buffer.buffer("PROXY " + family + " " + client.host() + " " + reached.host() + " " + client.port() + " "
                + reached.port() + "\r\n");
    }

    private static Buffer encodeV2(Address client, Address reached, boolean known) {
        Buffer header = Buffer.buffer(Arrays.copyOf(V2, V2.length));
        if (!known) {
            return header.appendByte((byte) 0x20).appendByte((byte) 0).appendUnsignedShort(0);
        }
        boolean six = client.ip() instanceof Inet6Address;
        return header.appendByte((byte) 0x21)
                .appendByte((byte) (six ? 0x21 : 0x11))
                .appendUnsignedShort(six ? 36 : 12)
                .appendBytes(client.ip().getAddress())
                .appendBytes(reached.ip().getAddress())
                .appendUnsignedShort(client.port())
                .appendUnsignedShort(reached.port());
    }
}
