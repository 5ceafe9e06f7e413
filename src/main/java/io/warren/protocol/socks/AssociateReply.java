package io.warren.protocol.socks;

import io.vertx.core.Future;
import io.warren.net.Address;
import io.warren.net.DatagramFlow;
import io.warren.net.ProxyException;
import io.warren.net.Stream;
import io.warren.spi.Reply;

/**
 * The reply to a UDP ASSOCIATE: from then on the control stream says nothing but that the client is still there.
 *
 * @param client of which control is the stream
 * @param flow the client's datagrams, in vain after a refusal
 */
record AssociateReply(Party client, DatagramFlow flow) implements Reply {
    @Override
    public Future<Void> accepted(Address bound) {
        Stream control = client.stream();
        return Told.client(control, Socks5Reply.succeeded(bound).encode()).onSuccess(told -> {
            control.endHandler(end -> control.close());
            control.handler(ignored -> {});
        });
    }

    @Override
    public Future<Void> refused(ProxyException why) {
        flow.close();
        return client.refused(why);
    }
}
