package io.warren.contract.rot13;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.vertx.core.Future;
import io.warren.net.Address;
import io.warren.net.Pipeline;
import io.warren.net.Stream;
import io.warren.spi.Inbound;
import io.warren.spi.Layer;
import io.warren.spi.Session;
import java.util.function.Consumer;
import java.util.function.Supplier;

final class Rot13Layer implements Layer {
    static final int TURN = 13;

    private final int turn;

    Rot13Layer(int turn) {
        this.turn = turn;
    }

    @Override
    public Future<Stream> dial(Session session, Address node, Supplier<Future<Stream>> below) {
        return below.get().map(this::turning);
    }

    @Override
    public void accept(Inbound below, Consumer<Inbound> above) {
        above.accept(below.with(turning(below.stream())));
    }

    private Stream turning(Stream stream) {
        Pipeline.of(stream).add(new Turning(turn));
        return stream;
    }

    private static final class Turning extends ChannelDuplexHandler {
        private final int turn;

        Turning(int turn) {
            this.turn = turn;
        }

        @Override
        public void channelRead(ChannelHandlerContext context, Object message) {
            context.fireChannelRead(turned(context, (ByteBuf) message, -turn));
        }

        @Override
        public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) {
            context.write(turned(context, (ByteBuf) message, turn), promise);
        }

        // Not in place: what is written may be somebody's read-only constant.
        private static ByteBuf turned(ChannelHandlerContext context, ByteBuf in, int by) {
            byte[] bytes = new byte[in.readableBytes()];
            in.readBytes(bytes);
            in.release();
            for (int i = 0; i < bytes.length; i++) {
                bytes[i] += (byte) by;
            }
            return context.alloc().buffer(bytes.length).writeBytes(bytes);
        }
    }
}
