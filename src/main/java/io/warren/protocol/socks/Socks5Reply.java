package io.warren.protocol.socks;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.warren.codec.SocksAddress;
import io.warren.net.Address;
import io.warren.net.ProxyException;
import io.warren.net.ProxyException.Kind;
import java.util.Optional;

/** A SOCKS5 reply (RFC 1928 section 6). */
record Socks5Reply(int code, Address bound) {
    private static final int SUCCEEDED = 0;
    private static final int FAILURE = 1;
    private static final int NOT_ALLOWED = 2;
    private static final int NETWORK_UNREACHABLE = 3;
    private static final int HOST_UNREACHABLE = 4;
    private static final int REFUSED = 5;
    private static final int TTL_EXPIRED = 6;
    private static final int COMMAND_UNSUPPORTED = 7;
    private static final int ADDRESS_UNSUPPORTED = 8;

    static Socks5Reply succeeded(Address bound) {
        return new Socks5Reply(SUCCEEDED, bound);
    }

    static Socks5Reply refusing(Kind kind) {
        return new Socks5Reply(
                switch (kind) {
                    case DENIED -> NOT_ALLOWED;
                    case UNREACHABLE -> NETWORK_UNREACHABLE;
                    case RESOLVE, TIMEOUT -> HOST_UNREACHABLE;
                    case REFUSED -> REFUSED;
                    case UNSUPPORTED -> COMMAND_UNSUPPORTED;
                    case UNAUTHORIZED, LIMITED, PROTOCOL, CLOSED, INTERNAL -> FAILURE;
                },
                Address.NONE);
    }

    static Optional<Socks5Reply> decode(ByteBuf in) {
        Greeting.checkVersion(in, "reply");
        if (in.readableBytes() < 4) {
            return Optional.empty();
        }
        int code = in.skipBytes(1).readUnsignedByte();
        in.skipBytes(1);
        return SocksAddress.decode(in).map(bound -> new Socks5Reply(code, bound));
    }

    ByteBuf encode() {
        ByteBuf out = Unpooled.buffer(3 + SocksAddress.length(bound))
                .writeByte(Greeting.VERSION)
                .writeByte(code)
                .writeByte(0);
        SocksAddress.encode(bound, out);
        return out;
    }

    boolean granted() {
        return code == SUCCEEDED;
    }

    /**
     * Why the server refuses.
     *
     * @param said its own words
     */
    ProxyException refusal(Optional<String> said) {
        return switch (code) {
            case NOT_ALLOWED -> refusal(Kind.DENIED, "not allowed", said);
            case NETWORK_UNREACHABLE -> refusal(Kind.UNREACHABLE, "network unreachable", said);
            case HOST_UNREACHABLE -> refusal(Kind.UNREACHABLE, "host unreachable", said);
            case REFUSED -> refusal(Kind.REFUSED, "connection refused", said);
            case TTL_EXPIRED -> refusal(Kind.TIMEOUT, "time to live expired", said);
            case COMMAND_UNSUPPORTED -> refusal(Kind.UNSUPPORTED, "command not supported", said);
            case ADDRESS_UNSUPPORTED -> refusal(Kind.UNSUPPORTED, "address type not supported", said);
            default -> refusal(Kind.UNREACHABLE, "failed", said);
        };
    }

    private ProxyException refusal(Kind kind, String what, Optional<String> said) {
        return ProxyException.upstream(kind, "reply " + code + " (" + said.orElse(what) + ")");
    }
}
