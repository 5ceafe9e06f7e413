package io.warren.layer.tls;

import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.vertx.core.Future;
import io.warren.net.Pipeline;
import io.warren.net.Stream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.time.Duration;

/**
 * TLS 1.3 between equals: both ends show a certificate of one authority and trust no other. Names do not matter. It has no half-close: for what has ends
 * of its own inside, as a mux.
 */
public final class MutualTls {
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private final SslContext client;
    private final SslContext server;

    /** Reads native libraries: not on an event loop. */
    public MutualTls(PrivateKey key, X509Certificate own, X509Certificate authority) {
        try {
            client = SslContextBuilder.forClient()
                    .keyManager(key, own)
                    .trustManager(authority)
                    .endpointIdentificationAlgorithm(null)
                    .protocols(TlsParameters.TLS13)
                    .build();
            server = SslContextBuilder.forServer(key, own)
                    .trustManager(authority)
                    .clientAuth(ClientAuth.REQUIRE)
                    .protocols(TlsParameters.TLS13)
                    .build();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Shakes hands as the end that dialled.
     *
     * @return the same stream; fails with PROTOCOL or CLOSED, and then it is closed. The other end may still turn us down: that comes as the end of the
     *     stream, before its first byte
     */
    public Future<Stream> client(Stream stream) {
        return over(stream, client);
    }

    /**
     * Shakes hands as the end that accepted.
     *
     * @return the same stream, once the peer has proved who it is; fails with PROTOCOL or CLOSED, and then it is closed
     */
    public Future<Stream> server(Stream stream) {
        return over(stream, server);
    }

    private static Future<Stream> over(Stream stream, SslContext context) {
        return TlsLayer.handshake(
                        stream,
                        () -> TlsLayer.timed(
                                context.newHandler(Pipeline.of(stream).channel().alloc()), PATIENCE))
                .onFailure(e -> stream.close());
    }
}
