package io.warren.codec;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.warren.net.ProxyException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Random;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import org.junit.jupiter.api.Test;

class ClientHelloTest {
    /** A hello of the JDK's client. */
    private static byte[] hello(String name) throws Exception {
        SSLEngine engine = SSLContext.getDefault().createSSLEngine(name, 443);
        engine.setUseClientMode(true);
        SSLParameters parameters = engine.getSSLParameters();
        parameters.setApplicationProtocols(new String[] {"h2", "http/1.1"});
        engine.setSSLParameters(parameters);
        ByteBuffer out = ByteBuffer.allocate(engine.getSession().getPacketBufferSize());
        engine.wrap(ByteBuffer.allocate(0), out);
        return Arrays.copyOf(out.array(), out.position());
    }

    @Test
    void nameAndProtocolsAreReadAndNothingIsConsumed() throws Exception {
        ByteBuf in = Unpooled.wrappedBuffer(hello("Some.Example.org"));
        ClientHello hello = ClientHello.peek(in).orElseThrow();
        assertThat(hello.serverName()).contains("some.example.org");
        assertThat(hello.alpn()).containsExactly("h2", "http/1.1");
        assertThat(in.readerIndex()).isZero();
    }

    @Test
    void everyTruncationNeedsMore() throws Exception {
        byte[] hello = hello("some.example.org");
        for (int n = 0; n < hello.length; n++) {
            assertThat(ClientHello.peek(Unpooled.wrappedBuffer(hello, 0, n))).isEmpty();
        }
    }

    @Test
    void aHelloSpreadOverSeveralRecordsIsRead() throws Exception {
        byte[] hello = hello("some.example.org");
        ByteBuf in = Unpooled.buffer();
        for (int at = 5; at < hello.length; at += 50) {
            int length = Math.min(50, hello.length - at);
            in.writeBytes(new byte[] {22, 3, 1}).writeShort(length).writeBytes(hello, at, length);
        }
        assertThat(ClientHello.peek(in).orElseThrow().serverName()).contains("some.example.org");
    }

    @Test
    void whateverChangesIsReadOrRefused() throws Exception {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        byte[] good = hello("some.example.org");
        for (int i = 0; i < 20_000; i++) {
            byte[] bad = good.clone();
            for (int n = random.nextInt(4); n >= 0; n--) {
                bad[random.nextInt(bad.length)] = (byte) random.nextInt(256);
            }
            try {
                assertThat(ClientHello.peek(Unpooled.wrappedBuffer(bad))).isNotNull();
            } catch (ProxyException refused) {
                assertThat(refused.kind()).as("seed %d", seed).isEqualTo(ProxyException.Kind.PROTOCOL);
            }
        }
    }
}
