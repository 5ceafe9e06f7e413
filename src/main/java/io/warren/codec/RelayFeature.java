package io.warren.codec;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.warren.net.Address;
import io.warren.net.ProxyException;
import io.warren.spi.Credentials;
import io.warren.spi.Network;
import io.warren.spi.Secret;
import java.nio.charset.StandardCharsets;
import java.util.UUID;

/** One feature of a {@link RelayMessage}: type, length, data. */
public sealed interface RelayFeature {
    /** "W". */
    int INTRODUCTION = 0x57;

    /** Who asks. */
    record UserAuth(Credentials credentials) implements RelayFeature {}

    /** Where to, or where from; a path of a unix socket is a name with port 0. */
    record Addr(Address address) implements RelayFeature {}

    /**
     * A tunnel or one of its connectors.
     *
     * @param flags of a tunnel 0x80 private, of a connector 0x01 datagrams
     * @param weight 0 to 255
     */
    record Tunnel(UUID id, int flags, int weight) implements RelayFeature {}

    /** What kind of thing is asked for; a number that we do not know is read as tcp, as gost does. */
    record NetworkId(Network network) implements RelayFeature {}

    /** Warren's own: whom an agent and a member are. gost skips it, as it does every type that it does not know. */
    record Introduction(Hello hello) implements RelayFeature {}

    /** A type that we do not know, kept so that a message can be shown. */
    record Unknown(int type, String hex) implements RelayFeature {}

    /** @throws ProxyException PROTOCOL when {@code data} is too short for its type or wrong */
    static RelayFeature decode(int type, ByteBuf data) {
        return switch (type) {
            case 1 -> userAuth(data);
            case 2 ->
                new Addr(SocksAddress.decode(data)
                        .orElseThrow(() -> cutOff("address", data.writerIndex(), "all of it")));
            case 3 -> tunnel(data);
            case 4 -> {
                require("network", data, 2);
                yield new NetworkId(network(data.readUnsignedShort()));
            }
            case INTRODUCTION -> new Introduction(Hello.decode(data));
            default -> new Unknown(type, ByteBufUtil.hexDump(data));
        };
    }

    private static UserAuth userAuth(ByteBuf data) {
        return new UserAuth(new Credentials(text(data), Secret.of(text(data))));
    }

    private static String text(ByteBuf data) {
        require("credentials", data, 1);
        int length = data.readUnsignedByte();
        require("credentials", data, length);
        return data.readCharSequence(length, StandardCharsets.UTF_8).toString();
    }

    private static Tunnel tunnel(ByteBuf data) {
        require("tunnel", data, 16);
        UUID id = new UUID(data.readLong(), data.readLong());
        // Before version 0.5 of gost's library there were these 16 bytes only.
        return data.readableBytes() < 4
                ? new Tunnel(id, 0, 0)
                : new Tunnel(id, data.readUnsignedByte(), data.skipBytes(2).readUnsignedByte());
    }

    private static void require(String what, ByteBuf data, int bytes) {
        if (data.readableBytes() < bytes) {
            throw cutOff(what, data.readableBytes(), String.valueOf(bytes));
        }
    }

    private static ProxyException cutOff(String what, int bytes, String expected) {
        return ProxyException.protocol(
                what + " feature cut off after " + bytes + " bytes (expected: " + expected + ")");
    }

    private static Network network(int id) {
        return switch (id) {
            case 1 -> Network.UDP;
            case 0x10 -> Network.UNIX;
            case 0x11 -> Network.SERIAL;
            default -> Network.TCP;
        };
    }

    private static int id(Network network) {
        return switch (network) {
            case TCP, TUNNEL -> 0;
            case UDP -> 1;
            case UNIX -> 0x10;
            case SERIAL -> 0x11;
        };
    }

    /** @throws ProxyException UNSUPPORTED for a text or a name of more than 255 bytes */
    static void encode(RelayFeature feature, ByteBuf out) {
        int start = out.writerIndex();
        out.writeZero(3);
        int type;
        if (feature instanceof UserAuth auth) {
            type = 1;
            text("user name", auth.credentials().user(), out);
            text("password", auth.credentials().password().reveal(), out);
        } else if (feature instanceof Addr addr) {
            type = 2;
            Address address = addr.address();
            SocksAddress.encode(address.isUnix() ? Address.of(address.host(), 0) : address, out);
        } else if (feature instanceof Tunnel tunnel) {
            type = 3;
            out.writeLong(tunnel.id().getMostSignificantBits())
                    .writeLong(tunnel.id().getLeastSignificantBits())
                    .writeByte(tunnel.flags())
                    .writeShort(0)
                    .writeByte(tunnel.weight());
        } else if (feature instanceof NetworkId id) {
            type = 4;
            out.writeShort(id(id.network()));
        } else if (feature instanceof Introduction introduction) {
            type = INTRODUCTION;
            introduction.hello().encode(out);
        } else {
            Unknown unknown = (Unknown) feature;
            type = unknown.type();
            out.writeBytes(ByteBufUtil.decodeHexDump(unknown.hex()));
        }
        out.setByte(start, type).setShort(start + 1, out.writerIndex() - start - 3);
    }

    private static void text(String what, String text, ByteBuf out) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        if (bytes.length > 255) {
            throw ProxyException.unsupported(what + " of " + bytes.length + " bytes (expected: at most 255)");
        }
        out.writeByte(bytes.length).writeBytes(bytes);
    }
}
