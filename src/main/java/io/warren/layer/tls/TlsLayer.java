package io.warren.layer.tls;

import io.netty.channel.ChannelHandler;
import io.netty.handler.ssl.ApplicationProtocolConfig;
import io.netty.handler.ssl.OpenSsl;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslProvider;
import io.netty.handler.ssl.SupportedCipherSuiteFilter;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.warren.net.Address;
import io.warren.net.Pipeline;
import io.warren.net.Stream;
import io.warren.spi.Inbound;
import io.warren.spi.Layer;
import io.warren.spi.Session;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLParameters;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * TLS at either end, also in the middle of a stream: bytes that were kept go through it first.
 *
 * <p>There are two engines. The JDK's can close one direction alone (TLS 1.3) and go on with the other. OpenSSL's costs two thirds of the CPU per byte,
 * but answers the peer's close_notify with its own; it is for what has ends of its own inside, as a mux.
 */
public final class TlsLayer implements Layer {
    /** What a handshake may take. */
    static final Duration HANDSHAKE = Duration.ofSeconds(15);

    private static final Logger LOG = LoggerFactory.getLogger("layer");

    /** Makes one side. */
    private interface End {
        Future<Stream> secure(Stream stream, Address node);
    }

    private final End end;

    private TlsLayer(End end) {
        this.end = end;
    }

    /** @param halfClose whether what is inside ends one direction by TLS's means */
    public static TlsLayer server(TlsServerOptions options, boolean halfClose) {
        return new TlsLayer((stream, node) -> accept(stream, options, halfClose));
    }

    /** @param halfClose whether what is inside ends one direction by TLS's means */
    public static TlsLayer client(TlsClientOptions options, boolean halfClose) {
        return new TlsLayer((stream, node) -> connect(stream, options, node.host(), halfClose));
    }

    /**
     * Waits for the client's handshake.
     *
     * @return the same stream, secured; fails with PROTOCOL, DENIED or CLOSED, and then it is closed
     */
    public static Future<Stream> accept(Stream stream, TlsServerOptions options, boolean halfClose) {
        return options.context(stream.context(), halfClose)
                .compose(context -> handshake(stream, () -> {
                    Supplier<SslHandler> tls =
                            () -> timed(context.newHandler(allocator(stream)), options.handshakeTime());
                    return options.checksNames() ? new SniGate(options, tls) : tls.get();
                }))
                .onFailure(e -> stream.close());
    }

    /**
     * Makes the handshake with a server.
     *
     * @param host asked for unless the options name another one
     * @return the same stream, secured; fails with PROTOCOL or CLOSED, and then it is closed
     */
    public static Future<Stream> connect(Stream stream, TlsClientOptions options, String host, boolean halfClose) {
        String name = options.serverName(host);
        return options.context(stream.context(), halfClose)
                .compose(context -> handshake(stream, () -> {
                    SslHandler tls = context.newHandler(
                            allocator(stream), name, Math.max(stream.remote().port(), 0));
                    if (!name.isEmpty() && !Address.of(name, 0).isIp()) {
                        SSLParameters parameters = tls.engine().getSSLParameters();
                        parameters.setServerNames(List.of(new SNIHostName(name)));
                        tls.engine().setSSLParameters(parameters);
                    }
                    return timed(tls, options.handshakeTime());
                }))
                .onFailure(e -> stream.close());
    }

    private static io.netty.buffer.ByteBufAllocator allocator(Stream stream) {
        return Pipeline.of(stream).channel().alloc();
    }

    static SslHandler timed(SslHandler tls, Duration time) {
        tls.setHandshakeTimeout(time.toMillis(), TimeUnit.MILLISECONDS);
        return tls;
    }

    static Future<Stream> handshake(Stream stream, Supplier<ChannelHandler> tls) {
        Promise<Stream> done = Promise.promise();
        Pipeline pipeline = Pipeline.of(stream);
        if (!pipeline.channel().isActive()) {
            return Future.failedFuture(TlsFault.of(new IOException("closed by the peer")));
        }
        pipeline.add(tls.get(), new TlsHandshake(stream, done));
        pipeline.demand();
        return done.future();
    }

    static SslContext build(SslContextBuilder builder, TlsParameters parameters, boolean halfClose) throws IOException {
        boolean jdk = (halfClose && parameters.allowsTls13()) || !OpenSsl.isAvailable();
        builder.sslProvider(jdk ? SslProvider.JDK : SslProvider.OPENSSL);
        builder.protocols(parameters.versions());
        if (!parameters.cipherSuites().isEmpty()) {
            List<String> suites = new ArrayList<>(TlsParameters.TLS13_SUITES);
            suites.addAll(parameters.cipherSuites());
            builder.ciphers(suites, SupportedCipherSuiteFilter.INSTANCE);
        }
        if (!parameters.alpn().isEmpty()) {
            builder.applicationProtocolConfig(new ApplicationProtocolConfig(
                    ApplicationProtocolConfig.Protocol.ALPN,
                    ApplicationProtocolConfig.SelectorFailureBehavior.NO_ADVERTISE,
                    ApplicationProtocolConfig.SelectedListenerFailureBehavior.ACCEPT,
                    parameters.alpn()));
        }
        return builder.build();
    }

    @Override
    public Future<Stream> dial(Session session, Address node, Supplier<Future<Stream>> below) {
        return below.get().compose(stream -> end.secure(stream, node)).recover(TlsLayer::upstream);
    }

    private static Future<Stream> upstream(Throwable e) {
        return Future.failedFuture(e instanceof io.warren.net.ProxyException p ? p.asUpstream() : e);
    }

    @Override
    public void accept(Inbound below, Consumer<Inbound> above) {
        Function<Stream, Inbound> secured = below::with;
        end.secure(below.stream(), below.session().local())
                .map(secured)
                .onSuccess(above::accept)
                .onFailure(e -> {
                    below.stream().close();
                    LOG.info("{}: {}", below.session().client(), e.getMessage());
                });
    }
}
