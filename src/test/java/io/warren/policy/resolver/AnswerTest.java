package io.warren.policy.resolver;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.warren.net.ProxyException;
import java.net.InetAddress;
import java.time.Duration;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

class AnswerTest {
    private static final Question QUESTION = new Question("www.example.com", Family.IPV4);

    /** RFC 1035 section 4: www.example.com CNAME web, web A 192.0.2.1 and 192.0.2.2. */
    private static final String MESSAGE = "123481800001000300000000"
            + "03777777076578616d706c6503636f6d0000010001"
            + "c00c0005000100000078000603776562c010"
            + "c02d000100010000003c0004c0000201"
            + "c02d00010001000000500004c0000202";

    private static ByteBuf message() {
        return Unpooled.wrappedBuffer(ByteBufUtil.decodeHexDump(MESSAGE));
    }

    @Test
    void answerIsRead() throws Exception {
        Answer answer = Answer.decode(message(), 0x1234, QUESTION).orElseThrow();

        assertThat(answer)
                .isEqualTo(new Answer(
                        0,
                        false,
                        java.util.List.of(InetAddress.getByName("192.0.2.1"), InetAddress.getByName("192.0.2.2")),
                        Optional.of(Duration.ofSeconds(60))));
    }

    @Test
    void questionIsWritten() {
        ByteBuf query = QUESTION.encode(0x1234, Optional.empty());

        assertThat(ByteBufUtil.hexDump(query))
                .isEqualTo("123401000001000000000000" + "03777777076578616d706c6503636f6d0000010001");
        query.release();
    }

    @Test
    void noTruncationIsAnAnswer() {
        byte[] bytes = ByteBufUtil.decodeHexDump(MESSAGE);
        for (int length = 0; length < bytes.length; length++) {
            ByteBuf part = Unpooled.wrappedBuffer(bytes, 0, length);
            try {
                assertThat(Answer.decode(part, 0x1234, QUESTION))
                        .as("%d bytes", length)
                        .isEmpty();
            } catch (ProxyException e) {
                assertThat(e.kind()).isEqualTo(ProxyException.Kind.PROTOCOL);
            }
        }
    }

    @Test
    void randomBytesDoNoHarm() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        byte[] original = ByteBufUtil.decodeHexDump(MESSAGE);
        for (int i = 0; i < 50_000; i++) {
            byte[] bytes = original.clone();
            for (int change = random.nextInt(4); change >= 0; change--) {
                bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
            }
            try {
                Optional<Answer> answer = Answer.decode(Unpooled.wrappedBuffer(bytes), 0x1234, QUESTION);
                assertThat(answer.map(a -> a.addresses().size()).orElse(0))
                        .as("seed %d", seed)
                        .isLessThanOrEqualTo(6);
            } catch (ProxyException e) {
                assertThat(e.kind()).as("seed %d", seed).isEqualTo(ProxyException.Kind.PROTOCOL);
            } catch (RuntimeException e) {
                throw new AssertionError("seed " + seed + ": " + ByteBufUtil.hexDump(bytes), e);
            }
        }
    }
}
