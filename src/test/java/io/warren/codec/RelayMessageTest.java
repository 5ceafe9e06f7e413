package io.warren.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.warren.net.Address;
import io.warren.net.ProxyException;
import io.warren.spi.Credentials;
import io.warren.spi.Network;
import io.warren.spi.Secret;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class RelayMessageTest {
    private static final RelayFeature.UserAuth ALICE =
            new RelayFeature.UserAuth(new Credentials("alice", Secret.of("s3cret")));
    private static final RelayFeature.NetworkId UDP = new RelayFeature.NetworkId(Network.UDP);
    private static final RelayFeature.NetworkId TCP = new RelayFeature.NetworkId(Network.TCP);

    /** The first message of each captured client. */
    private static final Map<String, RelayMessage> REQUESTS = Map.ofEntries(
            Map.entry("connect-ipv4", connect(addr("192.0.2.10", 8080))),
            Map.entry("connect-ipv6", connect(addr("2001:db8::10", 8080))),
            Map.entry("connect-domain", connect(addr("example.internal", 8080))),
            Map.entry("connect-domain-nodelay", connect(addr("example.internal", 8080))),
            Map.entry("connect-domain-auth", connect(ALICE, addr("example.internal", 8080))),
            Map.entry("udp-connect", new RelayMessage(0x81, UDP, addr("192.0.2.10", 5353))),
            Map.entry("udp-connect-auth", new RelayMessage(0x81, UDP, ALICE, addr("192.0.2.10", 5353))),
            Map.entry("udp-associate", new RelayMessage(0x82, UDP, new RelayFeature.Addr(Address.NONE))),
            Map.entry("bind-udp", new RelayMessage(0x82, UDP, addr("0.0.0.0", 5300))),
            Map.entry("bind-tcp", new RelayMessage(2, TCP, addr("0.0.0.0", 8000))),
            Map.entry("bind-tcp-auth", new RelayMessage(2, ALICE, TCP, addr("192.0.2.10", 8001))),
            Map.entry("bind-tcp-colon-port", new RelayMessage(2, TCP, addr("0.0.0.0::8000", 0))),
            Map.entry("status-01-associate", new RelayMessage(3, addr("192.0.2.10", 8080))),
            Map.entry("status-01-connect-without-address", new RelayMessage(1)));

    /** The first message of each captured server. */
    private static final Map<String, RelayMessage> RESPONSES = Map.of(
            "connect-ipv4", RelayMessage.response(RelayStatus.OK),
            "connect-auth-missing", RelayMessage.response(RelayStatus.UNAUTHORIZED),
            "connect-refused", RelayMessage.response(RelayStatus.NETWORK_UNREACHABLE),
            "status-03-bypass", RelayMessage.response(RelayStatus.FORBIDDEN),
            "status-06-forward", RelayMessage.response(RelayStatus.HOST_UNREACHABLE),
            "bind-tcp-in-use", RelayMessage.response(RelayStatus.SERVICE_UNAVAILABLE),
            "bind-tcp", RelayMessage.response(RelayStatus.OK, addr("::", 8000)),
            "bind-tcp-auth", RelayMessage.response(RelayStatus.OK, addr("192.0.2.10", 8001)));

    private static RelayMessage connect(RelayFeature... features) {
        return new RelayMessage(1, features);
    }

    private static RelayFeature.Addr addr(String host, int port) {
        return new RelayFeature.Addr(Address.of(host, port));
    }

    @Test
    void capturedRequestsAreReadAndWritten() {
        REQUESTS.forEach(
                (name, message) -> roundTrip(name, Vectors.read("relay/" + name).all(true), message));
    }

    @Test
    void capturedResponsesAreReadAndWritten() {
        RESPONSES.forEach(
                (name, message) -> roundTrip(name, Vectors.read("relay/" + name).all(false), message));
    }

    private static void roundTrip(String name, byte[] captured, RelayMessage message) {
        ByteBuf in = Unpooled.wrappedBuffer(captured);
        assertThat(RelayMessage.decode(in)).as(name).contains(message);
        byte[] consumed = ByteBufUtil.getBytes(in, 0, in.readerIndex());
        assertThat(encoded(message)).as(name).isEqualTo(consumed);
        for (int n = 0; n < consumed.length; n++) {
            assertThat(RelayMessage.decode(Unpooled.wrappedBuffer(consumed, 0, n)))
                    .as("%s cut off after %d bytes", name, n)
                    .isEmpty();
        }
    }

    private static byte[] encoded(RelayMessage message) {
        ByteBuf out = message.encode();
        try {
            return ByteBufUtil.getBytes(out);
        } finally {
            out.release();
        }
    }

    @Test
    void networkComesFromTheFeatureOrTheFlag() {
        assertThat(new RelayMessage(0x81).network()).isEqualTo(Network.UDP);
        assertThat(new RelayMessage(1, UDP).network()).isEqualTo(Network.UDP);
        assertThat(new RelayMessage(1, new RelayFeature.NetworkId(Network.UNIX)).network())
                .isEqualTo(Network.UNIX);
        assertThat(new RelayMessage(1).network()).isEqualTo(Network.TCP);
        assertThat(decode("01 01 00 05 04 00 02 00 77").network()).isEqualTo(Network.TCP);
    }

    @Test
    void lastOfSeveralFeaturesCountsAndAllAddressesAreKept() {
        RelayMessage message = connect(addr("192.0.2.1", 1), addr("192.0.2.2", 2));
        assertThat(message.last(RelayFeature.Addr.class)).contains(addr("192.0.2.2", 2));
        assertThat(message.addresses()).isEqualTo(List.of(Address.of("192.0.2.1", 1), Address.of("192.0.2.2", 2)));
    }

    @Test
    void unknownFeaturesAreKept() {
        String hex = "01 01 00 0f 63 00 02 ca fe 02 00 07 01 c0 00 02 0a 1f 90";
        RelayMessage message = decode(hex);
        assertThat(message.features())
                .containsExactly(new RelayFeature.Unknown(0x63, "cafe"), addr("192.0.2.10", 8080));
        assertThat(encoded(message)).isEqualTo(Vectors.bytes(hex));
    }

    @Test
    void tunnelFeatureHasIdFlagsAndWeight() {
        UUID id = UUID.fromString("4d21094e-b74c-4916-86c1-d9fa36ea677b");
        RelayMessage message = new RelayMessage(2, new RelayFeature.Tunnel(id, 0x80, 7));
        assertThat(encoded(message))
                .isEqualTo(Vectors.bytes("01 02 00 17 03 00 14 4d21094eb74c491686c1d9fa36ea677b 80 00 00 07"));
        assertThat(RelayMessage.decode(Unpooled.wrappedBuffer(encoded(message))))
                .contains(message);
        assertThat(decode("01 02 00 13 03 00 10 4d21094eb74c491686c1d9fa36ea677b")
                        .last(RelayFeature.Tunnel.class))
                .contains(new RelayFeature.Tunnel(id, 0, 0));
    }

    @Test
    void pathOfAUnixSocketIsANameWithPortZero() {
        assertThat(encoded(new RelayMessage(1, new RelayFeature.Addr(Address.unix("/a")))))
                .isEqualTo(Vectors.bytes("01 01 00 09 02 00 06 03 02 2f 61 00 00"));
    }

    @Test
    void anotherVersionIsRefusedAtItsFirstByte() {
        assertThatThrownBy(() -> decode("05")).hasMessage("relay version 5 (expected: 1)");
    }

    @Test
    void featuresThatAreCutOffOrWrongAreRefused() {
        for (String hex : List.of(
                "01 01 00 01 02",
                "01 01 00 04 02 00 07 01",
                "01 01 00 04 02 00 01 01",
                "01 01 00 05 02 00 02 03 05",
                "01 01 00 04 01 00 01 05",
                "01 01 00 04 01 00 01 00",
                "01 01 00 06 01 00 03 00 05 61",
                "01 01 00 04 04 00 01 00",
                "01 01 00 04 03 00 01 00",
                "01 01 00 0a 02 00 07 09 c0 00 02 0a 1f 90")) {
            assertThatThrownBy(() -> decode(hex))
                    .as(hex)
                    .isInstanceOfSatisfying(
                            ProxyException.class, e -> assertThat(e.kind()).isEqualTo(ProxyException.Kind.PROTOCOL));
        }
    }

    @Test
    void whatTheFormatCannotHoldIsRefusedAndReleased() {
        assertThatThrownBy(() -> encoded(
                        new RelayMessage(1, new RelayFeature.UserAuth(new Credentials("a".repeat(256), Secret.NONE)))))
                .hasMessage("user name of 256 bytes (expected: at most 255)");
        RelayFeature long255 = addr("a".repeat(255), 1);
        assertThatThrownBy(() -> encoded(new RelayMessage(1, java.util.Collections.nCopies(300, long255))))
                .hasMessageContaining("expected: at most 65535");
    }

    @Test
    void arbitraryBytesGiveAMessageOrAProtocolFailure() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        for (int i = 0; i < 20_000; i++) {
            byte[] bytes = new byte[random.nextInt(60)];
            random.nextBytes(bytes);
            if (bytes.length > 4 && random.nextBoolean()) {
                bytes[0] = 1;
                bytes[2] = 0;
                bytes[3] = (byte) (bytes.length - 4);
                if (bytes.length > 7) {
                    bytes[4] = (byte) random.nextInt(6);
                    bytes[5] = 0;
                    bytes[6] = (byte) random.nextInt(bytes.length - 6);
                }
            }
            try {
                RelayMessage.decode(Unpooled.wrappedBuffer(bytes))
                        .ifPresent(message -> assertThat(RelayMessage.decode(Unpooled.wrappedBuffer(encoded(message))))
                                .isPresent());
            } catch (ProxyException e) {
                assertThat(e.kind())
                        .as("seed %d, %s", seed, ByteBufUtil.hexDump(bytes))
                        .isIn(ProxyException.Kind.PROTOCOL, ProxyException.Kind.UNSUPPORTED);
            } catch (RuntimeException e) {
                throw new AssertionError("seed " + seed + ", " + ByteBufUtil.hexDump(bytes), e);
            }
        }
    }

    @Test
    void everyKindHasAStatusAndEveryStatusAKind() {
        for (ProxyException.Kind kind : ProxyException.Kind.values()) {
            ProxyException why = ProxyException.of(kind, ProxyException.Side.CLIENT, "x");
            assertThat(RelayStatus.of(why, RelayStatus.NETWORK_UNREACHABLE)).isNotEqualTo(RelayStatus.OK);
        }
        RelayStatus.check(new RelayMessage(0));
        for (int code = 1; code < 256; code++) {
            RelayMessage response = new RelayMessage(code);
            assertThatThrownBy(() -> RelayStatus.check(response))
                    .isInstanceOfSatisfying(
                            ProxyException.class, e -> assertThat(e.side()).isEqualTo(ProxyException.Side.UPSTREAM));
        }
    }

    private static RelayMessage decode(String hex) {
        return RelayMessage.decode(Unpooled.wrappedBuffer(Vectors.bytes(hex))).orElseThrow();
    }
}
