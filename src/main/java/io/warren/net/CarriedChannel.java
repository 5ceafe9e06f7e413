package io.warren.net;

import io.netty.buffer.ByteBuf;
import io.netty.channel.AbstractChannel;
import io.netty.channel.Channel;
import io.netty.channel.ChannelConfig;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelMetadata;
import io.netty.channel.ChannelOption;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.ChannelPromise;
import io.netty.channel.DefaultChannelConfig;
import io.netty.channel.EventLoop;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.channel.socket.DuplexChannel;
import io.vertx.core.internal.ContextInternal;
import java.net.SocketAddress;
import java.nio.channels.ClosedChannelException;
import java.util.ArrayDeque;
import java.util.Queue;

/**
 * A channel whose bytes something else carries: a stream of a mux. It behaves as a socket does (half-close, back-pressure, abort), so layers and
 * {@link Link} work on it as on any other. Lives on its carrier's event loop, where every method is called.
 */
public final class CarriedChannel extends AbstractChannel implements DuplexChannel {
    private static final ChannelMetadata METADATA = new ChannelMetadata(false, 16);

    /** A shorter piece that has to wait is copied, since a slice holds on to the whole buffer that it was read into. */
    private static final int COPIED_BELOW = 4096;

    private final Carrier carrier;
    private final Config config = new Config(this);
    private final Queue<ByteBuf> waiting = new ArrayDeque<>();
    private Stream stream;
    private ByteBuf gathered;
    private boolean open = true;
    private boolean wantsRead;
    private boolean delivering;
    private boolean batch;
    private boolean inputEnded;
    private boolean inputShutdown;
    private boolean outputShutdown;
    private boolean finishing;
    private boolean aborted;
    private boolean writing;
    private boolean again;
    private Throwable failure;

    private CarriedChannel(Channel parent, Carrier carrier) {
        super(parent);
        this.carrier = carrier;
    }

    /** A channel on the event loop of {@code parent}, with the addresses of its two ends. */
    public static CarriedChannel on(Stream parent, Carrier carrier) {
        CarriedChannel channel = new CarriedChannel(parent.channel(), carrier);
        // Registered on its own loop, by that loop: done when this returns.
        parent.channel().eventLoop().register(channel);
        channel.stream = Stream.over(parent.vertxContext(), channel, parent.local(), parent.remote());
        return channel;
    }

    /** A channel on the event loop of {@code context} for a stream of any loop; callable on either. */
    static CarriedChannel elsewhere(ContextInternal context, Stream near, Carrier carrier) {
        CarriedChannel channel = new CarriedChannel(near.channel(), carrier);
        context.nettyEventLoop().register(channel);
        channel.stream = Stream.over(context, channel, near.local(), near.remote());
        return channel;
    }

    /** The stream to hand on. */
    public Stream stream() {
        return stream;
    }

    // --- the carrier's side

    /** Hands bytes in, which are given away. They reach the reader at once, or wait until it reads. */
    public void deliver(ByteBuf bytes) {
        if (!open || inputEnded) {
            bytes.release();
        } else if (wantsRead && waiting.isEmpty() && !delivering) {
            pass(bytes);
        } else {
            keep(bytes);
        }
    }

    /** The batch of {@link #deliver}ies is over. */
    public void deliveryEnds() {
        if (batch && open) {
            batch = false;
            pipeline().fireChannelReadComplete();
        }
    }

    /** The carrier has room again. */
    public void resume() {
        // A flush of the carrier can make room while we are still writing; Netty would drop a nested flush.
        again = writing;
        ((CarriedUnsafe) unsafe()).resume();
    }

    /** Nothing more will be delivered; what was is still read. */
    public void endInput() {
        inputEnded = true;
        settle();
    }

    /** The other end has closed: what was delivered is still read, then this closes. What is written until then is dropped. */
    public void finish() {
        finishing = true;
        inputEnded = true;
        settle();
    }

    /** As {@link #finish}, and the end is told as the failure {@code cause}. */
    public void fail(Throwable cause) {
        failure = cause;
        finish();
    }

    /** Ends with the failure {@code cause} at once; what nobody has read yet is dropped. */
    public void cut(Throwable cause) {
        if (open) {
            failure = cause;
            pipeline().fireExceptionCaught(cause);
            close();
        }
    }

    private void keep(ByteBuf bytes) {
        int size = bytes.readableBytes();
        if (size >= COPIED_BELOW) {
            gathered = null;
            waiting.add(bytes);
            return;
        }
        if (gathered == null || gathered.writableBytes() < size) {
            gathered = alloc().buffer(COPIED_BELOW, COPIED_BELOW);
            waiting.add(gathered);
        }
        gathered.writeBytes(bytes);
        bytes.release();
    }

    private void pass(ByteBuf bytes) {
        int size = bytes.readableBytes();
        wantsRead = config.isAutoRead();
        batch = true;
        pipeline().fireChannelRead(bytes);
        if (open) {
            carrier.consumed(size);
        }
    }

