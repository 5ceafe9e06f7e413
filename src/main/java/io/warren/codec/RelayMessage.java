package io.warren.codec;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import io.warren.net.Address;
import io.warren.net.Decoder;
import io.warren.net.ProxyException;
import io.warren.spi.Credentials;
import io.warren.spi.Network;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A request or a response of gost's relay protocol, version 1: version, one byte, the length of all features, the features.
 *
 * @param code of a request the command in the low and flags in the high four bits, of a response the status
 */
public record RelayMessage(int code, List<RelayFeature> features) {
    public static final int CONNECT = 1;
    public static final int BIND = 2;
    public static final int ASSOCIATE = 3;

    /** Deprecated flag of a request, sent beside the network feature. */
    public static final int UDP = 0x80;

    /** Reads a response that grants what was asked; fails as {@link #decode} and {@link RelayStatus#check} do. */
    public static final Decoder<RelayMessage> GRANTED = in -> {
        Optional<RelayMessage> response = decode(in);
        response.ifPresent(RelayStatus::check);
        return response;
    };

    private static final int VERSION = 1;
    private static final int HEADER = 4;

    public RelayMessage(int code, List<RelayFeature> features) {
        this.code = code;
        this.features = List.copyOf(features);
    }

    public RelayMessage(int code, RelayFeature... features) {
        this(code, List.of(features));
    }

    /** @param command with {@link #UDP} added when {@code network} is UDP */
    public static RelayMessage request(int command, Network network, List<RelayFeature> features) {
        return new RelayMessage(network == Network.UDP ? command | UDP : command, features);
    }

    public static RelayMessage response(RelayStatus status, RelayFeature... features) {
        return new RelayMessage(status.code(), features);
    }

    /**
     * Reads one message.
     *
     * @return empty when more bytes are needed
     * @throws ProxyException PROTOCOL for another version and for features that are cut off or wrong
     */
    public static Optional<RelayMessage> decode(ByteBuf in) {
        if (!in.isReadable()) {
            return Optional.empty();
        }
        int version = in.getUnsignedByte(in.readerIndex());
        if (version != VERSION) {
            throw ProxyException.protocol("relay version " + version + " (expected: " + VERSION + ")");
        }
        if (in.readableBytes() < HEADER || in.readableBytes() < HEADER + in.getUnsignedShort(in.readerIndex() + 2)) {
            return Optional.empty();
        }
        in.skipBytes(1);
        int code = in.readUnsignedByte();
        ByteBuf data = in.readSlice(in.readUnsignedShort());
        List<RelayFeature> features = new ArrayList<>(4);
        while (data.isReadable()) {
            features.add(feature(data));
        }
        return Optional.of(new RelayMessage(code, features));
    }

    private static RelayFeature feature(ByteBuf data) {
        if (data.readableBytes() < 3) {
            throw ProxyException.protocol("feature of " + data.readableBytes() + " bytes (expected: 3 or more)");
        }
        int type = data.readUnsignedByte();
        int length = data.readUnsignedShort();
        if (length > data.readableBytes()) {
            throw ProxyException.protocol("feature " + type + " of " + length + " bytes in a message with "
                    + data.readableBytes() + " bytes left");
        }
        return RelayFeature.decode(type, data.readSlice(length));
    }

    /**
     * The bytes of this message.
     *
     * @throws ProxyException UNSUPPORTED when a part of it is longer than the format allows
     */
    public ByteBuf encode() {
        ByteBuf out = PooledByteBufAllocator.DEFAULT.buffer(64);
        try {
            out.writeByte(VERSION).writeByte(code).writeShort(0);
            features.forEach(feature -> RelayFeature.encode(feature, out));
            int length = out.writerIndex() - HEADER;
            if (length > 0xffff) {
                throw ProxyException.unsupported("relay features of " + length + " bytes (expected: at most 65535)");
            }
            return out.setShort(2, length);
        } catch (ProxyException e) {
            out.release();
            throw e;
        }
    }

    /** What a request asks for, without its flags. */
    public int command() {
        return code & 0x0f;
    }

    /** The network that a request asks for, by the feature or by the flag. */
    public Network network() {
        Network named = last(RelayFeature.NetworkId.class)
                .map(RelayFeature.NetworkId::network)
                .orElse(Network.TCP);
        return (code & UDP) != 0 ? Network.UDP : named;
    }

    public Optional<Credentials> credentials() {
        return last(RelayFeature.UserAuth.class).map(RelayFeature.UserAuth::credentials);
    }

    /** What a Warren says of itself. */
    public Optional<Hello> hello() {
        return last(RelayFeature.Introduction.class).map(RelayFeature.Introduction::hello);
    }

    /** All addresses, in order. */
    public List<Address> addresses() {
        return features.stream()
                .filter(RelayFeature.Addr.class::isInstance)
                .map(feature -> ((RelayFeature.Addr) feature).address())
                .toList();
    }

    /** The feature of a type; of several the last. */
    public <F extends RelayFeature> Optional<F> last(Class<F> type) {
        return features.stream().filter(type::isInstance).map(type::cast).reduce((first, second) -> second);
    }
}
