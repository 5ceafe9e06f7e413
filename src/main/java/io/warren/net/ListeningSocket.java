package io.warren.net;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import io.netty.channel.Channel;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;

/**
 * A socket of epoll's that listens, as those see it who share it. What is in its queue when it is closed is reset by the kernel, although the client has
 * been told that it is connected. So before the last one leaves, Linux drops the SYN of whoever is new (its client tries again a second later, and is then
 * refused, or meets who listens next), and who is on the way in is accepted. Any thread.
 */
final class ListeningSocket extends ChannelDuplexHandler {
    /** For the last step of a handshake to arrive: the longest way to a client on which nobody is lost. */
    private static final Duration QUIET = Duration.ofMillis(300);

    /** For all who are on the way in. */
    private static final Duration PATIENCE = Duration.ofSeconds(3);

    /** For the others to leave too; when they do not, those who do are not waited for. */
    private static final Duration TOGETHER = Duration.ofMillis(500);

    private final Open open;

    // All of these on the channel's event loop.
    private ChannelHandlerContext context;
    private Optional<SocketAddress> at = Optional.empty();
    private int users;
    private int leaving;
    private boolean calling;
    private long deadline;
    private long accepted;
    private Promise<Void> called = Promise.promise();

    /** Those of one Vert.x. */
    static final class Open {
        private final Map<SocketAddress, ListeningSocket> all = new ConcurrentHashMap<>();

        Optional<ListeningSocket> at(SocketAddress address) {
            return Optional.ofNullable(all.get(address));
        }
    }

    ListeningSocket(Open open) {
        this.open = open;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext added) {
        context = added;
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext removed) {
        at.ifPresent(address -> open.all.remove(address, this));
    }

    @Override
    public void bind(ChannelHandlerContext here, SocketAddress address, ChannelPromise bound) {
        // Who waits for that learns of it before the channel is active.
        at = Optional.of(address);
        open.all.put(address, this);
        here.bind(address, bound);
    }

    @Override
    public void channelInactive(ChannelHandlerContext here) {
        over();
        here.fireChannelInactive();
    }

    @Override
    public void channelRead(ChannelHandlerContext here, Object connection) {
        accepted = System.nanoTime();
        here.fireChannelRead(connection);
    }

    /** One more accepts from it. */
    void join() {
        onLoop(() -> {
            users++;
            if (calling) {
                // It has to stay open after all.
                SocketOptions.letIn(channel());
                over();
            }
        });
    }

    /** One leaves without the others, or at once. */
    void leave() {
        onLoop(() -> {
            users--;
            callWhenAll();
        });
    }

    /**
     * One is going to leave.
     *
     * @return completes, on the channel's event loop, when it may: nobody is on the way in any more, or the socket stays open
     */
    Future<Void> lastCall() {
        Promise<Void> done = Promise.promise();
        boolean asked = onLoop(() -> {
            leaving++;
            called.future().onComplete(done);
            Promise<Void> mine = called;
            channel().eventLoop().schedule(() -> overUnlessCalling(mine), TOGETHER.toMillis(), TimeUnit.MILLISECONDS);
            callWhenAll();
        });
        return asked ? done.future() : Future.succeededFuture();
    }

    private void overUnlessCalling(Promise<Void> of) {
        if (called == of && !calling) {
            over();
        }
    }

    private void callWhenAll() {
        if (leaving == 0 || leaving < users || calling) {
            return;
        }
        if (!channel().isActive() || !SocketOptions.turnAway(channel())) {
            over();
            return;
        }
        calling = true;
        accepted = System.nanoTime();
        deadline = accepted + PATIENCE.toNanos();
        look();
    }

    private void look() {
        if (!calling) {
            return;
        }
        long now = System.nanoTime();
        long rest = accepted + QUIET.toNanos() - now;
        // Timers run after what is ready was read, so whoever is in the queue has counted.
        if (rest <= 0 || now - deadline > 0) {
            over();
        } else {
            channel().eventLoop().schedule(this::look, rest, TimeUnit.NANOSECONDS);
        }
    }

    /** Whoever wanted to leave does. */
    private void over() {
        calling = false;
        users -= leaving;
        leaving = 0;
        Promise<Void> told = called;
        called = Promise.promise();
        told.complete();
    }

    private Channel channel() {
        return context.channel();
    }

    /** @return false when that loop has ended */
    @CanIgnoreReturnValue
    private boolean onLoop(Runnable work) {
        try {
            channel().eventLoop().execute(work);
            return true;
        } catch (RejectedExecutionException e) {
            return false;
        }
    }
}
