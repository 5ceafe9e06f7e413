package io.warren.cluster;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.vertx.core.buffer.Buffer;
import io.warren.net.ProxyException;
import io.warren.spi.Endpoint;
import io.warren.spi.Network;
import io.warren.spi.Offer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/**
 * The directory's messages. Each starts with a version and a type; fields that a later version adds come after these, and a listing says how long it is,
 * so that neighbouring versions understand each other. What an earlier version cannot know (another type, another kind of network) it skips.
 */
final class Wire {
    static final int VERSION = 2;

    /** Of one page; with the longest names it is some 6 MiB, usually 50 KiB. */
    static final int MAX_LISTINGS = 1000;

    private static final int MAX_TEXT = 2048;
    private static final int ADDED = 1;
    private static final int REMOVED = 2;
    private static final int DIGEST = 3;
    private static final int REQUEST = 4;
    private static final int PAGE = 5;
    private static final int COUNTS = 6;
    private static final int TOLD = 7;
    private static final int DRAINING = 1;

    private Wire() {}

    /** @throws ProxyException UNSUPPORTED when a name is longer than messages carry */
    static void check(Endpoint endpoint, Offer offer) {
        int longest = Math.max(
                length(endpoint.name()),
                Math.max(length(offer.user().orElse("")), length(offer.agent().orElse(""))));
        if (longest > MAX_TEXT) {
            throw ProxyException.unsupported("a name of " + longest + " bytes (expected: at most " + MAX_TEXT + ")");
        }
    }

    private static int length(String text) {
        return text.getBytes(StandardCharsets.UTF_8).length;
    }

    // --- notices

    static Buffer encode(Notice notice) {
        if (notice instanceof Notice.Added added) {
            ByteBuf out = head(ADDED, notice);
            write(out, added.listing());
            return done(out);
        }
        if (notice instanceof Notice.Removed removed) {
            return done(head(REMOVED, notice).writeLong(removed.id()));
        }
        if (notice instanceof Notice.Counts counts) {
            ByteBuf out = head(COUNTS, notice).writeShort(counts.live().size());
            counts.live().forEach((id, live) -> out.writeLong(id).writeInt(live));
            return done(out);
        }
        Notice.Digest digest = (Notice.Digest) notice;
        return done(digest(head(DIGEST, notice), digest));
    }

    private static ByteBuf head(int type, Notice notice) {
        return write(start(type), notice.owner()).writeLong(notice.sequence());
    }

    /**
     * @return empty for what only a later version knows
     * @throws ProxyException PROTOCOL for what no version sends
     */
    static Optional<Notice> notice(Buffer message) {
        return reading(message, in -> {
            int type = type(in);
            if (type != COUNTS && (type < ADDED || type > DIGEST)) {
                return Optional.empty();
            }
            UUID owner = uuid(in);
            long sequence = in.readLong();
            return switch (type) {
                case ADDED -> listing(in).map(listing -> new Notice.Added(owner, sequence, listing));
                case COUNTS -> Optional.of(new Notice.Counts(owner, sequence, counts(in)));
                case REMOVED -> Optional.of(new Notice.Removed(owner, sequence, in.readLong()));
                default -> Optional.of(digest(owner, sequence, in));
            };
        });
    }

    private static ByteBuf digest(ByteBuf out, Notice.Digest digest) {
        return out.writeInt(digest.count()).writeLong(digest.hash()).writeByte(digest.draining() ? DRAINING : 0);
    }

    private static Notice digest(UUID owner, long sequence, ByteBuf in) {
        int count = in.readInt();
        long hash = in.readLong();
        // Flags since version 2.
        boolean draining = in.isReadable() && (in.readUnsignedByte() & DRAINING) != 0;
        return new Notice.Digest(owner, sequence, count, hash, draining);
    }

    /** A digest that is to be acknowledged. */
    static Buffer tell(Notice.Digest digest) {
        return done(digest(write(start(TOLD), digest.owner()).writeLong(digest.sequence()), digest));
    }

    /** The digest, when the question is one; empty when it is another one. */
    static Optional<Notice> told(Buffer message) {
        return reading(message, in -> {
            if (type(in) != TOLD) {
                return Optional.empty();
            }
            UUID owner = uuid(in);
            return Optional.of(digest(owner, in.readLong(), in));
        });
    }

    private static Map<Long, Integer> counts(ByteBuf in) {
        int count = in.readUnsignedShort();
        Map<Long, Integer> live = new HashMap<>();
        for (int i = 0; i < count; i++) {
            live.put(in.readLong(), in.readInt());
        }
        return live;
    }

    // --- state

    /** Asks for the listings whose ids are greater than {@code after}. */
    static Buffer request(long after) {
        return done(start(REQUEST).writeLong(after));
    }

