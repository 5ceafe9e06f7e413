package io.warren.layer.sniff;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.codec.ByteToMessageDecoder;
import io.netty.util.ReferenceCountUtil;
import io.warren.codec.ClientHello;
import io.warren.net.Address;
import io.warren.net.ProxyException;
import io.warren.spi.Destination;
import io.warren.spi.Scope;
import io.warren.spi.Session;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * Between a client and what it is connected to. The client's first bytes are held until it is clear what they are, or can be nothing that is known; the
 * other direction never waits. Leaves when there is nothing more to see.
 */
final class Sniffer extends ChannelDuplexHandler {
    private static final int PARTING_SECONDS = 2;

    private final Session session;
    private final Scope scope;
    private final Duration timeout;
    private boolean timed;
    private ByteBuf held = Unpooled.EMPTY_BUFFER;
    private Optional<Seen> seen = Optional.empty();
    private Optional<ProxyException> denied = Optional.empty();

    Sniffer(Session session, Scope scope, Duration timeout) {
        this.session = session;
        this.scope = scope;
        this.timeout = timeout;
    }

    Session session() {
        return session;
    }

    Scope scope() {
        return scope;
    }

    /** Fails when the service does not let clients go there. */
    void check(Address host) {
        if (scope.egress().refuses(Destination.tcp(host))) {
            throw ProxyException.denied(host + " is bypassed");
        }
    }

