package io.warren.net;

import io.netty.channel.IoHandle;
import io.netty.channel.IoHandler;
import io.netty.channel.IoHandlerContext;
import io.netty.channel.IoRegistration;
import io.netty.channel.epoll.EpollIoHandle;
import io.netty.util.collection.IntObjectHashMap;
import io.netty.util.collection.IntObjectMap;
import io.netty.util.concurrent.FastThreadLocal;
import io.netty.util.concurrent.ThreadAwareExecutor;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Netty's epoll handler of one event loop with a {@link Tap} at every registration. Changes of interest are put off to the moment before the loop
 * waits, so that several of one turn cost one system call.
 */
final class LoopHandler implements IoHandler {
    private static final FastThreadLocal<LoopHandler> OF_LOOP = new FastThreadLocal<>();

    private final IoHandler netty;
    private final ThreadAwareExecutor executor;
    private final IntObjectMap<Tap> taps = new IntObjectHashMap<>();
    private final Scratch scratch = new Scratch();
    private List<Tap> changed = new ArrayList<>();
    private List<Tap> applying = new ArrayList<>();

    LoopHandler(IoHandler netty, ThreadAwareExecutor executor) {
        this.netty = netty;
        this.executor = executor;
    }

    /** That of the calling thread, when it is an event loop on epoll. */
    static Optional<LoopHandler> current() {
        return Optional.ofNullable(OF_LOOP.getIfExists());
    }

    Optional<Tap> tap(int descriptor) {
        return Optional.ofNullable(taps.get(descriptor));
    }

    Scratch scratch() {
        return scratch;
    }

    boolean onLoop() {
        return executor.isExecutorThread(Thread.currentThread());
    }

    void changed(Tap tap) {
        changed.add(tap);
    }

    void gone(int descriptor, Tap tap) {
        // The number may already belong to another socket.
        if (taps.get(descriptor) == tap) {
            taps.remove(descriptor);
        }
    }

    @Override
    public void initialize() {
        OF_LOOP.set(this);
        netty.initialize();
    }

    @Override
    public int run(IoHandlerContext context) {
        if (!changed.isEmpty()) {
            List<Tap> now = changed;
            changed = applying;
            applying = now;
            now.forEach(Tap::apply);
            now.clear();
        }
        return netty.run(context);
    }

    @Override
    public IoRegistration register(IoHandle handle) throws Exception {
        Tap tap = new Tap(this, (EpollIoHandle) handle);
        tap.registered(netty.register(tap));
        taps.put(tap.descriptor(), tap);
        return tap;
    }

    @Override
    public void wakeup() {
        netty.wakeup();
    }

    @Override
    public boolean isCompatible(Class<? extends IoHandle> handleType) {
        return netty.isCompatible(handleType);
    }

    @Override
    public void prepareToDestroy() {
        netty.prepareToDestroy();
    }

    @Override
    public void destroy() {
        netty.destroy();
        scratch.close();
        OF_LOOP.remove();
    }
}
