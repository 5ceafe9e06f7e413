package io.warren.protocol.socks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.warren.codec.Hello;
import io.warren.net.ProxyException;
import io.warren.spi.Agent;
import io.warren.spi.Login;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class IntroductionTest {
    private static final Map<String, Hello> GOLDEN = golden();

    private static Map<String, Hello> golden() {
        Map<String, Hello> all = new LinkedHashMap<>();
        all.put("0000", Introduction.NOBODY);
        all.put("0004" + "030001" + "62", Hello.of("b"));
        all.put(
                "0010" + "01000a" + "686f6d652f782f314037" + "050000",
                Hello.of(new Login(new Agent("home/x", 1, 7), Set.of(), "")).signalling(true));
        all.put("0009" + "030001" + "62" + "040002" + "6e6f", Hello.of("b").because("no"));
        return all;
    }

    private static ByteBuf bytes(String hex) {
        return Unpooled.wrappedBuffer(ByteBufUtil.decodeHexDump(hex));
    }

    @Test
    void goldenBytesAreWrittenAndRead() {
        GOLDEN.forEach((hex, hello) -> {
            ByteBuf out = Introduction.encode(hello);
            assertThat(ByteBufUtil.hexDump(out)).isEqualTo(hex);
            out.release();
            ByteBuf in = bytes(hex + "0503");
            assertThat(Introduction.decode(in)).contains(hello);
            assertThat(ByteBufUtil.hexDump(in)).isEqualTo("0503");
        });
    }

    @Test
    void whatIsCutShortIsWaitedFor() {
        GOLDEN.forEach((hex, hello) -> {
            for (int n = 0; n < hex.length(); n += 2) {
                assertThat(Introduction.decode(bytes(hex.substring(0, n)))).isEmpty();
            }
        });
    }

    @Test
    void oneThatIsLongerThanAnybodysIsRefusedByItsLength() {
        assertThatThrownBy(() -> Introduction.decode(bytes("6001")))
                .isInstanceOf(ProxyException.class)
                .hasMessage("introduction of 24577 bytes (expected: at most 24576)");
    }

    @Test
    void garbageIsReadOrRefused() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        for (int i = 0; i < 20_000; i++) {
            byte[] garbage = new byte[random.nextInt(40)];
            random.nextBytes(garbage);
            if (garbage.length > 1) {
                garbage[0] = 0;
                garbage[1] = (byte) random.nextInt(40);
            }
            try {
                Optional<Hello> unused = Introduction.decode(Unpooled.wrappedBuffer(garbage));
            } catch (ProxyException refused) {
                assertThat(refused.kind()).as("seed %d", seed).isEqualTo(ProxyException.Kind.PROTOCOL);
            }
        }
    }
}
