package io.warren.net;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.handler.codec.ByteToMessageDecoder;
import io.netty.handler.ssl.SslCloseCompletionEvent;
import java.util.Optional;

/**
 * Takes one message off the beginning of a stream whenever it arrives, so that the stream can be used before that: the reply of a peer that gives it
 * only with its first data. A reader sees what comes behind the message. Once taken off, nothing of it is left in the stream's way.
 */
public final class Prefix {
    private Prefix() {}

    /**
     * Nobody may be reading the stream yet.
     *
     * @param message what {@code decoder} throws ends the stream as the upstream's failure, and so does an end in the middle of the message; an end
     *     before its first byte is the stream's own
     */
    public static void take(Stream stream, Decoder<?> message) {
        Taker taker = new Taker(message);
        Pipeline.of(stream).add(taker);
        if (stream.sawEnd()) {
            taker.ended(stream.pipeline().context(taker));
        }
    }

    private static final class Taker extends ChannelInboundHandlerAdapter {
        private final Decoder<?> message;
        private ByteBuf kept = Unpooled.EMPTY_BUFFER;

        Taker(Decoder<?> message) {
            this.message = message;
        }

        @Override
        public void channelRead(ChannelHandlerContext ctx, Object bytes) {
            if (ctx.isRemoved()) {
                ctx.fireChannelRead(bytes);
                return;
            }
            kept = ByteToMessageDecoder.MERGE_CUMULATOR.cumulate(ctx.alloc(), kept, (ByteBuf) bytes);
            int start = kept.readerIndex();
            Optional<?> taken;
            try {
                taken = message.decode(kept);
            } catch (ProxyException e) {
                fail(ctx, e.asUpstream());
                return;
            }
            if (taken.isPresent()) {
                ByteBuf rest = kept;
                kept = Unpooled.EMPTY_BUFFER;
                ctx.pipeline().remove(this);
                if (rest.isReadable()) {
                    ctx.fireChannelRead(rest);
                } else {
                    rest.release();
                }
                return;
            }
            kept.readerIndex(start);
            if (kept.readableBytes() >= Intake.LIMIT) {
                fail(ctx, tooLong());
            }
        }

        private static ProxyException tooLong() {
            return ProxyException.upstream(
                    ProxyException.Kind.PROTOCOL, "reply longer than " + Intake.LIMIT + " bytes");
        }

        private void fail(ChannelHandlerContext ctx, ProxyException why) {
            kept.release();
            kept = Unpooled.EMPTY_BUFFER;
            ctx.fireExceptionCaught(why);
        }

        @Override
        public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
            if (event instanceof ChannelInputShutdownEvent || event instanceof SslCloseCompletionEvent) {
                ended(ctx);
            }
            ctx.fireUserEventTriggered(event);
        }

        @Override
        public void channelInactive(ChannelHandlerContext ctx) {
            ended(ctx);
            ctx.fireChannelInactive();
        }

        void ended(ChannelHandlerContext ctx) {
            if (kept.isReadable()) {
                int bytes = kept.readableBytes();
                fail(
                        ctx,
                        ProxyException.upstream(
                                ProxyException.Kind.PROTOCOL, "reply cut off after " + bytes + " bytes"));
            }
        }

        @Override
        public void handlerRemoved(ChannelHandlerContext ctx) {
            kept.release();
            kept = Unpooled.EMPTY_BUFFER;
        }
    }
}
