package io.warren.protocol.auto;

import io.netty.buffer.ByteBuf;
import io.warren.codec.ClientHello;
import java.util.Optional;

/** What a stream begins with. */
enum Recognition {
    SOCKS4,
    SOCKS5,
    TLS,
    HTTP;

    /** @return empty while the bytes so far leave it open */
    static Optional<Recognition> of(ByteBuf in) {
        if (!in.isReadable()) {
            return Optional.empty();
        }
        return switch (in.getByte(in.readerIndex())) {
            case 4 -> Optional.of(SOCKS4);
            case 5 -> Optional.of(SOCKS5);
            default -> ClientHello.recognise(in).map(tls -> tls ? TLS : HTTP);
        };
    }
}
