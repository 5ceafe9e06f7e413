package io.warren.protocol.socks;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.warren.codec.SocksAddress;
import io.warren.net.Address;
import io.warren.net.ProxyException;
import java.util.Optional;

/** A SOCKS5 request (RFC 1928 section 4). */
record Socks5Request(int command, Address address) {
    static final int CONNECT = 0x01;
    static final int BIND = 0x02;
    static final int ASSOCIATE = 0x03;
    /** gost's: a BIND for many visitors, each a stream of a mux over the control stream. */
    static final int MUX_BIND = 0xf2;
    /** gost's: datagrams over the control stream; with a port, bound there. */
    static final int UDP_TUNNEL = 0xf3;

    static Optional<Socks5Request> decode(ByteBuf in) {
        Greeting.checkVersion(in, "request");
        if (in.readableBytes() < 4) {
            return Optional.empty();
        }
        int command = in.skipBytes(1).readUnsignedByte();
        in.skipBytes(1);
        return SocksAddress.decode(in).map(address -> new Socks5Request(command, address));
    }

    /** @throws ProxyException UNSUPPORTED as {@link SocksAddress#encode} says */
    ByteBuf encode() {
        ByteBuf out = Unpooled.buffer(3 + SocksAddress.length(address))
                .writeByte(Greeting.VERSION)
                .writeByte(command)
                .writeByte(0);
        SocksAddress.encode(address, out);
        return out;
    }
}
