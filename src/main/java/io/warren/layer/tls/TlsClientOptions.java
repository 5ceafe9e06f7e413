package io.warren.layer.tls;

import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.util.InsecureTrustManagerFactory;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.warren.spi.Renewed;
import io.warren.spi.Settings;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

/** A client's side of TLS: whom it trusts, which name it asks for, its own certificate. Holds the contexts that all event loops share. */
public final class TlsClientOptions {
    private final TlsParameters parameters;
    private final boolean secure;
    private final String serverName;
    private final Duration handshakeTime;
    private final WatchedFiles<SslContext> halfClosing;
    private final WatchedFiles<SslContext> fast;

    private TlsClientOptions(
            TlsParameters parameters,
            boolean secure,
            String serverName,
            Duration handshakeTime,
            String cert,
            String key,
            String ca,
            Renewed renewed) {
        this.parameters = parameters;
        this.secure = secure;
        this.serverName = serverName;
        this.handshakeTime = handshakeTime;
        List<Path> files =
                Stream.of(cert, key, ca).filter(f -> !f.isEmpty()).map(Path::of).toList();
        this.halfClosing = new WatchedFiles<>(
                files,
                () -> TlsServerOptions.since(renewed, cert),
                () -> context(KeyMaterial.load(renewed, cert, key, ca), true));
        this.fast = new WatchedFiles<>(
                files,
                () -> TlsServerOptions.since(renewed, cert),
                () -> context(KeyMaterial.load(renewed, cert, key, ca), false));
    }

    /**
     * Reads a component's {@code tls} section: without {@code secure} the server is not verified at all, or, with a {@code caFile}, by its chain but
     * not by its name. Files that cannot be used are reported.
     */
    public static TlsClientOptions read(Settings tls) {
        return read(tls, Duration.ZERO);
    }

    /** @param handshakeTime what a handshake may take; zero = the usual */
    public static TlsClientOptions read(Settings tls, Duration handshakeTime) {
        String cert = tls.text("", "certFile");
        String key = tls.text("", "keyFile");
        String ca = tls.text("", "caFile");
        if (cert.isEmpty() != key.isEmpty()) {
            tls.problem(cert.isEmpty() ? "keyFile" : "certFile", "certFile and keyFile are needed together");
        }
        try {
            KeyMaterial.check(tls.renewed(), cert, key, ca);
        } catch (IOException e) {
            tls.problem(cert.isEmpty() ? "caFile" : "certFile", e.getMessage());
        }
        return new TlsClientOptions(
                TlsParameters.read(tls),
                tls.flag(false, "secure"),
                tls.text("", "serverName"),
                handshakeTime.isZero() || handshakeTime.isNegative() ? TlsLayer.HANDSHAKE : handshakeTime,
                cert,
                key,
                ca,
                tls.renewed());
    }

    private SslContext context(KeyMaterial material, boolean halfClose) throws IOException {
        SslContextBuilder builder = SslContextBuilder.forClient();
        builder.endpointIdentificationAlgorithm(secure ? "HTTPS" : null);
        if (!material.authorities().isEmpty()) {
            builder.trustManager(material.authorities());
        } else if (!secure) {
            builder.trustManager(InsecureTrustManagerFactory.INSTANCE);
        }
        material.identity().ifPresent(identity -> builder.keyManager(identity.key(), identity.chain()));
        return TlsLayer.build(builder, parameters, halfClose);
    }

    Future<SslContext> context(Context context, boolean halfClose) {
        return (halfClose && parameters.allowsTls13() ? halfClosing : fast).current(context);
    }

    /** @param node the node's host, for when no name is configured */
    String serverName(String node) {
        return serverName.isEmpty() ? node : serverName;
    }

    Duration handshakeTime() {
        return handshakeTime;
    }
}
