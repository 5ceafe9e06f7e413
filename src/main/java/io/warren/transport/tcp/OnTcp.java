package io.warren.transport.tcp;

import io.warren.layer.Stack;
import io.warren.layer.smux.SmuxLayer;
import io.warren.layer.smux.SmuxOptions;
import io.warren.layer.tls.TlsClientOptions;
import io.warren.layer.tls.TlsLayer;
import io.warren.layer.tls.TlsServerOptions;
import io.warren.layer.ws.WsLayer;
import io.warren.layer.ws.WsOptions;
import io.warren.spi.Layer;
import io.warren.spi.Protocol;
import io.warren.spi.Transport;
import java.time.Duration;

/** The transports that are TCP with layers on it. */
public final class OnTcp {
    /** Its dialers call TCP's keep-alive {@code tcp.keepalive}: {@code keepalive} is WebSocket's. */
    private static final Transport FOR_WS = Transport.named("tcp")
            .listener(TcpOptions::read, (scope, options) -> new TcpListener(options.listen()))
            .dialer(TcpOptions::prefixed, (scope, options) -> new TcpDialer(options));

    public static final Transport MTCP = Stack.of("mtcp", Tcp.TRANSPORT, mux(2));
    public static final Transport TLS = tls("tls", Tcp.TRANSPORT, true);
    public static final Transport MTLS = Stack.of("mtls", tls("tls", Tcp.TRANSPORT, false), mux(1));

    public static final Transport WS = ws("ws", FOR_WS);
    public static final Transport WSS = ws("wss", tls("tls", FOR_WS, true));
    public static final Transport MWS = Stack.of("mws", WS, mux(1));
    public static final Transport MWSS = Stack.of("mwss", ws("wss", tls("tls", FOR_WS, false)), mux(1));

    private OnTcp() {}

    private static Transport ws(String name, Transport below) {
        return Stack.of(
                name,
                below,
                Stack.layer(WsOptions::server, (scope, options) -> new WsLayer(options)),
                Stack.layer(WsOptions::client, (scope, options) -> new WsLayer(options)));
    }

    /** @param halfClose false below a mux, whose streams have ends of their own: a faster engine does then */
    private static Transport tls(String name, Transport below, boolean halfClose) {
        return Stack.of(
                name,
                below,
                Stack.layer(
                        section -> TlsServerOptions.read(section.section("tls")),
                        (scope, options) -> TlsLayer.server(options, halfClose)),
                Stack.layer(
                        section -> TlsClientOptions.read(
                                section.section("tls"), section.metadata().duration(Duration.ZERO, "handshakeTimeout")),
                        (scope, options) -> TlsLayer.client(options, halfClose)));
    }

    private static Protocol.Factory<Layer> mux(int version) {
        return Stack.layer(section -> SmuxOptions.read(section, version), (scope, options) -> new SmuxLayer(options));
    }
}
