package io.warren.layer.sniff;

import io.vertx.core.Future;
import io.warren.net.Address;
import io.warren.net.Pipeline;
import io.warren.net.ProxyException;
import io.warren.net.Stream;
import io.warren.spi.Reply;
import io.warren.spi.Scope;
import io.warren.spi.Session;
import io.warren.spi.Settings;
import java.time.Duration;

/**
 * Whether a handler looks into what its clients send once they are connected.
 *
 * @param on otherwise it costs nothing
 * @param timeout how long first bytes are held that may still become something known; zero = for ever. A server that speaks first never waits
 */
public record Sniffing(boolean on, Duration timeout) {
    public static final Sniffing OFF = new Sniffing(false, Duration.ZERO);

    /** Reads the keys of a handler's metadata. */
    public static Sniffing read(Settings metadata) {
        boolean on = metadata.flag(false, "sniffing");
        Duration timeout = metadata.duration(Duration.ZERO, "sniffing.timeout");
        for (String key : new String[] {"sniffing.websocket", "sniffing.websocket.sampleRate"}) {
            if (metadata.has(key)) {
                metadata.warning(key, "has no effect: frames are not recorded");
            }
        }
        return new Sniffing(on, timeout);
    }

    /** The same reply, behind which what the client sends is looked at. */
    public Reply behind(Reply reply, Session session, Stream client, Scope scope) {
        return on ? new Watching(this, reply, session, client, scope) : reply;
    }

    private record Watching(Sniffing how, Reply reply, Session session, Stream client, Scope scope) implements Reply {
        @Override
        public Future<Void> accepted(Address bound) {
            return reply.accepted(bound).onSuccess(told -> {
                // Bytes that follow the request are here already; what is put on top of the stream sees them again.
                Pipeline.of(client).add(new Sniffer(session, scope, how.timeout()));
            });
        }

        @Override
        public Future<Void> refused(ProxyException why) {
            return reply.refused(why);
        }
    }
}
