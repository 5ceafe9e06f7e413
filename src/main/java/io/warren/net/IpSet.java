package io.warren.net;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import io.netty.util.NetUtil;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/**
 * A set of IP addresses, written as single ones, CIDR blocks and ranges {@code a-b}. An IPv4-mapped IPv6 address is the IPv4 address; other than that the
 * families do not meet: {@code ::/0} holds no IPv4 address. Lookup takes the logarithm of the number of blocks. Immutable.
 */
public final class IpSet {
    public static final IpSet EMPTY = builder().build();

    private static final int MAPPED_BITS = 96;

    private final Block[] v4;
    private final Block[] v6;

    private IpSet(List<Block> v4, List<Block> v6) {
        this.v4 = merge(v4);
        this.v6 = merge(v6);
    }

    /** An address of either family as a number; IPv4 in the lower half. */
    private record Ip(long high, long low) implements Comparable<Ip> {
        static Ip of(byte[] bytes) {
            if (bytes.length == 4) {
                return new Ip(0, number(bytes, 0, 4));
            }
            return new Ip(number(bytes, 0, 8), number(bytes, 8, 16));
        }

        private static long number(byte[] bytes, int from, int to) {
            long value = 0;
            for (int i = from; i < to; i++) {
                value = (value << 8) | (bytes[i] & 0xff);
            }
            return value;
        }

        @Override
        public int compareTo(Ip other) {
            int byHigh = Long.compareUnsigned(high, other.high);
            return byHigh != 0 ? byHigh : Long.compareUnsigned(low, other.low);
        }

        /** The first or last address of the block with {@code free} bits behind its prefix. */
        Ip fill(int free, boolean ones) {
            long lowMask = free >= 64 ? -1L : (1L << free) - 1;
            long highMask = free >= 128 ? -1L : free > 64 ? (1L << (free - 64)) - 1 : 0;
            return ones ? new Ip(high | highMask, low | lowMask) : new Ip(high & ~highMask, low & ~lowMask);
        }
    }

    private record Block(Ip first, Ip last) {}

    private static Block[] merge(List<Block> blocks) {
        blocks.sort(Comparator.comparing(Block::first));
        List<Block> merged = new ArrayList<>();
        for (Block block : blocks) {
            Block before = merged.isEmpty() ? null : merged.get(merged.size() - 1);
            if (before == null || before.last().compareTo(block.first()) < 0) {
                merged.add(block);
            } else if (before.last().compareTo(block.last()) < 0) {
                merged.set(merged.size() - 1, new Block(before.first(), block.last()));
            }
        }
        return merged.toArray(Block[]::new);
    }

    public static Builder builder() {
        return new Builder();
    }

    public boolean isEmpty() {
        return v4.length == 0 && v6.length == 0;
    }

    /** Whether the host is an IP literal in this set; a name never is. */
    public boolean contains(Address address) {
        return address.isIp() && contains(address.ip());
    }

    public boolean contains(InetAddress address) {
        byte[] bytes = unmap(address.getAddress());
        Block[] blocks = bytes.length == 4 ? v4 : v6;
        if (blocks.length == 0) {
            return false;
        }
        Ip ip = Ip.of(bytes);
        int at = Arrays.binarySearch(blocks, new Block(ip, ip), Comparator.comparing(Block::first));
        if (at >= 0) {
            return true;
        }
        int before = -at - 2;
        return before >= 0 && blocks[before].last().compareTo(ip) >= 0;
    }

    private static byte[] unmap(byte[] ip) {
        return mapped(ip) ? Arrays.copyOfRange(ip, 12, 16) : ip;
    }

    private static boolean mapped(byte[] ip) {
        if (ip.length != 16 || ip[10] != (byte) 0xff || ip[11] != (byte) 0xff) {
            return false;
        }
        for (int i = 0; i < 10; i++) {
            if (ip[i] != 0) {
                return false;
            }
        }
        return true;
    }

    /** Collects blocks. */
    public static final class Builder {
        private final List<Block> v4 = new ArrayList<>();
        private final List<Block> v6 = new ArrayList<>();

        private Builder() {}

        /** @return false when the text is no IP, CIDR block or range; then nothing was added */
        @CanIgnoreReturnValue
        public boolean add(String text) {
            int slash = text.indexOf('/');
            int dash = text.indexOf('-');
            if (slash >= 0) {
                return addBlock(text.substring(0, slash), text.substring(slash + 1));
            }
            return dash >= 0 ? addRange(text.substring(0, dash), text.substring(dash + 1)) : addRange(text, text);
        }

        @CanIgnoreReturnValue
        public Builder add(InetAddress address) {
            byte[] bytes = unmap(address.getAddress());
            put(bytes.length, Ip.of(bytes), Ip.of(bytes));
            return this;
        }

        private boolean addBlock(String address, String prefix) {
            byte[] bytes = parse(address);
            if (bytes == null
                    || prefix.isEmpty()
                    || prefix.length() > 3
                    || !prefix.chars().allMatch(c -> c >= '0' && c <= '9')) {
                return false;
            }
            int bits = Integer.parseInt(prefix);
            if (bits > bytes.length * 8) {
                return false;
            }
            if (mapped(bytes) && bits >= MAPPED_BITS) {
                bytes = unmap(bytes);
                bits -= MAPPED_BITS;
            }
            Ip ip = Ip.of(bytes);
            int free = bytes.length * 8 - bits;
            put(bytes.length, ip.fill(free, false), ip.fill(free, true));
            return true;
        }

        private boolean addRange(String from, String to) {
            byte[] first = parse(from.trim());
            byte[] last = parse(to.trim());
            if (first == null || last == null) {
                return false;
            }
            first = unmap(first);
            last = unmap(last);
            if (first.length != last.length || Ip.of(first).compareTo(Ip.of(last)) > 0) {
                return false;
            }
            put(first.length, Ip.of(first), Ip.of(last));
            return true;
        }

        private static byte[] parse(String text) {
            return text.indexOf('%') >= 0 || text.startsWith("[")
                    ? null
                    : NetUtil.createByteArrayFromIpAddressString(text);
        }

        private void put(int length, Ip first, Ip last) {
            (length == 4 ? v4 : v6).add(new Block(first, last));
        }

        public IpSet build() {
            return new IpSet(new ArrayList<>(v4), new ArrayList<>(v6));
        }
    }
}
