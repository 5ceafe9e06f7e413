package io.warren.layer.smux;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.handler.ssl.SslCloseCompletionEvent;
import io.warren.net.ProxyException;

/** Takes the carrier's bytes apart without copying payload: a data frame is handed on in the pieces in which it arrives. */
final class FrameReader extends ChannelInboundHandlerAdapter {
    private final SmuxSession session;
    private final byte[] head = new byte[Frame.HEADER + Frame.UPD_PAYLOAD];
    private int filled;
    private int wanted = Frame.HEADER;
    private int payloadLeft;
    private int payloadId;
    private boolean broken;

    FrameReader(SmuxSession session) {
        this.session = session;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
        session.started(ctx);
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        ByteBuf in = (ByteBuf) message;
        session.batchBegins();
        try {
            while (in.isReadable() && !broken) {
                if (payloadLeft > 0) {
                    payload(in);
                } else {
                    head(in);
                }
            }
        } catch (ProxyException e) {
            broken = true;
            session.end(e);
        } finally {
            in.release();
        }
    }

    private void payload(ByteBuf in) {
        int now = Math.min(payloadLeft, in.readableBytes());
        payloadLeft -= now;
        session.dataReceived(payloadId, in.readRetainedSlice(now));
    }

    private void head(ByteBuf in) {
        int now = Math.min(wanted - filled, in.readableBytes());
        in.readBytes(head, filled, now);
        filled += now;
        if (filled < wanted) {
            return;
        }
        int command = head[1];
        int length = (head[2] & 0xff) | (head[3] & 0xff) << 8;
        int id = intAt(4);
        if (wanted == Frame.HEADER) {
            check(command, length);
        }
        if (command == Frame.UPD && wanted == Frame.HEADER) {
            wanted += Frame.UPD_PAYLOAD;
            return;
        }
        filled = 0;
        wanted = Frame.HEADER;
        session.frame(command, id);
        switch (command) {
            case Frame.SYN -> session.synReceived(id);
            case Frame.FIN -> session.finReceived(id);
            case Frame.NOP -> session.nopReceived(id);
            case Frame.UPD -> session.updateReceived(id, intAt(8), intAt(12));
            default -> {
                payloadLeft = length;
                payloadId = id;
            }
        }
    }

    private void check(int command, int length) {
        if (head[0] != session.version()) {
            throw ProxyException.protocol("smux version " + head[0] + " (expected: " + session.version() + ")");
        }
        if (command < Frame.SYN || command > Frame.UPD || (command == Frame.UPD && session.version() == 1)) {
            throw ProxyException.protocol("smux command " + command + " in version " + session.version());
        }
        int expected = command == Frame.UPD ? Frame.UPD_PAYLOAD : 0;
        if (command != Frame.PSH && length != expected) {
            throw ProxyException.protocol(
                    "smux command " + command + " with " + length + " bytes (expected: " + expected + ")");
        }
    }

    private int intAt(int index) {
        return (head[index] & 0xff)
                | (head[index + 1] & 0xff) << 8
                | (head[index + 2] & 0xff) << 16
                | (head[index + 3] & 0xff) << 24;
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) {
        session.batchEnds();
        // The carrier's own reader has nothing to hear: everything is for the streams.
        ctx.fireChannelReadComplete();
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext ctx) {
        session.writable();
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        if (event instanceof ChannelInputShutdownEvent || event instanceof SslCloseCompletionEvent) {
            session.end(closed("closed by the peer"));
        }
        ctx.fireUserEventTriggered(event);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        session.end(cause instanceof ProxyException e ? e : closed(String.valueOf(cause.getMessage())));
        ctx.fireExceptionCaught(cause);
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        session.batchEnds();
        session.end(closed("closed"));
        ctx.fireChannelInactive();
    }

    private static ProxyException closed(String why) {
        return ProxyException.upstream(ProxyException.Kind.CLOSED, "smux session: " + why);
    }
}
