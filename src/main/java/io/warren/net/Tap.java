package io.warren.net;

import io.netty.channel.Channel;
import io.netty.channel.IoEvent;
import io.netty.channel.IoOps;
import io.netty.channel.IoRegistration;
import io.netty.channel.epoll.EpollIoEvent;
import io.netty.channel.epoll.EpollIoHandle;
import io.netty.channel.epoll.EpollIoOps;
import io.netty.channel.epoll.Native;
import io.netty.channel.unix.FileDescriptor;
import io.netty.channel.unix.UnixChannel;
import java.io.UncheckedIOException;
import java.util.Optional;

/**
 * Stands between a channel and its registration with epoll. A {@link Listener} can take the events over without the channel being deregistered:
 * closing the channel works as before.
 *
 * <p>It also cures a fault of Netty 4.2.13 to 4.2.18: when the mask of a half-closed socket becomes empty, Netty removes the descriptor from epoll
 * but believes it is still there, and the next flush that has to wait ends the connection.
 */
final class Tap implements EpollIoHandle, IoRegistration {
    static final int IN = Native.EPOLLIN;
    static final int OUT = Native.EPOLLOUT;
    static final int RDHUP = Native.EPOLLRDHUP;
    static final int ERR = Native.EPOLLERR;
    /** Urgent data and hangup of sys/epoll.h, which Netty does not name. */
    static final int PRI = 0x002;

    static final int HUP = 0x010;

    /** Edge-triggered with no other bit: stays registered, and a hangup or error is reported once. */
    private static final EpollIoOps NOTHING = EpollIoOps.EPOLLET;

    private static final EpollIoOps EVERYTHING = EpollIoOps.valueOf(IN | OUT | RDHUP | PRI | Native.EPOLLET);

    private static final EpollIoEvent OUT_PART = () -> EpollIoOps.EPOLLOUT;
    private static final EpollIoEvent IN_PART = () -> EpollIoOps.EPOLLIN;
    private static final EpollIoEvent RDHUP_PART = () -> EpollIoOps.EPOLLRDHUP;

    /** Gets the events of a descriptor, edge-triggered. */
    interface Listener {
        /** @param events of sys/epoll.h */
        void ready(int events);

        /** The channel is being closed, and its descriptor after this call. */
        void cancelled();
    }

    private final LoopHandler loop;
    private final EpollIoHandle channel;
    private final int descriptor;
    private IoRegistration netty;
    private EpollIoOps wanted = EpollIoOps.NONE;
    private EpollIoOps applied = EpollIoOps.NONE;
    private Listener listener;
    private boolean pending;
    private boolean known;
    private boolean cancelled;

    Tap(LoopHandler loop, EpollIoHandle channel) {
        this.loop = loop;
        this.channel = channel;
        this.descriptor = channel.fd().intValue();
    }

    /** The tap of a channel of the calling event loop, when that loop is on epoll. */
    static Optional<Tap> of(Channel channel) {
        return channel instanceof UnixChannel unix && channel.isActive()
                ? LoopHandler.current().flatMap(loop -> loop.tap(unix.fd().intValue()))
                : Optional.empty();
    }

    int descriptor() {
        return descriptor;
    }

    void registered(IoRegistration registration) {
        netty = registration;
    }

    /** From now on events go to {@code next}, beginning with the present state of the descriptor. */
    void take(Listener next) {
        listener = next;
        applied = EpollIoOps.NONE;
        want(EVERYTHING);
    }

    /** Lets the channel write what it still has, although its events were taken over. */
    void flushChannel() {
        channel.handle(this, OUT_PART);
    }

    // --- what the channel calls

    @Override
    public long submit(IoOps ops) {
        if (cancelled) {
            return -1;
        }
        if (listener == null) {
            want((EpollIoOps) ops);
        }
        return ((EpollIoOps) ops).value();
    }

    private void want(EpollIoOps ops) {
        wanted = ops;
        if (!loop.onLoop()) {
            apply();
        } else if (!pending) {
            pending = true;
            loop.changed(this);
        }
    }

    void apply() {
        pending = false;
        boolean empty = wanted.value() == 0;
        EpollIoOps next = empty ? NOTHING : wanted;
        boolean neverAdded = empty && applied.value() == 0 && listener == null;
        if (cancelled || neverAdded || next.value() == applied.value()) {
            return;
        }
        applied = next;
        try {
            long unused = netty.submit(next);
            known = true;
        } catch (UncheckedIOException e) {
            close();
        }
    }

    @Override
    @SuppressWarnings("TypeParameterUnusedInFormals") // Netty's signature.
    public <T> T attachment() {
        return netty.attachment();
    }

    @Override
    public boolean isValid() {
        return netty.isValid();
    }

    @Override
    public boolean cancel() {
        boolean first = !cancelled;
        cancelled = true;
        boolean done = netty.cancel();
        if (first) {
            loop.gone(descriptor, this);
            if (listener != null) {
                listener.cancelled();
            }
        }
        return done;
    }

    // --- what Netty's epoll handler calls

    @Override
    public FileDescriptor fd() {
        return cancelled ? new Closing(descriptor) : channel.fd();
    }

    /** Saves an epoll_ctl: the kernel forgets a descriptor that is closed, and Netty itself removes one that reports without being known. */
    private static final class Closing extends FileDescriptor {
        Closing(int descriptor) {
            super(descriptor);
        }

        @Override
        public boolean isOpen() {
            return false;
        }
    }

    @Override
    public void registered() {
        channel.registered();
    }

    @Override
    public void unregistered() {
        channel.unregistered();
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (Exception e) {
            throw new IllegalStateException("a channel cannot be closed", e);
        }
    }

    @Override
    public void handle(IoRegistration registration, IoEvent event) {
        if (!known) {
            // Of another socket, which had this number when the kernel reported, and was closed earlier in this turn.
            return;
        }
        int events = ((EpollIoEvent) event).ops().value();
        if (listener != null) {
            listener.ready(events);
        } else if (Integer.bitCount(events) == 1) {
            channel.handle(this, event);
        } else {
            handleInParts(events);
        }
    }

    /** The parts in Netty's order: each may take the events over or close, and then the rest is not the channel's any more. */
    private void handleInParts(int events) {
        if ((events & (OUT | ERR)) != 0) {
            channel.handle(this, OUT_PART);
        }
        if ((events & (IN | ERR)) != 0 && isChannels()) {
            channel.handle(this, IN_PART);
        }
        if ((events & RDHUP) != 0 && isChannels()) {
            channel.handle(this, RDHUP_PART);
        }
    }

    private boolean isChannels() {
        return listener == null && !cancelled;
    }
}
