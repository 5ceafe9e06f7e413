package io.warren.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.util.ReferenceCountUtil;
import io.warren.net.Address;
import io.warren.net.ProxyException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

class SocksDatagramTest {
    private static final Address IPV4 = Address.of("192.0.2.10", 5353);
    private static final Address NAME = Address.of("example.internal", 5354);
    private static final Address IPV6 = Address.of("2001:db8::10", 5353);

    @Test
    void capturedDatagramsAreReadAndWritten() {
        List<Vectors.Line> lines =
                Vectors.read("socks5/udp-associate-datagrams").lines();
        assertThat(lines).hasSize(6);
        assertDatagram(lines.get(0).bytes(), IPV4, "hello");
        assertDatagram(lines.get(1).bytes(), IPV4, "hello");
        assertDatagram(lines.get(2).bytes(), NAME, "dom");
        assertDatagram(lines.get(3).bytes(), IPV4.withPort(5354), "dom");
    }

    @Test
    void fragmentIsDropped() {
        byte[] fragment =
                Vectors.read("socks5/udp-associate-datagrams").lines().get(4).bytes();
        assertThat(SocksDatagram.decode(Unpooled.wrappedBuffer(fragment))).isEmpty();
    }

    @Test
    void datagramCutInItsHeaderIsDropped() {
        byte[] bytes = Vectors.bytes("00 00 00 04 20 01 0d b8 00 00 00 00 00 00 00 00 00 00 00 10 14 e9");
        assertDatagram(bytes, IPV6, "");
        for (int n = 0; n < bytes.length; n++) {
            assertThat(SocksDatagram.decode(Unpooled.wrappedBuffer(bytes, 0, n)))
                    .isEmpty();
        }
        bytes[3] = 9;
        assertThat(SocksDatagram.decode(Unpooled.wrappedBuffer(bytes))).isEmpty();
    }

    @Test
    void capturedFramesAreReadAndWritten() {
        Vectors exchange = Vectors.read("socks5/udp-tun-association");
        ByteBuf in = Unpooled.wrappedBuffer(exchange.all(true)).skipBytes(3 + 10);
        assertFrame(in, IPV4, "hello");
        assertFrame(in, NAME, "dom");
        assertThat(in.isReadable()).isFalse();
        assertThat(frame(IPV4, "hello")).isEqualTo(exchange.lines().get(4).bytes());
        assertThat(frame(NAME, "dom")).isEqualTo(exchange.lines().get(6).bytes());
    }

    @Test
    void frameWithIpv6IsReadAsWritten() {
        assertFrame(Unpooled.wrappedBuffer(frame(IPV6, "hello")), IPV6, "hello");
    }

    @Test
    void everyTruncationOfAFrameAsksForMore() {
        for (Address address : List.of(IPV4, NAME, IPV6)) {
            byte[] bytes = frame(address, "hello");
            for (int n = 0; n < bytes.length; n++) {
                assertThat(SocksDatagram.decodeFrame(Unpooled.wrappedBuffer(bytes, 0, n)))
                        .as("%d bytes", n)
                        .isEmpty();
            }
        }
    }

    @Test
    void emptyFrameOfGostIsReadWithoutTouchingTheNextOne() {
        ByteBuf in = Unpooled.wrappedBuffer(
                Vectors.bytes("00 00 ff 01 c0 00 02 0a 14 e9 00 05 ff 01 c0 00 02 0a 14 e9 68 65 6c 6c 6f"));
        assertFrame(in, IPV4, "");
        assertFrame(in, IPV4, "hello");
    }

    @Test
    void emptyOrTooLongPayloadIsNotFramed() {
        for (int length : new int[] {0, 65536}) {
            ByteBuf payload = Unpooled.wrappedBuffer(new byte[length]);
            assertThatThrownBy(() -> SocksDatagram.encodeFrame(IPV4, payload)).isInstanceOf(ProxyException.class);
            assertThat(length == 0 || payload.refCnt() == 0).isTrue();
        }
    }

    @Test
    void payloadOfAnUnwritableAddressIsReleased() {
        ByteBuf payload = Unpooled.buffer().writeByte(1);
        assertThatThrownBy(() -> SocksDatagram.encode(Address.of("a".repeat(256), 1), payload))
                .isInstanceOf(ProxyException.class);
        assertThat(payload.refCnt()).isZero();
    }

    @Test
    void framesSurviveAnyCut() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        ByteBuf wire = Unpooled.buffer();
        List<String> sent = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            String text = "x".repeat(1 + random.nextInt(2000));
            sent.add(text);
            wire.writeBytes(frame(List.of(IPV4, NAME, IPV6).get(random.nextInt(3)), text));
        }
        ByteBuf in = Unpooled.buffer();
        List<String> received = new ArrayList<>();
        while (wire.isReadable()) {
            in.writeBytes(wire, Math.min(wire.readableBytes(), 1 + random.nextInt(700)));
            for (boolean more = true; more; ) {
                int start = in.readerIndex();
                Optional<SocksDatagram> datagram = SocksDatagram.decodeFrame(in);
                datagram.ifPresent(d -> received.add(text(d)));
                more = datagram.isPresent();
                in.readerIndex(more ? in.readerIndex() : start);
            }
        }
        assertThat(received).as("seed %d", seed).isEqualTo(sent);
    }

    @Test
    void randomBytesAreDatagramsOrDroppedOrRefused() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        for (int i = 0; i < 20_000; i++) {
            byte[] bytes = new byte[random.nextInt(40)];
            random.nextBytes(bytes);
            SocksDatagram.decode(Unpooled.wrappedBuffer(bytes))
                    .ifPresent(d -> d.payload().release());
            try {
                SocksDatagram.decodeFrame(Unpooled.wrappedBuffer(bytes))
                        .ifPresent(d -> d.payload().release());
            } catch (ProxyException e) {
                assertThat(e.kind()).as("seed %d", seed).isEqualTo(ProxyException.Kind.PROTOCOL);
            }
        }
    }

    private static void assertDatagram(byte[] bytes, Address address, String text) {
        ByteBuf in = Unpooled.wrappedBuffer(bytes);
        SocksDatagram datagram = SocksDatagram.decode(in).orElseThrow();
        assertThat(datagram.address()).isEqualTo(address);
        ByteBuf out = SocksDatagram.encode(address, datagram.payload().copy());
        assertThat(text(datagram)).isEqualTo(text);
        assertThat(ByteBufUtil.getBytes(out)).isEqualTo(bytes);
        ReferenceCountUtil.release(out);
        in.release();
    }

    private static void assertFrame(ByteBuf in, Address address, String text) {
        SocksDatagram datagram = SocksDatagram.decodeFrame(in).orElseThrow();
        assertThat(datagram.address()).isEqualTo(address);
        assertThat(text(datagram)).isEqualTo(text);
    }

    private static String text(SocksDatagram datagram) {
        String text = datagram.payload().toString(StandardCharsets.UTF_8);
        datagram.payload().release();
        return text;
    }

    private static byte[] frame(Address address, String text) {
        ByteBuf out = SocksDatagram.encodeFrame(address, Unpooled.copiedBuffer(text, StandardCharsets.UTF_8));
        byte[] bytes = ByteBufUtil.getBytes(out);
        out.release();
        return bytes;
    }
}
