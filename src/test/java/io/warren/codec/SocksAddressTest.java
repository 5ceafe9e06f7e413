package io.warren.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.warren.net.Address;
import io.warren.net.ProxyException;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

class SocksAddressTest {
    private static final Map<String, Address> VECTORS = Map.of(
            "01 c0 00 02 0a 1f 90", Address.of("192.0.2.10", 8080),
            "03 10 65 78 61 6d 70 6c 65 2e 69 6e 74 65 72 6e 61 6c 1f 90", Address.of("example.internal", 8080),
            "04 20 01 0d b8 00 00 00 00 00 00 00 00 00 00 00 10 1f 90", Address.of("2001:db8::10", 8080),
            "01 00 00 00 00 00 00", Address.NONE,
            "01 00 00 00 00 1f 40", Address.of("0.0.0.0", 8000));

    @Test
    void vectorsAreReadAndWritten() {
        VECTORS.forEach((hex, address) -> {
            ByteBuf in = Unpooled.wrappedBuffer(Vectors.bytes(hex + "77"));
            assertThat(SocksAddress.decode(in)).contains(address);
            assertThat(in.readableBytes()).isEqualTo(1);
            assertThat(encoded(address)).isEqualTo(Vectors.bytes(hex));
            assertThat(SocksAddress.length(address)).isEqualTo(Vectors.bytes(hex).length);
        });
    }

    @Test
    void everyTruncationAsksForMore() {
        VECTORS.forEach((hex, address) -> {
            byte[] bytes = Vectors.bytes(hex);
            for (int n = 0; n < bytes.length; n++) {
                assertThat(SocksAddress.decode(Unpooled.wrappedBuffer(bytes, 0, n)))
                        .as("%d bytes of %s", n, hex)
                        .isEmpty();
            }
        });
    }

    @Test
    void emptyHostIsWrittenAsAnyIpv4() {
        assertThat(encoded(Address.of("", 53))).isEqualTo(Vectors.bytes("01 00 00 00 00 00 35"));
    }

    @Test
    void emptyNameIsAnEmptyHost() {
        assertThat(SocksAddress.decode(Unpooled.wrappedBuffer(Vectors.bytes("03 00 00 50"))))
                .contains(Address.of("", 80));
    }

    @Test
    void unknownTypeIsRefusedAtItsFirstByte() {
        assertThatThrownBy(() -> SocksAddress.decode(Unpooled.wrappedBuffer(new byte[] {2})))
                .isInstanceOf(ProxyException.class)
                .hasMessage("address type 2 (expected: 1, 3 or 4)");
    }

    @Test
    void nameWithALineBreakIsRefused() {
        assertThatThrownBy(() -> SocksAddress.decode(Unpooled.wrappedBuffer(Vectors.bytes("03 03 61 0a 62 00 50"))))
                .isInstanceOf(ProxyException.class)
                .hasMessageContaining("control characters");
    }

    @Test
    void nameOf255BytesFitsAndOneMoreDoesNot() {
        assertThat(encoded(Address.of("a".repeat(255), 1))).hasSize(SocksAddress.MAX_LENGTH);
        ByteBuf out = Unpooled.buffer();
        assertThatThrownBy(() -> SocksAddress.encode(Address.of("a".repeat(256), 1), out))
                .isInstanceOfSatisfying(
                        ProxyException.class, e -> assertThat(e.kind()).isEqualTo(ProxyException.Kind.UNSUPPORTED));
        assertThat(out.readableBytes()).isZero();
    }

    @Test
    void unixSocketHasNoSocksForm() {
        assertThatThrownBy(() -> encoded(Address.unix("/run/x.sock"))).isInstanceOf(ProxyException.class);
    }

    @Test
    void randomBytesAreAnAddressOrRefusedOrNotEnough() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        for (int i = 0; i < 20_000; i++) {
            byte[] bytes = new byte[random.nextInt(40)];
            random.nextBytes(bytes);
            if (bytes.length > 0) {
                bytes[0] = (byte) random.nextInt(6);
            }
            try {
                Optional<Address> address = SocksAddress.decode(Unpooled.wrappedBuffer(bytes));
                address.ifPresent(a -> assertThat(SocksAddress.decode(Unpooled.wrappedBuffer(encoded(a))))
                        .as("seed %d, round %d: %s", seed, random.hashCode(), a)
                        .contains(a.host().isEmpty() && a.port() != 0 ? Address.of("0.0.0.0", a.port()) : a));
            } catch (ProxyException e) {
                assertThat(e.kind()).as("seed %d", seed).isEqualTo(ProxyException.Kind.PROTOCOL);
            }
        }
    }

    private static byte[] encoded(Address address) {
        ByteBuf out = Unpooled.buffer();
        SocksAddress.encode(address, out);
        return ByteBufUtil.getBytes(out);
    }
}
