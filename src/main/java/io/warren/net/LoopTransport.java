package io.warren.net;

import io.netty.channel.IoHandle;
import io.netty.channel.IoHandler;
import io.netty.channel.IoHandlerContext;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.IoOps;
import io.netty.channel.IoRegistration;
import io.netty.channel.epoll.EpollIoOps;
import io.netty.util.concurrent.ThreadAwareExecutor;
import io.vertx.core.impl.transports.EpollTransport;
import io.vertx.core.transport.Transport;

/**
 * Vert.x's epoll transport without Netty's fault of versions 4.2.13 to 4.2.18: when the op mask of a half-closed socket becomes empty, Netty removes the
 * descriptor from epoll but believes it is still there, and the next flush that has to wait ends the connection.
 */
final class LoopTransport implements Transport {
    private static final EpollIoOps EDGE_ONLY = EpollIoOps.valueOf(1 << 31);

    private final EpollTransport epoll = new EpollTransport() {
        @Override
        public IoHandlerFactory ioHandlerFactory() {
            return wrap(super.ioHandlerFactory());
        }
    };

    @Override
    public String name() {
        return "epoll";
    }

    @Override
    public boolean available() {
        return epoll.isAvailable();
    }

    @Override
    public Throwable unavailabilityCause() {
        return epoll.unavailabilityCause();
    }

    @Override
    public io.vertx.core.spi.transport.Transport implementation() {
        return epoll;
    }

    private static IoHandlerFactory wrap(IoHandlerFactory netty) {
        return new IoHandlerFactory() {
            @Override
            public IoHandler newHandler(ThreadAwareExecutor executor) {
                return new LoopHandler(netty.newHandler(executor));
            }

            @Override
            public boolean isChangingThreadSupported() {
                return netty.isChangingThreadSupported();
            }
        };
    }

    private record LoopHandler(IoHandler netty) implements IoHandler {
        @Override
        public void initialize() {
            netty.initialize();
        }

        @Override
        public int run(IoHandlerContext context) {
            return netty.run(context);
        }

        @Override
        public void prepareToDestroy() {
            netty.prepareToDestroy();
        }

        @Override
        public void destroy() {
            netty.destroy();
        }

        @Override
        public IoRegistration register(IoHandle handle) throws Exception {
            return new StayingRegistration(netty.register(handle));
        }

        @Override
        public void wakeup() {
            netty.wakeup();
        }

        @Override
        public boolean isCompatible(Class<? extends IoHandle> handleType) {
            return netty.isCompatible(handleType);
        }
    }

    private static final class StayingRegistration implements IoRegistration {
        private final IoRegistration netty;
        private boolean added;

        StayingRegistration(IoRegistration netty) {
            this.netty = netty;
        }

        @Override
        @SuppressWarnings("TypeParameterUnusedInFormals") // Netty's signature.
        public <T> T attachment() {
            return netty.attachment();
        }

        @Override
        public long submit(IoOps ops) {
            boolean empty = ((EpollIoOps) ops).value() == 0;
            added |= !empty;
            // Edge-triggered with no other bit: stays registered, and a hangup or error is reported once.
            return netty.submit(empty && added ? EDGE_ONLY : ops);
        }

        @Override
        public boolean isValid() {
            return netty.isValid();
        }

        @Override
        public boolean cancel() {
            return netty.cancel();
        }
    }
}