    private void drain() {
        if (delivering) {
            return;
        }
        delivering = true;
        try {
            while (wantsRead && open && !waiting.isEmpty()) {
                ByteBuf next = waiting.remove();
                if (waiting.isEmpty()) {
                    gathered = null;
                }
                pass(next);
            }
        } finally {
            delivering = false;
        }
        deliveryEnds();
        carrier.flush();
        settle();
    }

    private void settle() {
        if (!inputEnded || !waiting.isEmpty() || delivering || !open) {
            return;
        }
        deliveryEnds();
        if (failure != null) {
            pipeline().fireExceptionCaught(failure);
        } else if (!inputShutdown) {
            inputShutdown = true;
            pipeline().fireUserEventTriggered(ChannelInputShutdownEvent.INSTANCE);
        }
        if (finishing) {
            close();
        }
    }

    // --- the channel's side

    @Override
    protected void doBeginRead() {
        wantsRead = true;
        if (!waiting.isEmpty() && !delivering) {
            // Not from within the reader's own call.
            eventLoop().execute(this::drain);
        }
    }

    @Override
    protected void doWrite(ChannelOutboundBuffer in) {
        writing = true;
        try {
            do {
                again = false;
                writeWhatFits(in);
            } while (again);
        } finally {
            writing = false;
        }
    }

    private void writeWhatFits(ChannelOutboundBuffer in) {
        boolean written = false;
        while (in.current() instanceof ByteBuf bytes) {
            int size = bytes.readableBytes();
            int now = finishing ? size : Math.min(size, carrier.room());
            if (now == 0 && size > 0) {
                break;
            }
            if (now > 0 && !finishing) {
                carrier.write(bytes.retainedSlice(bytes.readerIndex(), now));
                written = true;
            }
            if (now == size) {
                in.remove();
            } else {
                in.removeBytes(now);
            }
        }
        if (written) {
            carrier.flush();
        }
    }

    @Override
    protected Object filterOutboundMessage(Object message) {
        if (message instanceof ByteBuf) {
            return message;
        }
        throw new UnsupportedOperationException("a " + message.getClass().getSimpleName() + " on a stream of bytes");
    }

    @Override
    protected void doShutdownOutput() {
        outputShutdown = true;
        carrier.endOutput();
    }

    @Override
    protected void doClose() {
        if (!open) {
            return;
        }
        open = false;
        waiting.forEach(ByteBuf::release);
        waiting.clear();
        gathered = null;
        carrier.closed(aborted);
    }

    @Override
    protected void doDisconnect() {
        doClose();
    }

    @Override
    protected void doBind(SocketAddress localAddress) {
        throw new UnsupportedOperationException("a carried channel is bound to its carrier");
    }

    @Override
    protected boolean isCompatible(EventLoop loop) {
        return true;
    }

    @Override
    protected SocketAddress localAddress0() {
        return parent().localAddress();
    }

    @Override
    protected SocketAddress remoteAddress0() {
        return parent().remoteAddress();
    }

    @Override
    public ChannelConfig config() {
        return config;
    }

    @Override
    public boolean isOpen() {
        return open;
    }

    @Override
    public boolean isActive() {
        return open;
    }

    @Override
    public ChannelMetadata metadata() {
        return METADATA;
    }

    @Override
    public boolean isInputShutdown() {
        return inputShutdown || !open;
    }

    @Override
    public boolean isOutputShutdown() {
        return outputShutdown || !open;
    }

    @Override
    public boolean isShutdown() {
        return isInputShutdown() && isOutputShutdown();
    }

    @Override
    public ChannelFuture shutdownInput() {
        return shutdownInput(newPromise());
    }

    @Override
    public ChannelFuture shutdownInput(ChannelPromise promise) {
        endInput();
        return promise.setSuccess();
    }

    @Override
    public ChannelFuture shutdownOutput() {
        return shutdownOutput(newPromise());
    }

    @Override
    public ChannelFuture shutdownOutput(ChannelPromise promise) {
        if (open) {
            ((AbstractUnsafe) unsafe()).shutdownOutput(promise);
            return promise;
        }
        return promise.setFailure(new ClosedChannelException());
    }

    @Override
    public ChannelFuture shutdown() {
        return shutdown(newPromise());
    }

    @Override
    public ChannelFuture shutdown(ChannelPromise promise) {
        endInput();
        return shutdownOutput(promise);
    }

    @Override
    protected AbstractUnsafe newUnsafe() {
        return new CarriedUnsafe();
    }

    private final class CarriedUnsafe extends AbstractUnsafe {
        @Override
        public void connect(SocketAddress remote, SocketAddress local, ChannelPromise promise) {
            promise.setFailure(new UnsupportedOperationException("a carried channel is connected by its carrier"));
        }

        void resume() {
            flush0();
        }
    }

    private static final class Config extends DefaultChannelConfig {
        private final CarriedChannel owner;

        Config(CarriedChannel owner) {
            super(owner);
            this.owner = owner;
        }

        @Override
        public <T> boolean setOption(ChannelOption<T> option, T value) {
            if (option.equals(ChannelOption.SO_LINGER)) {
                owner.aborted = Integer.valueOf(0).equals(value);
                return true;
            }
            return super.setOption(option, value);
        }

        @Override
        protected void autoReadCleared() {
            owner.wantsRead = false;
        }
    }
}
