package io.warren.layer.ws;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http.websocketx.BinaryWebSocketFrame;
import io.netty.handler.codec.http.websocketx.CloseWebSocketFrame;
import io.netty.handler.codec.http.websocketx.PingWebSocketFrame;
import io.netty.handler.codec.http.websocketx.PongWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocket13FrameDecoder;
import io.netty.handler.codec.http.websocketx.WebSocket13FrameEncoder;
import io.netty.handler.codec.http.websocketx.WebSocketDecoderConfig;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;
import io.netty.util.concurrent.ScheduledFuture;
import io.warren.net.ProxyException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Bytes to binary messages and back; answers pings, and pings. */
final class Frames extends ChannelDuplexHandler {
    /** gost's messages have at most 64 KiB. */
    static final int MAX_FRAME = 16 * 1024 * 1024;

    private static final int SENT_FRAME = 64 * 1024;

    private final Duration ping;
    private ScheduledFuture<?> pings;
    private long lastPong = System.nanoTime();

    private Frames(Duration ping) {
        this.ping = ping;
    }

    /** The handlers of one side, in their order on the pipeline. */
    static ChannelHandler[] handlers(boolean client, List<ChannelHandler> extensions, Duration ping) {
        WebSocketDecoderConfig config = WebSocketDecoderConfig.newBuilder()
                .maxFramePayloadLength(MAX_FRAME)
                .expectMaskedFrames(!client)
                .allowExtensions(!extensions.isEmpty())
                .withUTF8Validator(false)
                .build();
        List<ChannelHandler> handlers = new ArrayList<>();
        handlers.add(new WebSocket13FrameDecoder(config));
        handlers.add(new WebSocket13FrameEncoder(client));
        handlers.addAll(extensions);
        handlers.add(new Frames(ping));
        return handlers.toArray(ChannelHandler[]::new);
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
        long interval = ping.toNanos();
        if (interval > 0) {
            pings = ctx.executor()
                    .scheduleWithFixedDelay(() -> ping(ctx, interval), interval, interval, TimeUnit.NANOSECONDS);
        }
    }

    private void ping(ChannelHandlerContext ctx, long interval) {
        // Who does not read sees no answer either.
        if (!ctx.channel().config().isAutoRead()) {
            lastPong = System.nanoTime();
        }
        if (System.nanoTime() - lastPong > 2 * interval + interval / 2) {
            ctx.fireExceptionCaught(
                    ProxyException.upstream(ProxyException.Kind.TIMEOUT, "WebSocket ping not answered"));
            return;
        }
        ctx.writeAndFlush(new PingWebSocketFrame(), ctx.voidPromise());
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext ctx) {
        stopPings();
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        stopPings();
        ctx.fireChannelInactive();
    }

    private void stopPings() {
        if (pings != null) {
            pings.cancel(false);
        }
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        if (message instanceof PingWebSocketFrame frame) {
            ctx.writeAndFlush(new PongWebSocketFrame(frame.content()), ctx.voidPromise());
        } else if (message instanceof PongWebSocketFrame frame) {
            lastPong = System.nanoTime();
            frame.release();
        } else if (message instanceof CloseWebSocketFrame frame) {
            ctx.writeAndFlush(frame).addListener(ChannelFutureListener.CLOSE);
        } else if (message instanceof WebSocketFrame frame) {
            ctx.fireChannelRead(frame.content());
        } else {
            ctx.fireChannelRead(message);
        }
    }

    @Override
    public void write(ChannelHandlerContext ctx, Object message, ChannelPromise promise) {
        if (!(message instanceof ByteBuf bytes) || !bytes.isReadable()) {
            ctx.write(message, promise);
            return;
        }
        while (bytes.readableBytes() > SENT_FRAME) {
            ctx.write(new BinaryWebSocketFrame(bytes.readRetainedSlice(SENT_FRAME)), ctx.voidPromise());
        }
        ctx.write(new BinaryWebSocketFrame(bytes), promise);
    }
}
