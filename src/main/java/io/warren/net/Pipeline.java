package io.warren.net;

import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandler;
import io.netty.channel.EventLoop;
import java.util.function.Supplier;

/**
 * The Netty handlers of a stream, seen from a layer: new ones go before the stream's own, behind those of the layers below, so bytes pass them in
 * the order in which the layers were put on. On the stream's event loop.
 */
public final class Pipeline {
    private final Stream stream;

    private Pipeline(Stream stream) {
        this.stream = stream;
    }

    public static Pipeline of(Stream stream) {
        return new Pipeline(stream);
    }

    /**
     * Puts handlers on top of the layers so far. What was already read of the stream passes through them next, so a layer can begin in the middle
     * of a stream.
     */
    public void add(ChannelHandler... handlers) {
        ChannelHandler first = handlers[0];
        for (ChannelHandler handler : handlers) {
            stream.pipeline().addBefore("warren", null, handler);
        }
        stream.replay(stream.pipeline().context(first));
    }

    public void remove(ChannelHandler handler) {
        stream.pipeline().remove(handler);
    }

    /** How {@link Stream#end} closes one direction on this layer; null when the layer has no half-close. */
    public void endsOutput(Supplier<ChannelFuture> how) {
        stream.endsOutput(how);
    }

    /** Lets the pipeline read, so that handlers see bytes although nobody reads the stream yet. */
    public void demand() {
        stream.demand(true);
    }

    /** Whether bytes went to the stream that nobody has taken yet. */
    public boolean hasUnread() {
        return stream.pending().isReadable();
    }

    public EventLoop eventLoop() {
        return stream.channel().eventLoop();
    }

    public io.netty.channel.Channel channel() {
        return stream.channel();
    }
}
