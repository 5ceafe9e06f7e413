package io.warren.policy.resolver;

import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.dns.DefaultDnsRecordDecoder;
import io.warren.net.ProxyException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * What a nameserver said.
 *
 * @param code 0 when the name exists, whether or not it has addresses
 * @param truncated whether there is more than fits a datagram
 * @param ttl the shortest of its records; empty without records
 */
record Answer(int code, boolean truncated, List<InetAddress> addresses, Optional<Duration> ttl) {
    static final int NO_SUCH_NAME = 3;

    private static final int RESPONSE = 0x8000;
    private static final int TRUNCATED = 0x0200;
    private static final int CODE = 0x000f;
    private static final int IN = 1;

    /**
     * @return empty when it answers something else: a late or a forged datagram
     * @throws ProxyException PROTOCOL when it is no DNS message
     */
    static Optional<Answer> decode(ByteBuf in, int id, Question question) {
        try {
            return read(in, id, question);
        } catch (IndexOutOfBoundsException | io.netty.handler.codec.DecoderException e) {
            throw ProxyException.upstream(ProxyException.Kind.PROTOCOL, "malformed dns answer");
        }
    }

    private static Optional<Answer> read(ByteBuf in, int id, Question question) {
        int answered = in.readUnsignedShort();
        int flags = in.readUnsignedShort();
        int questions = in.readUnsignedShort();
        int records = in.readUnsignedShort();
        in.skipBytes(4);
        if (answered != id || (flags & RESPONSE) == 0 || questions != 1) {
            return Optional.empty();
        }
        String name = name(in);
        if (!name.equals(question.name())
                || in.readUnsignedShort() != question.family().type
                || in.readUnsignedShort() != IN) {
            return Optional.empty();
        }
        boolean truncated = (flags & TRUNCATED) != 0;
        List<InetAddress> addresses = new ArrayList<>();
        long ttl = Long.MAX_VALUE;
        // A truncated answer may end within a record.
        for (int i = 0; i < records && !(truncated && !in.isReadable()); i++) {
            ttl = Math.min(ttl, record(in, question.family(), addresses));
        }
        return Optional.of(new Answer(
                flags & CODE,
                truncated,
                List.copyOf(addresses),
                ttl == Long.MAX_VALUE ? Optional.empty() : Optional.of(Duration.ofSeconds(ttl))));
    }

    private static long record(ByteBuf in, Family family, List<InetAddress> addresses) {
        String owner = name(in);
        int type = in.readUnsignedShort();
        int dnsClass = in.readUnsignedShort();
        // RFC 2181 section 8: one with the highest bit set is zero.
        long ttl = Math.max(0, in.readInt());
        ByteBuf data = in.readSlice(in.readUnsignedShort());
        if (type == family.type && dnsClass == IN) {
            if (data.readableBytes() != family.length) {
                throw ProxyException.upstream(
                        ProxyException.Kind.PROTOCOL,
                        "dns record of " + owner + " with " + data.readableBytes() + " bytes (expected: "
                                + family.length + ")");
            }
            byte[] ip = new byte[family.length];
            data.readBytes(ip);
            addresses.add(address(ip));
        }
        return ttl;
    }

    private static InetAddress address(byte[] ip) {
        try {
            return InetAddress.getByAddress(ip);
        } catch (UnknownHostException e) {
            throw new IllegalStateException("an address of " + ip.length + " bytes", e);
        }
    }

    private static String name(ByteBuf in) {
        String name = DefaultDnsRecordDecoder.decodeName(in).toLowerCase(Locale.ROOT);
        return name.endsWith(".") ? name.substring(0, name.length() - 1) : name;
    }
}
