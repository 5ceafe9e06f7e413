package io.warren.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.warren.net.Address;
import io.warren.net.ProxyException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ProxyHeaderTest {
    private static final String PAYLOAD = "hello";

    private static ByteBuf captured(String name) {
        return Unpooled.wrappedBuffer(Vectors.read("proxy-protocol/" + name).all(true));
    }

    @ParameterizedTest
    @CsvSource({
        "v1-tcp4-forward, 127.0.0.1:40101, 127.0.0.1:8901, 1",
        "v2-tcp6-forward, [::1]:40122, [::1]:8912, 2",
    })
    void gostsHeaderIsReadAndWrittenByteForByteAndThePayloadStays(
            String name, String client, String reached, int version) {
        ByteBuf in = captured(name);
        byte[] header = new byte[in.readableBytes() - PAYLOAD.length()];
        in.getBytes(0, header);
        ProxyHeader read = ProxyHeader.decode(in).orElseThrow();
        assertThat(read.client()).contains(Address.parse(client));
        assertThat(read.reached()).contains(Address.parse(reached));
        assertThat(in.toString(StandardCharsets.US_ASCII)).isEqualTo(PAYLOAD);
        assertThat(ProxyHeader.of(Address.parse(client), Address.parse(reached), version)
                        .getBytes())
                .isEqualTo(header);
    }

    @ParameterizedTest
    @ValueSource(strings = {"v1-tcp4-forward", "v1-tcp6-forward", "v2-tcp4-forward", "v2-tcp6-forward"})
    void everyTruncationWaitsForMore(String name) {
        ByteBuf whole = captured(name);
        for (int length = 0; length < whole.readableBytes() - PAYLOAD.length(); length++) {
            assertThat(ProxyHeader.decode(whole.slice(0, length)))
                    .as(length + " bytes")
                    .isEmpty();
        }
    }

    @Test
    void streamWithoutAHeaderIsLeftAlone() {
        ByteBuf in = Unpooled.copiedBuffer("GET / HTTP/1.1\r\n", StandardCharsets.US_ASCII);
        assertThat(ProxyHeader.decode(in).orElseThrow().client()).isEmpty();
        assertThat(in.readerIndex()).isZero();
    }

    @Test
    void localAndUnknownNameNobody() {
        ByteBuf unknown = Unpooled.copiedBuffer("PROXY UNKNOWN\r\nx", StandardCharsets.US_ASCII);
        assertThat(ProxyHeader.decode(unknown).orElseThrow().client()).isEmpty();
        assertThat(unknown.readableBytes()).isEqualTo(1);
        Address name = Address.of("example.org", 80);
        for (int version = 1; version <= 2; version++) {
            ByteBuf in =
                    Unpooled.wrappedBuffer(ProxyHeader.of(name, name, version).getBytes());
            assertThat(ProxyHeader.decode(in)).contains(new ProxyHeader(Optional.empty(), Optional.empty()));
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "PROXY TCP4 1.2.3.4 5.6.7.8 1\r\n",
                "PROXY TCP4 1.2.3.4 5.6.7.8 1 70000\r\n",
                "PROXY TCP4 a.example 5.6.7.8 1 2\r\n",
                "PROXY UDP4 1.2.3.4 5.6.7.8 1 2\r\n",
                "PROXY TCP4 1.2.3.4 5.6.7.8 1 2 and then nothing but text for longer than the hundred and seven bytes that there may be",
            })
    void brokenHeaderIsRefused(String header) {
        ByteBuf in = Unpooled.copiedBuffer(header, StandardCharsets.US_ASCII);
        assertThatThrownBy(() -> ProxyHeader.decode(in))
                .isInstanceOfSatisfying(
                        ProxyException.class, e -> assertThat(e.kind()).isEqualTo(ProxyException.Kind.PROTOCOL));
    }
}
