package io.warren.layer.tls;

import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.ssl.AbstractSniHandler;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.concurrent.Future;
import io.warren.net.ProxyException;
import java.util.function.Supplier;

/** Lets a handshake begin only when the client asks for a name that is served here. */
final class SniGate extends AbstractSniHandler<Boolean> {
    /** A fatal internal_error, which is what gost answers. */
    private static final byte[] ALERT = {21, 3, 3, 0, 2, 2, 80};

    private final TlsServerOptions options;
    private final Supplier<SslHandler> next;

    SniGate(TlsServerOptions options, Supplier<SslHandler> next) {
        super(options.handshakeTime().toMillis());
        this.options = options;
        this.next = next;
    }

    @Override
    protected Future<Boolean> lookup(ChannelHandlerContext ctx, String hostname) {
        return ctx.executor().newSucceededFuture(options.serves(hostname == null ? "" : hostname));
    }

    @Override
    protected void onLookupComplete(ChannelHandlerContext ctx, String hostname, Future<Boolean> served) {
        if (served.getNow()) {
            ctx.pipeline().replace(this, null, next.get());
            return;
        }
        ctx.writeAndFlush(Unpooled.wrappedBuffer(ALERT)).addListener(ChannelFutureListener.CLOSE);
        ctx.fireExceptionCaught(ProxyException.denied(
                hostname == null ? "TLS handshake: no server name" : "TLS handshake: server name " + hostname));
    }
}
