package io.warren.layer.tls;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import io.vertx.core.Promise;
import io.warren.net.Pipeline;
import io.warren.net.ProxyException;
import io.warren.net.Stream;

/** Waits behind the TLS handler for the end of its handshake. */
final class TlsHandshake extends ChannelInboundHandlerAdapter {
    private final Stream stream;
    private final Promise<Stream> done;
    private boolean over;

    TlsHandshake(Stream stream, Promise<Stream> done) {
        this.stream = stream;
        this.done = done;
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        if (event instanceof SslHandshakeCompletionEvent handshake && !over) {
            if (handshake.isSuccess()) {
                succeed(ctx);
            } else {
                fail(ctx, TlsFault.of(handshake.cause()));
            }
        } else if (event instanceof ChannelInputShutdownEvent && !over) {
            // With half-close the channel stays active: nobody else would end the handshake before its time is up.
            fail(ctx, closed());
        } else {
            ctx.fireUserEventTriggered(event);
        }
    }

    private void succeed(ChannelHandlerContext ctx) {
        over = true;
        SslHandler tls = ctx.pipeline().get(SslHandler.class);
        boolean halfCloses = tls.engine().getSession().getProtocol().equals(TlsParameters.TLS13)
                && !(tls.engine() instanceof io.netty.handler.ssl.ReferenceCountedOpenSslEngine);
        Pipeline.of(stream).endsOutput(halfCloses ? tls::closeOutbound : null);
        ctx.pipeline().remove(this);
        // Not from within the TLS handler's own work: whoever goes on writes at once, and it would miss the room that
        // this makes.
        ctx.executor().execute(() -> done.complete(stream));
    }

    private void fail(ChannelHandlerContext ctx, ProxyException why) {
        over = true;
        ctx.close();
        done.fail(why);
    }

    private static ProxyException closed() {
        return ProxyException.of(
                ProxyException.Kind.CLOSED, ProxyException.Side.CLIENT, "TLS handshake: closed by the peer");
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        if (!over) {
            fail(ctx, TlsFault.of(cause));
        }
        ctx.fireExceptionCaught(cause);
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        if (!over) {
            fail(ctx, closed());
        }
        ctx.fireChannelInactive();
    }
}
