package io.warren.policy.limit;

import io.netty.util.NetUtil;
import io.warren.net.Address;
import java.math.BigInteger;
import java.util.Arrays;
import java.util.Optional;

/**
 * Whom a limit is about: all, each, or the clients of a block of addresses, of which a single IP is the smallest.
 *
 * @param bits how many of an address of that family count; -1: not a block
 * @param length of an address in bytes
 * @param prefix those bits
 */
record Key(String text, int bits, int length, BigInteger prefix) {
    static final Key ALL = new Key(Line.ALL, -1, 0, BigInteger.ZERO);
    static final Key EACH = new Key(Line.EACH, -1, 0, BigInteger.ZERO);

    private static final int MAPPED_BITS = 96;

    /** What is expected, for messages. */
    static final String EXPECTED = "$, $$, an IP or a CIDR block";

    /** @return empty for what is none */
    static Optional<Key> parse(String text) {
        if (text.equals(Line.ALL) || text.equals(Line.EACH)) {
            return Optional.of(text.equals(Line.ALL) ? ALL : EACH);
        }
        int slash = text.indexOf('/');
        byte[] ip = ip(slash < 0 ? text : text.substring(0, slash));
        if (ip == null) {
            return Optional.empty();
        }
        int bits = slash < 0 ? ip.length * 8 : number(text.substring(slash + 1), ip.length * 8);
        if (bits >= MAPPED_BITS && isMapped(ip)) {
            ip = Arrays.copyOfRange(ip, 12, 16);
            bits -= MAPPED_BITS;
        }
        return bits < 0 ? Optional.empty() : Optional.of(block(text, ip, bits));
    }

    /** The block of so many bits that the client is in. */
    static Key of(Address client, int bits) {
        return block("", client.ip().getAddress(), bits);
    }

    private static Key block(String text, byte[] ip, int bits) {
        BigInteger prefix = new BigInteger(1, ip).shiftRight(ip.length * 8 - bits);
        return new Key(text, bits, ip.length, prefix);
    }

    private static byte[] ip(String text) {
        return text.indexOf('%') >= 0 || text.startsWith("[") ? null : NetUtil.createByteArrayFromIpAddressString(text);
    }

    private static boolean isMapped(byte[] ip) {
        byte[] prefix = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, (byte) 0xff, (byte) 0xff};
        return ip.length == 16 && Arrays.equals(prefix, 0, 12, ip, 0, 12);
    }

    private static int number(String text, int most) {
        boolean digits = !text.isEmpty() && text.length() <= 3 && text.chars().allMatch(c -> c >= '0' && c <= '9');
        int number = digits ? Integer.parseInt(text) : -1;
        return number <= most ? number : -1;
    }

    boolean isBlock() {
        return bits >= 0;
    }

    /** Whether it is about one address. */
    boolean isSingle() {
        return bits == length * 8;
    }

    // How it is written says nothing about whom it is about.

    @Override
    public boolean equals(Object other) {
        return other instanceof Key k
                && k.bits == bits
                && k.length == length
                && k.prefix.equals(prefix)
                && (isBlock() || k.text.equals(text));
    }

    @Override
    public int hashCode() {
        return 31 * (31 * bits + length) + prefix.hashCode() + (isBlock() ? 0 : text.hashCode());
    }

    @Override
    public String toString() {
        return text;
    }
}
