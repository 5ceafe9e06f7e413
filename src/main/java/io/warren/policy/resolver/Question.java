package io.warren.policy.resolver;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.warren.net.ProxyException;
import java.net.IDN;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/**
 * A question for the addresses of a name (RFC 1035 section 4).
 *
 * @param name in lower case and ASCII, without a final dot
 */
record Question(String name, Family family) {
    private static final int LONGEST_NAME = 253;
    private static final int LONGEST_LABEL = 63;
    private static final int RECURSION_DESIRED = 0x0100;
    private static final int OPT = 41;
    private static final int CLIENT_SUBNET = 8;
    private static final int UDP_PAYLOAD = 1232;

    /** @throws ProxyException RESOLVE when it cannot be the name of a host */
    static String name(String host) {
        try {
            String ascii = IDN.toASCII(host).toLowerCase(Locale.ROOT);
            String name = ascii.endsWith(".") ? ascii.substring(0, ascii.length() - 1) : ascii;
            boolean fits = !name.isEmpty()
                    && name.length() <= LONGEST_NAME
                    && Arrays.stream(name.split("\\.", -1)).allMatch(l -> !l.isEmpty() && l.length() <= LONGEST_LABEL);
            if (fits) {
                return name;
            }
        } catch (IllegalArgumentException e) {
            // Reported below together with the other forms of no name.
        }
        throw ProxyException.of(
                ProxyException.Kind.RESOLVE, ProxyException.Side.CLIENT, "\"" + host + "\" is no name of a host");
    }

    /** @param subnet the client whose network the server is told (RFC 7871): 24 bits of an IPv4 address, all of an IPv6 one */
    ByteBuf encode(int id, Optional<InetAddress> subnet) {
        ByteBuf out = Unpooled.buffer(64);
        out.writeShort(id)
                .writeShort(RECURSION_DESIRED)
                .writeShort(1)
                .writeInt(0)
                .writeShort(subnet.isPresent() ? 1 : 0);
        for (String label : name.split("\\.", -1)) {
            out.writeByte(label.length());
            out.writeCharSequence(label, StandardCharsets.US_ASCII);
        }
        out.writeByte(0).writeShort(family.type).writeShort(1);
        subnet.ifPresent(client -> {
            byte[] ip = client.getAddress();
            byte[] prefix = Arrays.copyOf(ip, ip.length == 4 ? 3 : 16);
            out.writeByte(0).writeShort(OPT).writeShort(UDP_PAYLOAD).writeInt(0).writeShort(8 + prefix.length);
            out.writeShort(CLIENT_SUBNET).writeShort(4 + prefix.length);
            out.writeShort(ip.length == 4 ? 1 : 2)
                    .writeByte(prefix.length * 8)
                    .writeByte(0)
                    .writeBytes(prefix);
        });
        return out;
    }
}
