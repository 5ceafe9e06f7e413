package io.warren.protocol.http;

import io.netty.buffer.ByteBuf;
import io.vertx.core.Future;
import io.warren.net.Address;
import io.warren.net.ProxyException;
import io.warren.net.Stream;
import io.warren.spi.Reply;
import java.util.function.Supplier;

/** The answer to CONNECT. */
record ConnectReply(Stream client, Supplier<ByteBuf> yes, Answers answers) implements Reply {
    @Override
    public Future<Void> accepted(Address bound) {
        return client.send(yes.get());
    }

    @Override
    public Future<Void> refused(ProxyException why) {
        return client.send(answers.refusal(Answers.status(why)));
    }
}
