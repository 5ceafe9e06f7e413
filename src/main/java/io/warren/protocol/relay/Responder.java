package io.warren.protocol.relay;

import io.vertx.core.Future;
import io.warren.codec.RelayFeature;
import io.warren.codec.RelayMessage;
import io.warren.codec.RelayStatus;
import io.warren.net.Address;
import io.warren.net.ProxyException;
import io.warren.net.Stream;
import io.warren.spi.Reply;

/**
 * Tells a client what became of its request.
 *
 * @param unreached the status of this command for a target that cannot be reached
 * @param withAddress whether the client is told where
 */
record Responder(Stream client, RelayStatus unreached, boolean withAddress) implements Reply {
    static Responder connect(Stream client) {
        return new Responder(client, RelayStatus.NETWORK_UNREACHABLE, false);
    }

    static Responder forward(Stream client) {
        return new Responder(client, RelayStatus.HOST_UNREACHABLE, false);
    }

    static Responder bind(Stream client) {
        return new Responder(client, RelayStatus.SERVICE_UNAVAILABLE, true);
    }

    @Override
    public Future<Void> accepted(Address bound) {
        RelayMessage response = withAddress
                ? RelayMessage.response(RelayStatus.OK, new RelayFeature.Addr(bound))
                : RelayMessage.response(RelayStatus.OK);
        return client.send(response.encode());
    }

    @Override
    public Future<Void> refused(ProxyException why) {
        return client.send(RelayMessage.response(RelayStatus.of(why, unreached)).encode());
    }
}
