package io.warren.layer.tls;

import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.warren.spi.Renewed;
import io.warren.spi.Settings;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * A server's side of TLS: its certificate, whom it lets in, and what it speaks. Holds the contexts that all event loops share.
 */
public final class TlsServerOptions {
    private final TlsParameters parameters;
    private final boolean rejectUnknownSni;
    private final List<String> serverNames;
    private final Duration handshakeTime;
    private final WatchedFiles<SslContext> halfClosing;
    private final WatchedFiles<SslContext> fast;

    private interface Source {
        KeyMaterial load() throws IOException;
    }

    private TlsServerOptions(
            TlsParameters parameters,
            boolean rejectUnknownSni,
            List<String> serverNames,
            Duration handshakeTime,
            List<Path> files,
            Supplier<String> also,
            Source source) {
        this.parameters = parameters;
        this.rejectUnknownSni = rejectUnknownSni;
        this.serverNames = serverNames;
        this.handshakeTime = handshakeTime;
        this.halfClosing = new WatchedFiles<>(files, also, () -> context(source.load(), true));
        this.fast = new WatchedFiles<>(files, also, () -> context(source.load(), false));
    }

    /**
     * Reads a component's {@code tls} section. Without certificate and key of its own it serves those of the top-level section, else the working
     * directory's, else the ones that gost keeps, made at first use. Files that cannot be used are reported.
     */
    public static TlsServerOptions read(Settings tls) {
        TlsParameters parameters = TlsParameters.read(tls);
        boolean reject = tls.flag(false, "rejectUnknownSNI");
        List<String> names = tls.texts("serverNames");
        String cert = tls.text("", "certFile");
        String key = tls.text("", "keyFile");
        String ca = tls.text("", "caFile");
        if (!cert.isEmpty() && !key.isEmpty()) {
            return ofFiles(tls, cert, key, ca, parameters, reject, names);
        }
        if (!cert.isEmpty() || !key.isEmpty()) {
            tls.problem(cert.isEmpty() ? "keyFile" : "certFile", "certFile and keyFile are needed together");
        }
        if (!ca.isEmpty()) {
            tls.warning("caFile", "ignored without certFile and keyFile: no client certificate is asked for");
        }
        Settings global = tls.root().section("tls");
        String globalCert = global.text("", "certFile");
        String globalKey = global.text("", "keyFile");
        String globalCa = global.text("", "caFile");
        if (!globalCert.isEmpty() || !globalKey.isEmpty() || !globalCa.isEmpty()) {
            return ofFiles(global, globalCert, globalKey, globalCa, parameters, reject, names);
        }
        AutoCertificate auto = AutoCertificate.read(global);
        return new TlsServerOptions(
                parameters,
                reject,
                names,
                TlsLayer.HANDSHAKE,
                auto.files(),
                () -> "",
                () -> new KeyMaterial(java.util.Optional.of(auto.load()), List.of()));
    }

    private static TlsServerOptions ofFiles(
            Settings at,
            String cert,
            String key,
            String ca,
            TlsParameters parameters,
            boolean reject,
            List<String> names) {
        Renewed renewed = at.renewed();
        Source source = () -> {
            KeyMaterial material = KeyMaterial.load(renewed, cert, key, ca);
            if (material.identity().isEmpty()) {
                throw new IOException("certFile and keyFile are needed together");
            }
            return material;
        };
        try {
            var unused = source.load();
        } catch (IOException e) {
            at.problem(cert.isEmpty() ? "keyFile" : "certFile", e.getMessage());
        }
        List<Path> files =
                Stream.of(cert, key, ca).filter(f -> !f.isEmpty()).map(Path::of).toList();
        return new TlsServerOptions(
                parameters, reject, names, TlsLayer.HANDSHAKE, files, () -> since(renewed, cert), source);
    }

    /** Changes with what takes the place of a certificate. */
    static String since(Renewed renewed, String certFile) {
        return certFile.isEmpty()
                ? ""
                : renewed.of(certFile).map(pair -> pair.since().toString()).orElse("");
    }

    private SslContext context(KeyMaterial material, boolean halfClose) throws IOException {
        KeyMaterial.Identity identity = material.identity().orElseThrow();
        SslContextBuilder builder = SslContextBuilder.forServer(identity.key(), identity.chain());
        if (!material.authorities().isEmpty()) {
            builder.trustManager(material.authorities()).clientAuth(ClientAuth.REQUIRE);
        }
        return TlsLayer.build(builder, parameters, halfClose);
    }

    Future<SslContext> context(Context context, boolean halfClose) {
        return (halfClose && parameters.allowsTls13() ? halfClosing : fast).current(context);
    }

    boolean checksNames() {
        return rejectUnknownSni;
    }

    /** @param name what the client asked for; empty when it named none */
    boolean serves(String name) {
        return !name.isEmpty() && (serverNames.isEmpty() || serverNames.stream().anyMatch(name::equalsIgnoreCase));
    }

    Duration handshakeTime() {
        return handshakeTime;
    }
}
