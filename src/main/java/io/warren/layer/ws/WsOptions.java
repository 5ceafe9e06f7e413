package io.warren.layer.ws;

import io.warren.spi.Settings;
import java.time.Duration;
import java.util.Map;

/**
 * The {@code ws.*} keys of both ends.
 *
 * @param path what the client asks for and the server serves; a server's path that ends in a slash serves all below it
 * @param host the client's Host header; empty = the node's address
 * @param headers more headers of the request, or of the answer
 * @param handshakeTime what the handshake may take
 * @param compression whether permessage-deflate is offered, or accepted
 * @param ping how often the client pings; zero = never
 */
public record WsOptions(
        String path,
        String host,
        Map<String, String> headers,
        Duration handshakeTime,
        boolean compression,
        Duration ping) {
    private static final Duration HANDSHAKE = Duration.ofSeconds(15);
    private static final Duration PING = Duration.ofSeconds(15);

    public static WsOptions server(Settings section) {
        Settings metadata = section.metadata();
        Duration head = metadata.duration(Duration.ZERO, "ws.readHeaderTimeout", "readHeaderTimeout");
        return read(metadata, head, Duration.ZERO);
    }

    public static WsOptions client(Settings section) {
        Settings metadata = section.metadata();
        Duration ping = metadata.duration(PING, "ttl", "keepalive.interval");
        boolean pings = metadata.flag(false, "ws.keepalive", "keepalive");
        return read(metadata, Duration.ZERO, !pings ? Duration.ZERO : ping.isZero() || ping.isNegative() ? PING : ping);
    }

    private static WsOptions read(Settings metadata, Duration head, Duration ping) {
        Duration time = metadata.duration(Duration.ZERO, "ws.handshakeTimeout", "handshakeTimeout");
        String path = metadata.text("", "ws.path", "path");
        Duration limit = time.isZero() || time.isNegative() ? head : time;
        return new WsOptions(
                path.isEmpty() ? "/ws" : path,
                metadata.text("", "ws.host", "host"),
                metadata.map("ws.header", "header"),
                limit.isZero() || limit.isNegative() ? HANDSHAKE : limit,
                metadata.flag(false, "ws.enableCompression", "enableCompression"),
                ping);
    }

    boolean serves(String requested) {
        int query = requested.indexOf('?');
        String asked = query < 0 ? requested : requested.substring(0, query);
        return asked.equals(path) || (path.endsWith("/") && asked.startsWith(path));
    }
}
