package io.warren.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.netty.channel.IoEvent;
import io.netty.channel.IoHandle;
import io.netty.channel.IoHandler;
import io.netty.channel.IoHandlerContext;
import io.netty.channel.IoOps;
import io.netty.channel.IoRegistration;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoEvent;
import io.netty.channel.epoll.EpollIoHandle;
import io.netty.channel.epoll.EpollIoOps;
import io.netty.channel.unix.FileDescriptor;
import io.netty.util.concurrent.ThreadAwareExecutor;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class TapTest {
    private static final EpollIoEvent READABLE = () -> EpollIoOps.EPOLLIN;

    private final List<IoEvent> seen = new ArrayList<>();

    @BeforeEach
    void needsEpoll() {
        assumeTrue(Epoll.isAvailable(), "no epoll");
    }

    private final class Channel implements EpollIoHandle {
        @Override
        public FileDescriptor fd() {
            return new FileDescriptor(1000);
        }

        @Override
        public void handle(IoRegistration registration, IoEvent event) {
            seen.add(event);
        }

        @Override
        public void close() {}
    }

    /** Netty's handler and registration at once. */
    private static final class Netty implements IoHandler, IoRegistration {
        @Override
        public int run(IoHandlerContext context) {
            return 0;
        }

        @Override
        public IoRegistration register(IoHandle handle) {
            return this;
        }

        @Override
        public void wakeup() {}

        @Override
        public boolean isCompatible(Class<? extends IoHandle> handleType) {
            return true;
        }

        @Override
        public long submit(IoOps ops) {
            return 0;
        }

        @Override
        public boolean isValid() {
            return true;
        }

        @Override
        public boolean cancel() {
            return true;
        }

        @Override
        @SuppressWarnings("TypeParameterUnusedInFormals") // Netty's signature.
        public <T> T attachment() {
            return null;
        }
    }

    private static final class SameThread implements ThreadAwareExecutor {
        @Override
        public boolean isExecutorThread(Thread thread) {
            return true;
        }

        @Override
        public void execute(Runnable task) {
            task.run();
        }
    }

    @Test
    void eventsOfAnEarlierSocketWithTheSameNumberAreIgnored() throws Exception {
        Netty netty = new Netty();
        LoopHandler loop = new LoopHandler(netty, new SameThread());
        Tap tap = (Tap) loop.register(new Channel());

        assertThat(tap.submit(EpollIoOps.EPOLLIN)).isNotNegative();
        tap.handle(netty, READABLE);
        assertThat(seen).isEmpty();

        assertThat(loop.run(null)).isZero();
        tap.handle(netty, READABLE);
        assertThat(seen).hasSize(1);
    }
}
