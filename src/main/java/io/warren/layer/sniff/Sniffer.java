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
 * other direction never waits. What looks like HTTP or TLS passes when it has been understood, or not at all. Leaves when there is nothing more to see.
 */
final class Sniffer extends ChannelDuplexHandler {
    private static final int PARTING_SECONDS = 2;
    /** RFC 2606 section 2: no such name exists. */
    private static final String NOBODY = "nobody.invalid";

    private final Session session;
    private final Scope scope;
    private final Duration timeout;
    /** The host that the client was connected to when it named one; it may name others now. */
    private final Optional<Address> asked;

    private boolean timed;
    private ByteBuf held = Unpooled.EMPTY_BUFFER;
    /** How many of the held bytes have passed already, and are kept for being understood with what follows. */
    private int gone;

    private Optional<Seen> seen = Optional.empty();
    private Optional<ProxyException> denied = Optional.empty();

    Sniffer(Session session, Scope scope, Duration timeout) {
        this.session = session;
        this.scope = scope;
        this.timeout = timeout;
        this.asked = named(session.trace().target());
    }

    private static Optional<Address> named(String target) {
        try {
            return Optional.of(Address.parse(target))
                    .filter(address -> !address.isIp() && !address.host().isEmpty());
        } catch (ProxyException none) {
            return Optional.empty();
        }
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

    /** The same for a client that names nobody: to whom it came by name, that one; else it is a name that is on no list. */
    void checkNameless(int port) {
        if (asked.isEmpty() && scope.egress().refuses(Destination.tcp(Address.of(NOBODY, port)))) {
            throw ProxyException.denied("a client that names no host is bypassed");
        }
    }

    /** Whether there are places where clients may not go. */
    boolean selective() {
        return scope.egress().selective();
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
        if (held.readableBytes() > gone || denied.isPresent()) {
            ctx.read();
        }
    }

    private void look(ChannelHandlerContext ctx) {
        try {
            if (seen.isEmpty() && !recognise(ctx)) {
                return;
            }
            pass(ctx, seen.get().fromClient(held));
            if (seen.get().over()) {
                leave(ctx);
            } else if (held.isReadable()) {
                waitFor(ctx);
            }
        } catch (ProxyException e) {
            deny(ctx, e);
        }
    }

    /** Says whether it is now known what there is to see. */
    private boolean recognise(ChannelHandlerContext ctx) {
        Recognition found = Recognition.of(held);
        if (!found.text().isEmpty()) {
            session.trace().notes().ifPresent(notes -> notes.recognised(found.text()));
        }
        switch (found) {
            case HTTP -> seen = Optional.of(new SeenHttp(this));
            case TLS -> seen = Optional.of(new SeenTls(this));
            case OPEN -> waitFor(ctx);
            case UNKNOWN -> passAndKeep(ctx);
            case HTTP2 -> {
                if (selective()) {
                    throw ProxyException.denied("HTTP/2 without TLS, whose requests would not be seen");
                }
                leave(ctx);
            }
            case SSH, REDIS, OTHER -> leave(ctx);
        }
        return seen.isPresent();
    }

    private void waitFor(ChannelHandlerContext ctx) {
        if (ctx.channel() instanceof DuplexChannel channel && channel.isInputShutdown()) {
            endOfInput(ctx);
        } else if (seen.isEmpty() && !timed && !timeout.isZero()) {
            timed = true;
            ctx.executor().schedule(() -> patienceEnds(ctx), timeout.toMillis(), TimeUnit.MILLISECONDS);
        }
    }

    /** There is not even a first line, so that these bytes alone take nobody anywhere. */
    private void patienceEnds(ChannelHandlerContext ctx) {
        if (!ctx.isRemoved() && denied.isEmpty() && seen.isEmpty() && held.readableBytes() > gone) {
            passAndKeep(ctx);
            ctx.fireChannelReadComplete();
        }
    }

    private void endOfInput(ChannelHandlerContext ctx) {
        if (seen.isPresent()) {
            deny(ctx, ProxyException.protocol("closed after " + held.readableBytes() + " bytes of a request or hello"));
        } else {
            leave(ctx);
        }
    }

    private void pass(ChannelHandlerContext ctx, int bytes) {
        if (bytes <= gone) {
            return;
        }
        held.skipBytes(gone);
        int more = bytes - gone;
        gone = 0;
        if (more == held.readableBytes()) {
            ByteBuf all = held;
            held = Unpooled.EMPTY_BUFFER;
            ctx.fireChannelRead(all);
        } else {
            ctx.fireChannelRead(held.readRetainedSlice(more));
        }
    }

    private void passAndKeep(ChannelHandlerContext ctx) {
        ByteBuf more = held.retainedSlice(held.readerIndex() + gone, held.readableBytes() - gone);
        gone = held.readableBytes();
        ctx.fireChannelRead(more);
    }

    /** A client that may not go there: of HTTP it is told so, and a reset must not overtake that. */
    private void deny(ChannelHandlerContext ctx, ProxyException why) {
        denied = Optional.of(why);
        dropHeld();
        Optional<String> answer = seen.flatMap(protocol -> protocol.refusal(why));
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
        pass(ctx, held.readableBytes());
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
                endOfInput(ctx);
                if (denied.isPresent()) {
                    return;
                }
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
                if (selective()) {
                    bytes.release();
                    promise.trySuccess();
                    cut(ctx, e);
                    return;
                }
                seen.get().lost();
            }
        }
        ctx.write(message, promise);
        if (seen.filter(Seen::over).isPresent()) {
            if (held.isReadable()) {
                ctx.executor().execute(() -> {
                    if (denied.isEmpty()) {
                        leave(ctx);
                        ctx.fireChannelReadComplete();
                    }
                });
            } else {
                leave(ctx);
            }
        }
    }

    /** A response after which it would not be clear any more what the client's bytes are. */
    private void cut(ChannelHandlerContext ctx, ProxyException why) {
        denied = Optional.of(why.kind() == ProxyException.Kind.DENIED ? why : why.asUpstream());
        dropHeld();
        ctx.executor().execute(() -> ctx.fireExceptionCaught(denied.get()));
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext ctx) {
        seen.ifPresent(Seen::lost);
        dropHeld();
    }

    private void dropHeld() {
        held.release();
        held = Unpooled.EMPTY_BUFFER;
        gone = 0;
    }

    /** One protocol as it passes. */
    interface Seen {
        /**
         * Looks at what the client sends; consumes nothing.
         *
         * @return how many of the bytes may pass; fails with DENIED when the client may not go there, with PROTOCOL when it is not understood
         */
        int fromClient(ByteBuf in);

        /** Looks at what the client is sent; consumes nothing. */
        void toClient(ByteBuf out);

        /** Whether there is nothing more to see. */
        boolean over();

        /** There is nothing more to see, whatever was expected. */
        void lost();

        /** What a client that does not pass is told. */
        Optional<String> refusal(ProxyException why);
    }
}
