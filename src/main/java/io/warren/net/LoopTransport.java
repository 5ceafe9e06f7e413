package io.warren.net;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.IoHandler;
import io.netty.channel.IoHandlerFactory;
import io.netty.util.concurrent.ThreadAwareExecutor;
import io.vertx.core.impl.transports.EpollTransport;
import io.vertx.core.internal.VertxInternal;
import io.vertx.core.net.TcpConfig;
import io.vertx.core.transport.Transport;
import java.net.SocketAddress;
import java.util.Optional;

/** Vert.x's epoll transport with {@link LoopHandler} between Netty and epoll. */
final class LoopTransport implements Transport {
    private final ListeningSocket.Open listening = new ListeningSocket.Open();
    private final Epoll epoll = new Epoll();

    /** What Vert.x knows of it. */
    private final class Epoll extends EpollTransport {
        @Override
        public IoHandlerFactory ioHandlerFactory() {
            return wrap(super.ioHandlerFactory());
        }

        @Override
        public void configure(TcpConfig config, boolean domainSocket, ServerBootstrap bootstrap) {
            super.configure(config, domainSocket, bootstrap);
            if (!domainSocket) {
                SocketOptions.inherit(config, bootstrap);
                bootstrap.handler(new ListeningSocket(listening));
            }
        }

        ListeningSocket.Open listening() {
            return listening;
        }
    }

    /** The socket at that address, where one of this transport's listens. */
    static Optional<ListeningSocket> listening(VertxInternal vertx, SocketAddress address) {
        return vertx.transport() instanceof Epoll epoll ? epoll.listening().at(address) : Optional.empty();
    }

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
                return new LoopHandler(netty.newHandler(executor), executor);
            }

            @Override
            public boolean isChangingThreadSupported() {
                return false;
            }
        };
    }
}
