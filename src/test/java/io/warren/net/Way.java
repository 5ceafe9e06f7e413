package io.warren.net;

import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandler;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import java.net.InetAddress;
import java.net.UnknownHostException;

/** The ways in which bytes can move between two streams. */
enum Way {
    PLAIN(true, "127.0.0.1"),
    PLAIN_IPV6(true, "::1"),
    LAYER_ON_CLIENT(true, "127.0.0.1") {
        @Override
        void clientLayers(Stream client) {
            Pipeline.of(client).add(passThrough());
        }
    },
    LAYERS_ON_BOTH_IPV6(true, "::1") {
        @Override
        void clientLayers(Stream client) {
            Pipeline.of(client).add(passThrough());
        }

        @Override
        void upstreamLayers(Stream upstream) {
            Pipeline.of(upstream).add(passThrough());
        }
    },
    NIO(false, "127.0.0.1"),
    NIO_IPV6(false, "::1");

    private final boolean epoll;
    private final String host;

    Way(boolean epoll, String host) {
        this.epoll = epoll;
        this.host = host;
    }

    Vertx vertx() {
        VertxOptions options = new VertxOptions().setEventLoopPoolSize(2).setPreferNativeTransport(epoll);
        return epoll ? Loops.builder(options).build() : Vertx.vertx(options);
    }

    InetAddress host() {
        try {
            return InetAddress.getByName(host);
        } catch (UnknownHostException e) {
            throw new IllegalStateException(e);
        }
    }

    void clientLayers(Stream client) {}

    void upstreamLayers(Stream upstream) {}

    Future<Void> join(Stream client, Stream upstream, Relaying how) {
        return Link.join(client, upstream, how);
    }

    private static ChannelHandler passThrough() {
        return new ChannelDuplexHandler();
    }
}
