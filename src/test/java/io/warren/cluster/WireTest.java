package io.warren.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.Unpooled;
import io.vertx.core.buffer.Buffer;
import io.warren.net.ProxyException;
import io.warren.spi.Endpoint;
import io.warren.spi.Network;
import io.warren.spi.Offer;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class WireTest {
    private static final UUID OWNER = new UUID(0x0102030405060708L, 0x1112131415161718L);

    private static Listing listing(long id) {
        return new Listing(
                id,
                new Endpoint(Network.UDP, ":5353"),
                new Offer(Optional.of("alice"), Optional.empty(), 3, 1, Offer.Reach.CLUSTER),
                1_700_000_000_000L);
    }

    private static List<Notice> notices() {
        return List.of(
                new Notice.Added(OWNER, 7, listing(9)),
                new Notice.Removed(OWNER, 8, 9),
                new Notice.Counts(OWNER, 8, Map.of(9L, 3)),
                new Notice.Digest(OWNER, 8, 0, -5, true));
    }

    @Test
    void noticesComeBackAsTheyWere() {
        for (Notice notice : notices()) {
            assertThat(Wire.notice(Wire.encode(notice))).contains(notice);
        }
    }

    private static final String ADDED_BY_VERSION_ONE = "0101" + "01020304050607081112131415161718" + "0000000000000007"
            + "001f" + "0000000000000009" + "02" + "0003" + "00000001" + "0005"
            + HexFormat.of().formatHex(":5353".getBytes(java.nio.charset.StandardCharsets.US_ASCII))
            + "01" + "0005" + "616c696365" + "00";

    @Test
    void formatOfVersionTwoStays() {
        String same = ADDED_BY_VERSION_ONE.substring(4);
        assertThat(HexFormat.of().formatHex(Wire.encode(notices().get(0)).getBytes()))
                .isEqualTo("0201" + same.replace("001f", "0027") + "0000018bcfe56800");
        assertThat(HexFormat.of().formatHex(Wire.request(258).getBytes())).isEqualTo("0204" + "0000000000000102");
        assertThat(HexFormat.of().formatHex(Wire.encode(notices().get(2)).getBytes()))
                .isEqualTo("0206" + "01020304050607081112131415161718" + "0000000000000008" + "0001"
                        + "0000000000000009" + "00000003");
    }

    @Test
    void whatVersionOneSaysIsUnderstood() {
        Buffer added = Buffer.buffer(HexFormat.of().parseHex(ADDED_BY_VERSION_ONE));
        Listing known = listing(9);
        assertThat(Wire.notice(added))
                .contains(new Notice.Added(OWNER, 7, new Listing(9, known.endpoint(), known.offer(), Listing.UNKNOWN)));
    }

    @Test
    void pagesComeBackAsTheyWere() {
        StatePage page = new StatePage(12, true, List.of(listing(1), listing(2)));
        assertThat(Wire.page(Wire.encode(page))).isEqualTo(page);
        assertThat(Wire.request(Wire.request(-3))).isEqualTo(-3);
    }

    @Test
    void whatALaterVersionAddsIsSkipped() {
        byte[] added = Wire.encode(notices().get(0)).getBytes();
        byte[] longer = java.util.Arrays.copyOf(added, added.length + 3);
        longer[0] = Wire.VERSION + 1;
        longer[27] = (byte) (longer[27] + 2);
        assertThat(Wire.notice(Buffer.buffer(longer))).contains(notices().get(0));
        byte[] otherNetwork = added.clone();
        otherNetwork[36] = 99;
        assertThat(Wire.notice(Buffer.buffer(otherNetwork))).isEmpty();
        byte[] otherType = added.clone();
        otherType[1] = 77;
        assertThat(Wire.notice(Buffer.buffer(otherType))).isEmpty();
    }

    @Test
    void everyTruncationIsAProtocolError() {
        for (Notice notice : notices()) {
            byte[] whole = Wire.encode(notice).getBytes();
            // A digest without its last byte is one of version 1.
            int end = notice instanceof Notice.Digest ? whole.length - 1 : whole.length;
            for (int length = 0; length < end; length++) {
                Buffer cut = Buffer.buffer(java.util.Arrays.copyOf(whole, length));
                assertThatThrownBy(() -> Wire.notice(cut)).isInstanceOf(ProxyException.class);
            }
        }
        byte[] page = Wire.encode(new StatePage(1, false, List.of(listing(1)))).getBytes();
        for (int length = 0; length < page.length; length++) {
            Buffer cut = Buffer.buffer(java.util.Arrays.copyOf(page, length));
            assertThatThrownBy(() -> Wire.page(cut)).isInstanceOf(ProxyException.class);
        }
    }

    @Test
    void randomBytesAreAMessageOrAProtocolError() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        for (int i = 0; i < 20_000; i++) {
            byte[] bytes = new byte[random.nextInt(80)];
            random.nextBytes(bytes);
            if (bytes.length > 1) {
                bytes[0] = 1;
                bytes[1] = (byte) (1 + random.nextInt(6));
            }
            try {
                assertThat(Wire.notice(Buffer.buffer(bytes))).isNotNull();
                assertThat(Wire.page(Buffer.buffer(bytes))).isNotNull();
            } catch (ProxyException e) {
                assertThat(e.kind()).as("seed %d", seed).isEqualTo(ProxyException.Kind.PROTOCOL);
            }
        }
    }

    @Test
    void nameThatIsTooLongIsRefusedBeforeItIsClaimed() {
        Offer offer = listing(1).offer();
        assertThatThrownBy(() -> Wire.check(new Endpoint(Network.TUNNEL, "x".repeat(2049)), offer))
                .isInstanceOf(ProxyException.class)
                .hasMessage("a name of 2049 bytes (expected: at most 2048)");
    }

    @Test
    void trunkHeaderComesBackAndEveryTruncationWaitsForMore() {
        TrunkHeader header = new TrunkHeader(
                true,
                1,
                OWNER,
                42,
                "k3f9",
                io.warren.net.Address.parse("[2001:db8::1]:51322"),
                io.warren.net.Address.parse("127.0.0.2:2222"));
        byte[] whole = io.netty.buffer.ByteBufUtil.getBytes(header.encode());
        assertThat(TrunkHeader.decode(Unpooled.wrappedBuffer(whole))).contains(header);
        for (int length = 0; length < whole.length; length++) {
            assertThat(TrunkHeader.decode(Unpooled.wrappedBuffer(whole, 0, length)))
                    .isEmpty();
        }
        byte[] twoHops = whole.clone();
        twoHops[4] = 2;
        assertThatThrownBy(() -> TrunkHeader.decode(Unpooled.wrappedBuffer(twoHops)))
                .hasMessage("trunk stream over 2 members (expected: 1)");
        byte[] tooLong = {0x20, 0, 1};
        assertThatThrownBy(() -> TrunkHeader.decode(Unpooled.wrappedBuffer(tooLong)))
                .hasMessage("trunk header of 8192 bytes (expected: at most 4096)");
        byte[] short1 = {0, 1, 1};
        assertThatThrownBy(() -> TrunkHeader.decode(Unpooled.wrappedBuffer(short1)))
                .isInstanceOf(ProxyException.class);
    }

    @Test
    void whatALaterVersionAddsToATrunkHeaderIsSkippedAndAKindThatItAddsIsRefused() {
        TrunkHeader header = new TrunkHeader(
                false,
                1,
                OWNER,
                42,
                "k3f9",
                io.warren.net.Address.parse("127.0.0.1:1"),
                io.warren.net.Address.parse("127.0.0.2:2222"));
        byte[] whole = io.netty.buffer.ByteBufUtil.getBytes(header.encode());
        byte[] later = java.util.Arrays.copyOf(whole, whole.length + 5);
        later[1] = (byte) (later[1] + 4);
        later[2]++;
        io.netty.buffer.ByteBuf in = Unpooled.wrappedBuffer(later);
        assertThat(TrunkHeader.decode(in)).contains(header);
        assertThat(in.readableBytes()).as("the stream's own bytes").isEqualTo(1);
        later[3] = 3;
        assertThatThrownBy(() -> TrunkHeader.decode(Unpooled.wrappedBuffer(later)))
                .isInstanceOfSatisfying(
                        ProxyException.class, e -> assertThat(e.kind()).isEqualTo(ProxyException.Kind.UNSUPPORTED))
                .hasMessage("trunk stream of kind 3 (expected: 1 or 2)");
        later[2] = 0;
        assertThatThrownBy(() -> TrunkHeader.decode(Unpooled.wrappedBuffer(later)))
                .hasMessage("trunk header of version 0 (expected: 1 and up)");
    }

    @Test
    void refusalThatOnlyALaterVersionKnowsMeansThatNobodyIsThere() {
        byte[] refusal = {99, 0, 3, 'w', 'h', 'y'};
        assertThat(TrunkAnswer.decode(Unpooled.wrappedBuffer(refusal))
                        .orElseThrow()
                        .refusal())
                .hasValueSatisfying(why -> {
                    assertThat(why.kind()).isEqualTo(ProxyException.Kind.UNREACHABLE);
                    assertThat(why).hasMessage("why");
                });
    }

    @Test
    void whatALaterVersionAddsToOtherMessagesIsSkipped() {
        for (Notice notice : notices().subList(1, 4)) {
            assertThat(Wire.notice(later(Wire.encode(notice)))).contains(notice);
        }
        assertThat(Wire.request(later(Wire.request(5)))).isEqualTo(5);
        StatePage page = new StatePage(12, true, List.of(listing(1), listing(2)));
        assertThat(Wire.page(later(Wire.encode(page)))).isEqualTo(page);
        Notice.Digest digest = (Notice.Digest) notices().get(3);
        assertThat(Wire.told(later(Wire.tell(digest)))).contains(digest);
    }

    private static Buffer later(Buffer message) {
        Buffer longer = message.copy().appendBytes(new byte[] {1, 2, 3});
        return longer.setByte(0, (byte) (Wire.VERSION + 1));
    }

    @Test
    void answersComeBackWithTheirKind() {
        assertThat(TrunkAnswer.decode(TrunkAnswer.OK.encode())).contains(TrunkAnswer.OK);
        for (ProxyException.Kind kind : ProxyException.Kind.values()) {
            byte[] whole = io.netty.buffer.ByteBufUtil.getBytes(
                    new TrunkAnswer(Optional.of(ProxyException.upstream(kind, "why ".repeat(400)))).encode());
            ProxyException refusal = TrunkAnswer.decode(Unpooled.wrappedBuffer(whole))
                    .orElseThrow()
                    .refusal()
                    .orElseThrow();
            assertThat(refusal.kind()).isEqualTo(kind);
            assertThat(refusal.getMessage()).startsWith("why why").hasSize(1024);
            for (int length = 0; length < whole.length; length++) {
                assertThat(TrunkAnswer.decode(Unpooled.wrappedBuffer(whole, 0, length)))
                        .isEmpty();
            }
        }
    }
}
