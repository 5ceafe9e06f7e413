package io.warren.protocol.socks;

import io.netty.buffer.ByteBuf;
import io.vertx.core.Future;
import io.warren.net.Intake;
import io.warren.net.ProxyException;
import io.warren.net.ProxyException.Kind;
import io.warren.net.ProxyException.Side;
import io.warren.net.Stream;
import java.time.Duration;

/** Messages written to a peer. */
final class Told {
    /** How long a client may take to read a reply before other bytes follow it. */
    private static final Duration SETTLING = Duration.ofMillis(5);

    private Told() {}

    /** @return fails with CLOSED, a fault of the client's side, when the peer is gone */
    static Future<Void> client(Stream client, ByteBuf message) {
        return to(client, Side.CLIENT, message);
    }

    /** @return fails with CLOSED, a fault of the upstream's side, when the peer is gone */
    static Future<Void> server(Stream server, ByteBuf message) {
        return to(server, Side.UPSTREAM, message);
    }

    private static Future<Void> to(Stream peer, Side side, ByteBuf message) {
        return peer.send(message)
                .recover(e -> Future.failedFuture(new ProxyException(Kind.CLOSED, side, "closed by the peer", e)));
    }

    /**
     * Writes the last message of a handshake and waits until the client has it: gost's client drops what comes with it in one read. The client's own
     * bytes prove it, so only a client that waits for the server to speak first is kept waiting.
     */
    static Future<Void> last(Stream client, ByteBuf message) {
        return client(client, message)
                .compose(sent -> Intake.of(client, SETTLING).peek(1).transform(any -> Future.succeededFuture()));
    }
}