    static long request(Buffer message) {
        return reading(message, in -> {
            expect(REQUEST, type(in));
            return in.readLong();
        });
    }

    static Buffer encode(StatePage page) {
        ByteBuf out = start(PAGE)
                .writeLong(page.sequence())
                .writeBoolean(page.more())
                .writeShort(page.listings().size());
        page.listings().forEach(listing -> write(out, listing));
        return done(out);
    }

    static StatePage page(Buffer message) {
        return reading(message, in -> {
            expect(PAGE, type(in));
            long sequence = in.readLong();
            boolean more = in.readBoolean();
            int count = in.readUnsignedShort();
            List<Listing> listings = new ArrayList<>(Math.min(count, MAX_LISTINGS));
            for (int i = 0; i < count; i++) {
                listing(in).ifPresent(listings::add);
            }
            return new StatePage(sequence, more, listings);
        });
    }

    // --- listings

    private static void write(ByteBuf out, Listing listing) {
        Offer offer = listing.offer();
        int start = out.writerIndex();
        out.writeShort(0)
                .writeLong(listing.id())
                .writeByte(code(listing.endpoint().network()))
                .writeShort(Math.min(offer.weight(), 65535))
                .writeInt(offer.uses());
        text(out, listing.endpoint().name());
        optional(out, offer.user());
        optional(out, offer.agent());
        out.writeLong(listing.since());
        out.setShort(start, out.writerIndex() - start - 2);
    }

    private static Optional<Listing> listing(ByteBuf all) {
        ByteBuf in = all.readSlice(all.readUnsignedShort());
        long id = in.readLong();
        Optional<Network> network = network(in.readUnsignedByte());
        int weight = in.readUnsignedShort();
        int uses = in.readInt();
        String name = text(in);
        Optional<String> user = optional(in);
        Optional<String> agent = optional(in);
        // Since version 2.
        long since = in.isReadable() ? in.readLong() : Listing.UNKNOWN;
        return network.map(n -> new Listing(
                id,
                new Endpoint(n, name),
                new Offer(user, agent, Math.max(1, weight), uses, Offer.Reach.CLUSTER),
                since));
    }

    private static int code(Network network) {
        return switch (network) {
            case TCP -> 1;
            case UDP -> 2;
            case UNIX -> 3;
            case SERIAL -> 4;
            case TUNNEL -> 5;
        };
    }

    private static Optional<Network> network(int code) {
        for (Network network : Network.values()) {
            if (code(network) == code) {
                return Optional.of(network);
            }
        }
        return Optional.empty();
    }

    private static void optional(ByteBuf out, Optional<String> value) {
        out.writeBoolean(value.isPresent());
        value.ifPresent(text -> text(out, text));
    }

    private static Optional<String> optional(ByteBuf in) {
        return in.readBoolean() ? Optional.of(text(in)) : Optional.empty();
    }

    static void text(ByteBuf out, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        out.writeShort(bytes.length).writeBytes(bytes);
    }

    static String text(ByteBuf in) {
        int length = in.readUnsignedShort();
        if (length > MAX_TEXT) {
            throw ProxyException.protocol("a text of " + length + " bytes (expected: at most " + MAX_TEXT + ")");
        }
        return in.readCharSequence(length, StandardCharsets.UTF_8).toString();
    }

    static ByteBuf write(ByteBuf out, UUID id) {
        return out.writeLong(id.getMostSignificantBits()).writeLong(id.getLeastSignificantBits());
    }

    static UUID uuid(ByteBuf in) {
        return new UUID(in.readLong(), in.readLong());
    }

    // --- messages

    private interface Body<T> {
        T read(ByteBuf in);
    }

    private static <T> T reading(Buffer message, Body<T> body) {
        try {
            return body.read(Unpooled.wrappedBuffer(message.getBytes()));
        } catch (IndexOutOfBoundsException e) {
            throw ProxyException.protocol("directory message of " + message.length() + " bytes is cut short");
        }
    }

    private static ByteBuf start(int type) {
        return Unpooled.buffer().writeByte(VERSION).writeByte(type);
    }

    private static Buffer done(ByteBuf out) {
        byte[] bytes = new byte[out.readableBytes()];
        out.readBytes(bytes);
        return Buffer.buffer(bytes);
    }

    private static int type(ByteBuf in) {
        int version = in.readUnsignedByte();
        if (version == 0) {
            throw ProxyException.protocol("directory message of version 0 (expected: 1 and up)");
        }
        return in.readUnsignedByte();
    }

    private static void expect(int expected, int type) {
        if (type != expected) {
            throw ProxyException.protocol("directory message " + type + " (expected: " + expected + ")");
        }
    }
}
