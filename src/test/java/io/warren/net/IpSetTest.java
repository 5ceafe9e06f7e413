package io.warren.net;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import java.net.InetAddress;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class IpSetTest {
    @ParameterizedTest
    @CsvSource({
        "10.0.0.0/8,10.255.0.1,true",
        "10.0.0.0/8,11.0.0.0,false",
        "10.1.2.3/8,10.0.0.1,true",
        "192.168.1.1,192.168.1.1,true",
        "192.168.1.1,192.168.1.2,false",
        "192.168.1.1/32,192.168.1.1,true",
        "192.168.1.1/32,192.168.1.2,false",
        "0.0.0.0/0,255.255.255.255,true",
        "0.0.0.0/0,::1,false",
        "::/0,::1,true",
        "::/0,1.2.3.4,false",
        "2001:db8::/32,2001:db8:ffff::1,true",
        "2001:db8::/32,2001:db9::,false",
        "2001:db8::/64,2001:db8::ffff:ffff:ffff:ffff,true",
        "2001:db8::/64,2001:db8:0:1::,false",
        "2001:db8::/65,2001:db8::8000:0:0:0,false",
        "2001:db8::1/128,2001:db8::1,true",
        "2001:db8::1/128,2001:db8::2,false",
        "::ffff:10.0.0.0/104,10.9.8.7,true",
        "::ffff:1.2.3.4,1.2.3.4,true",
        "1.2.3.4,::ffff:1.2.3.4,true",
        "192.168.1.1-192.168.1.20,192.168.1.20,true",
        "192.168.1.1-192.168.1.20,192.168.1.21,false",
        "192.168.1.1 - 192.168.1.20,192.168.1.5,true",
        "2001:db8::1-2001:db8::f,2001:db8::a,true",
        "2001:db8::1-2001:db8::f,2001:db8::10,false",
        "255.255.255.0/24,255.255.255.255,true",
        "ffff:ffff:ffff:ffff:ffff:ffff:ffff:0/112,ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff,true",
    })
    void holdsWhatItsTextSays(String text, String ip, boolean expected) {
        IpSet.Builder builder = IpSet.builder();
        assertThat(builder.add(text)).isTrue();

        assertThat(builder.build().contains(Address.of(ip, 80))).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource({
        "example.com",
        "10.0.0.0/33",
        "10.0.0.0/-1",
        "10.0.0.0/x",
        "10.0.0.0/",
        "::/129",
        "1.2.3.4-::1",
        "2.0.0.0-1.0.0.0",
        "1.2.3.4:80",
        "[::1]",
        "a-b",
        "*",
        "300.1.1.1",
        "1.2.3.4-",
        "fe80::1%eth0"
    })
    void refusesWhatIsNoAddress(String text) {
        IpSet.Builder builder = IpSet.builder();

        assertThat(builder.add(text)).isFalse();
        assertThat(builder.build().isEmpty()).isTrue();
    }

    @Test
    void holdsNoName() {
        IpSet.Builder builder = IpSet.builder();
        builder.add("0.0.0.0/0");

        assertThat(builder.build().contains(Address.of("example.com", 80))).isFalse();
        assertThat(IpSet.EMPTY.contains(Address.of("1.2.3.4", 80))).isFalse();
    }

    @Test
    void agreesWithArithmeticOnManyOverlappingBlocks() throws Exception {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        for (int length : new int[] {4, 16}) {
            IpSet.Builder builder = IpSet.builder();
            BigInteger[][] blocks = new BigInteger[200][2];
            for (int i = 0; i < blocks.length; i++) {
                byte[] ip = ip(random, length);
                int bits = random.nextInt(length * 8 - 8, length * 8 + 1);
                BigInteger size = BigInteger.ONE.shiftLeft(length * 8 - bits);
                BigInteger first = new BigInteger(1, ip).divide(size).multiply(size);
                blocks[i] = new BigInteger[] {first, first.add(size).subtract(BigInteger.ONE)};
                builder.add(InetAddress.getByAddress(ip).getHostAddress() + "/" + bits);
            }
            IpSet set = builder.build();
            for (int i = 0; i < 5000; i++) {
                byte[] ip = ip(random, length);
                BigInteger number = new BigInteger(1, ip);
                boolean expected = java.util.Arrays.stream(blocks)
                        .anyMatch(b -> b[0].compareTo(number) <= 0 && number.compareTo(b[1]) <= 0);
                assertThat(set.contains(InetAddress.getByAddress(ip)))
                        .as("seed %d", seed)
                        .isEqualTo(expected);
            }
        }
    }

    /** In a space of 4096 addresses, so that blocks meet. */
    private static byte[] ip(Random random, int length) {
        byte[] ip = new byte[length];
        ip[0] = length == 4 ? 10 : (byte) 0xfd;
        ip[length - 1] = (byte) random.nextInt();
        ip[length - 2] = (byte) random.nextInt(16);
        return ip;
    }
}
