package io.warren.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.warren.net.ProxyException;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ServerHelloTest {
    /** Of TLS 1.3: the chosen version stands in an extension. */
    private static final String NEW =
            wrapped("0303" + "11".repeat(32) + "00" + "1301" + "00" + "000e" + "002b00020304" + "00330004001d0000");

    private static Optional<ServerHello> peek(String hex) {
        ByteBuf in = Unpooled.wrappedBuffer(ByteBufUtil.decodeHexDump(hex));
        int before = in.readableBytes();
        Optional<ServerHello> hello = ServerHello.peek(in);
        assertThat(in.readableBytes()).isEqualTo(before);
        return hello;
    }

    @Test
    void versionOfTls13IsTheOneOfTheExtension() {
        assertThat(peek(NEW)).contains(new ServerHello(0x0304, 0x1301, 0, ""));
    }

    @Test
    void everyTruncationWaitsForMore() {
        for (int bytes = 0; bytes < NEW.length() / 2; bytes++) {
            assertThat(peek(NEW.substring(0, 2 * bytes))).isEmpty();
        }
    }

    @Test
    void chosenProtocolIsReadWhereItIsInTheClear() {
        String body = "0303" + "22".repeat(32) + "0401020304" + "c02f" + "00" + "0009" + "001000050003026832";
        assertThat(peek(wrapped(body))).contains(new ServerHello(0x0303, 0xc02f, 0, "h2"));
    }

    private static String wrapped(String body) {
        int length = body.length() / 2;
        return "160303%04x02%06x%s".formatted(length + 4, length, body);
    }

    @Test
    void helloWithoutExtensionsIsRead() {
        assertThat(peek(wrapped("0301" + "22".repeat(32) + "00" + "002f" + "00")))
                .contains(new ServerHello(0x0301, 0x2f, 0, ""));
    }

    @Test
    void anAlertIsNone() {
        assertThatThrownBy(() -> peek("15030300020228"))
                .isInstanceOf(ProxyException.class)
                .hasMessageContaining("type 21");
        assertThatThrownBy(() -> peek("1603030004010000000000"))
                .isInstanceOf(ProxyException.class)
                .hasMessageContaining("handshake message 1 (expected: 2)");
    }

    @Test
    void whateverComesItIsRefusedInOrder() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        byte[] good = ByteBufUtil.decodeHexDump(NEW);
        for (int i = 0; i < 20_000; i++) {
            byte[] bytes = good.clone();
            for (int n = random.nextInt(4); n >= 0; n--) {
                bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
            }
            try {
                assertThat(ServerHello.peek(Unpooled.wrappedBuffer(bytes))).isNotNull();
            } catch (ProxyException expected) {
                assertThat(expected.kind()).as("seed " + seed).isEqualTo(ProxyException.Kind.PROTOCOL);
            }
        }
    }
}
