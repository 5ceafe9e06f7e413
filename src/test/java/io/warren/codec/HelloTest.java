package io.warren.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.warren.net.ProxyException;
import io.warren.spi.Agent;
import io.warren.spi.Login;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class HelloTest {
    private static final String GOLDEN = "01000a 68 6f 6d 65 2f 78 2f 31 40 37 020001 61 7f0002 6869".replace(" ", "");

    private static final Hello AGENT = Hello.of(new Login(new Agent("home/x", 1, 7), Set.of("a"), ""));

    private static ByteBuf bytes(String hex) {
        return Unpooled.wrappedBuffer(HexFormat.of().parseHex(hex));
    }

    @Test
    void versionOfAnAgentIsTakenWhenItLooksLikeOne() {
        for (String version : List.of("0.1.0", "1.0.0-rc.1+7", "<b>", "x".repeat(41))) {
            ByteBuf out = Unpooled.buffer();
            Hello.of(new Login(new Agent("home", 0, 1), Set.of(), version)).encode(out);
            assertThat(Hello.decode(out).login().orElseThrow().version())
                    .isEqualTo(version.matches("[01].*") ? version : "");
            out.release();
        }
    }

    @Test
    void agentAndMemberIntroduceThemselves() {
        for (Hello hello :
                List.of(AGENT, Hello.of("b"), Hello.of("b").because("no such port"), AGENT.signalling(true))) {
            ByteBuf out = Unpooled.buffer();
            hello.encode(out);
            assertThat(Hello.decode(out)).isEqualTo(hello);
        }
        assertThat(AGENT.login().orElseThrow().elsewhere()).containsExactly("a");
        assertThat(Hello.of("b").login()).isEmpty();
    }

    @Test
    void signalsAreKnownToWhoSaysSo() {
        assertThat(Hello.decode(bytes(GOLDEN)).signals()).isFalse();
        assertThat(Hello.decode(bytes(GOLDEN + "050000"))).isEqualTo(AGENT.signalling(true));
    }

    @Test
    void longReasonIsCutOff() {
        Hello hello = Hello.of("b").because("\u20ac".repeat(2000));
        ByteBuf out = Unpooled.buffer();
        hello.encode(out);
        assertThat(Hello.decode(out).reason()).contains("\u20ac".repeat(256));
    }

    @Test
    void laterTypesAreSkipped() {
        assertThat(Hello.decode(bytes(GOLDEN))).isEqualTo(AGENT);
    }

    @Test
    void whatIsCutOffIsRefusedOrHasLess() {
        byte[] all = HexFormat.of().parseHex(GOLDEN);
        for (int length = 0; length < all.length; length++) {
            ByteBuf in = Unpooled.wrappedBuffer(all, 0, length);
            if (length == 0 || length == 13 || length == 17) {
                assertThat(Hello.decode(in)).isNotNull();
            } else {
                assertThatThrownBy(() -> Hello.decode(in)).isInstanceOf(ProxyException.class);
            }
        }
    }

    @Test
    void garbageIsRefusedInOrder() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        for (int i = 0; i < 10_000; i++) {
            byte[] garbage = new byte[random.nextInt(40)];
            random.nextBytes(garbage);
            try {
                assertThat(Hello.decode(Unpooled.wrappedBuffer(garbage)))
                        .as("seed %d", seed)
                        .isNotNull();
            } catch (ProxyException e) {
                assertThat(e.kind()).as("seed %d", seed).isEqualTo(ProxyException.Kind.PROTOCOL);
            }
        }
    }

    @Test
    void namesMayContainWhatSeparatesTheParts() {
        Agent agent = new Agent("a@b/c@d", 3, Long.MAX_VALUE);
        assertThat(Agent.parse(agent.toString())).contains(agent);
        for (String wrong : List.of("", "a", "a/1", "a@1", "a/x@1", "a/1@x")) {
            assertThat(Agent.parse(wrong)).as(wrong).isEqualTo(Optional.empty());
        }
        assertThat(agent.toString().getBytes(StandardCharsets.UTF_8)).hasSizeGreaterThan(10);
    }
}
