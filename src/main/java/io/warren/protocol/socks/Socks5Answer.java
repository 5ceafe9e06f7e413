package io.warren.protocol.socks;

import io.vertx.core.Future;
import io.warren.net.Address;
import io.warren.net.ProxyException;
import io.warren.spi.Reply;

/** The reply to a request, after which the stream is the connection itself. */
record Socks5Answer(Party client) implements Reply {
    @Override
    public Future<Void> accepted(Address bound) {
        return Told.last(client.stream(), Socks5Reply.succeeded(bound).encode());
    }

    @Override
    public Future<Void> refused(ProxyException why) {
        return client.refused(why);
    }
}