    // --- from the client

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        if (!(message instanceof ByteBuf bytes)) {
            ctx.fireChannelRead(message);
        } else if (denied.isPresent()) {
            bytes.release();
        } else {
            held = ByteToMessageDecoder.MERGE_CUMULATOR.cumulate(ctx.alloc(), held, bytes);
            look(ctx);
        }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) {
        ctx.fireChannelReadComplete();
        if (held.isReadable() || denied.isPresent()) {
            ctx.read();
        }
    }

    private void look(ChannelHandlerContext ctx) {
        try {
            if (seen.isEmpty()) {
                Recognition found = Recognition.of(held);
                if (found == Recognition.OPEN) {
                    waitFor(ctx);
                    return;
                }
                session.trace().notes().ifPresent(notes -> notes.recognised(found.text()));
                seen = switch (found) {
                    case HTTP -> Optional.of(new SeenHttp(this));
                    case TLS -> Optional.of(new SeenTls(this));
                    case SSH, REDIS, OTHER, OPEN -> Optional.empty();
                };
            }
            if (seen.isEmpty()) {
                leave(ctx);
                return;
            }
            int passes = seen.get().fromClient(held);
            if (passes > 0) {
                pass(ctx, passes);
            } else {
                waitFor(ctx);
            }
            if (seen.get().over()) {
                leave(ctx);
            }
        } catch (ProxyException e) {
            if (e.kind() == ProxyException.Kind.DENIED) {
                deny(ctx, e);
            } else {
                leave(ctx);
            }
        }
    }

    private void waitFor(ChannelHandlerContext ctx) {
        if (ctx.channel() instanceof DuplexChannel channel && channel.isInputShutdown()) {
            leave(ctx);
        } else if (!timed && !timeout.isZero()) {
            timed = true;
            ctx.executor().schedule(() -> leaveLater(ctx), timeout.toMillis(), TimeUnit.MILLISECONDS);
        }
    }

    private void leaveLater(ChannelHandlerContext ctx) {
        if (!ctx.isRemoved() && denied.isEmpty() && held.isReadable()) {
            leave(ctx);
            ctx.fireChannelReadComplete();
        }
    }

    private void pass(ChannelHandlerContext ctx, int bytes) {
        if (bytes == held.readableBytes()) {
            ByteBuf all = held;
            held = Unpooled.EMPTY_BUFFER;
            ctx.fireChannelRead(all);
        } else {
            ctx.fireChannelRead(held.readRetainedSlice(bytes));
        }
    }

    /** A client that may not go there: of HTTP it is told so, and a reset must not overtake that. */
    private void deny(ChannelHandlerContext ctx, ProxyException why) {
        denied = Optional.of(why);
        dropHeld();
        Optional<String> answer = seen.flatMap(Seen::refusal);
        if (answer.isEmpty()) {
            ctx.fireExceptionCaught(why);
            return;
        }
        ctx.writeAndFlush(Unpooled.wrappedBuffer(answer.get().getBytes(StandardCharsets.US_ASCII)))
                .addListener(sent ->
                        ctx.executor().schedule(() -> ctx.fireExceptionCaught(why), PARTING_SECONDS, TimeUnit.SECONDS));
    }

    private void leave(ChannelHandlerContext ctx) {
        if (ctx.isRemoved()) {
            return;
        }
        if (held.isReadable()) {
            pass(ctx, held.readableBytes());
        }
        ctx.pipeline().remove(this);
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        if (event instanceof ChannelInputShutdownEvent) {
            if (denied.isPresent()) {
                ctx.fireExceptionCaught(denied.get());
                return;
            }
            if (held.isReadable()) {
                pass(ctx, held.readableBytes());
                ctx.fireChannelReadComplete();
            }
        }
        ctx.fireUserEventTriggered(event);
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        denied.ifPresent(ctx::fireExceptionCaught);
        ctx.fireChannelInactive();
    }

    // --- to the client

    @Override
    public void write(ChannelHandlerContext ctx, Object message, ChannelPromise promise) {
        if (denied.isPresent()) {
            ReferenceCountUtil.release(message);
            promise.trySuccess();
            return;
        }
        if (message instanceof ByteBuf bytes && seen.isPresent()) {
            try {
                seen.get().toClient(bytes);
            } catch (ProxyException e) {
                seen.get().lost();
            }
        }
        ctx.write(message, promise);
        if (seen.filter(Seen::over).isPresent()) {
            if (held.isReadable()) {
                ctx.executor().execute(() -> leaveLater(ctx));
            } else {
                leave(ctx);
            }
        }
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext ctx) {
        seen.ifPresent(Seen::lost);
        dropHeld();
    }

    private void dropHeld() {
        held.release();
        held = Unpooled.EMPTY_BUFFER;
    }

    /** One protocol as it passes. */
    interface Seen {
        /**
         * Looks at what the client sends; consumes nothing.
         *
         * @return how many of the bytes may pass; fails with DENIED when the client may not go there, else with PROTOCOL when it is not understood
         */
        int fromClient(ByteBuf in);

        /** Looks at what the client is sent; consumes nothing. */
        void toClient(ByteBuf out);

        /** Whether there is nothing more to see. */
        boolean over();

        /** There is nothing more to see, whatever was expected. */
        void lost();

        /** What a client that may not go there is told. */
        Optional<String> refusal();
    }

    /** What the first bytes are. */
    enum Recognition {
        OPEN(""),
        HTTP("http"),
        TLS("tls"),
        SSH("ssh"),
        REDIS("redis"),
        OTHER("");

        private static final String[] METHODS = {
            "GET ", "POST ", "PUT ", "DELETE ", "OPTIONS ", "PATCH ", "HEAD ", "CONNECT ", "TRACE "
        };

        private final String text;

        Recognition(String text) {
            this.text = text;
        }

        String text() {
            return text;
        }

        static Recognition of(ByteBuf in) {
            if (!in.isReadable()) {
                return OPEN;
            }
            byte first = in.getByte(in.readerIndex());
            if (first == '*') {
                return REDIS;
            }
            if (first == 22) {
                return ClientHello.recognise(in).map(tls -> tls ? TLS : OTHER).orElse(OPEN);
            }
            for (String method : METHODS) {
                int same = same(in, method);
                if (same == method.length()) {
                    return HTTP;
                } else if (same == in.readableBytes()) {
                    return OPEN;
                }
            }
            int same = same(in, "SSH-");
            return same == 4 ? SSH : same == in.readableBytes() ? OPEN : OTHER;
        }

        private static int same(ByteBuf in, String text) {
            int n = 0;
            while (n < text.length() && n < in.readableBytes() && in.getByte(in.readerIndex() + n) == text.charAt(n)) {
                n++;
            }
            return n;
        }
    }
}
