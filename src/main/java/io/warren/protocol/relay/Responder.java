package io.warren.protocol.relay;

import io.vertx.core.Future;
import io.warren.codec.Hello;
import io.warren.codec.RelayFeature;
import io.warren.codec.RelayMessage;
import io.warren.codec.RelayStatus;
import io.warren.net.Address;
import io.warren.net.ProxyException;
import io.warren.net.Stream;
import io.warren.spi.Reply;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Tells a client what became of its request.
 *
 * @param unreached the status of this command for a target that cannot be reached
 * @param withAddress whether the client is told where
 * @param self told to an agent that has introduced itself
 */
record Responder(Stream client, RelayStatus unreached, boolean withAddress, Optional<Hello> self) implements Reply {
    static Responder connect(Stream client) {
        return new Responder(client, RelayStatus.NETWORK_UNREACHABLE, false, Optional.empty());
    }

    static Responder forward(Stream client) {
        return new Responder(client, RelayStatus.HOST_UNREACHABLE, false, Optional.empty());
    }

    static Responder bind(Stream client, Optional<Hello> self) {
        return new Responder(client, RelayStatus.SERVICE_UNAVAILABLE, true, self);
    }

    @Override
    public Future<Void> accepted(Address bound) {
        return answer(RelayStatus.OK, withAddress ? Optional.of(new RelayFeature.Addr(bound)) : Optional.empty(), self);
    }

    @Override
    public Future<Void> refused(ProxyException why) {
        // Not to everybody: others need not know what this process can reach, and how.
        return answer(
                RelayStatus.of(why, unreached), Optional.empty(), self.map(hello -> hello.because(why.getMessage())));
    }

    private Future<Void> answer(RelayStatus status, Optional<RelayFeature> address, Optional<Hello> hello) {
        List<RelayFeature> features = new ArrayList<>(2);
        address.ifPresent(features::add);
        hello.map(RelayFeature.Introduction::new).ifPresent(features::add);
        return client.send(new RelayMessage(status.code(), features).encode());
    }
}
