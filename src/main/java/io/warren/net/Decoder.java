package io.warren.net;

import io.netty.buffer.ByteBuf;
import java.util.Optional;

/** Reads one message of a wire format. */
@FunctionalInterface
public interface Decoder<T> {
    /**
     * @param in what has arrived so far; on success the reader index stands behind the message, otherwise its position does not matter
     * @return empty when more bytes are needed
     * @throws ProxyException PROTOCOL when no continuation can make it a message
     */
    Optional<T> decode(ByteBuf in);
}
