package io.warren.protocol.http;

import io.netty.buffer.ByteBuf;
import io.vertx.core.Future;
import io.warren.net.Address;
import io.warren.net.ProxyException;
import io.warren.net.Stream;
import io.warren.spi.Notes;
import io.warren.spi.Reply;
import io.warren.spi.Session;
import java.util.function.Supplier;

/** The answer to CONNECT. */
record ConnectReply(Session session, Stream client, Supplier<ByteBuf> yes, Answers answers) implements Reply {
    @Override
    public Future<Void> accepted(Address bound) {
        note(200);
        return client.send(yes.get());
    }

    @Override
    public Future<Void> refused(ProxyException why) {
        int status = Answers.status(why);
        note(status);
        return client.send(answers.refusal(status));
    }

    private void note(int status) {
        session.trace().notes().flatMap(Notes::transaction).ifPresent(http -> http.answered(status));
    }
}
