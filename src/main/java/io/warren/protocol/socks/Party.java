package io.warren.protocol.socks;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.vertx.core.Future;
import io.warren.codec.Hello;
import io.warren.net.ProxyException;
import io.warren.net.Stream;
import java.util.Optional;

/**
 * A client as the server knows it.
 *
 * @param hello what it has said of itself; empty for all but Warrens
 * @param self what it is told of us
 */
record Party(Stream stream, Optional<Hello> hello, Hello self) {
    static Party stranger(Stream stream) {
        return new Party(stream, Optional.empty(), Introduction.NOBODY);
    }

    /** Whether signals go between the datagrams of a port that it binds. */
    boolean signals() {
        return hello.filter(Hello::signals).isPresent();
    }

    /** Others are told by the code only: they need not know what this process can reach, and how. */
    Future<Void> refused(ProxyException why) {
        ByteBuf reply = Socks5Reply.refusing(why.kind()).encode();
        return Told.client(
                stream,
                hello.isEmpty()
                        ? reply
                        : Unpooled.wrappedBuffer(reply, Introduction.encode(self.because(why.getMessage()))));
    }
}
