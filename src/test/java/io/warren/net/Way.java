package io.warren.net;

import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandler;
import io.netty.channel.EventLoop;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.internal.ContextInternal;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.function.Supplier;

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
    BOTH_FROM_ANOTHER_LOOP(true, "127.0.0.1") {
        @Override
        Future<Void> join(Stream client, Stream upstream, Relaying how) {
            Context there = elsewhere(client.context());
            Stream farClient = Bridge.to(there, client);
            Stream farUpstream = Bridge.to(there, upstream);
            return on(there, () -> super.join(farClient, farUpstream, how));
        }
    },
    UPSTREAM_FROM_ANOTHER_LOOP_AND_BACK_IPV6(true, "::1") {
        @Override
        Future<Void> join(Stream client, Stream upstream, Relaying how) {
            Stream far = Bridge.to(elsewhere(upstream.context()), upstream);
            return super.join(client, Bridge.to(client.context(), far), how);
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

    /** A context of another event loop. */
    static Context elsewhere(Context context) {
        ContextInternal own = (ContextInternal) context;
        EventLoop loop = own.nettyEventLoop();
        while (loop == own.nettyEventLoop()) {
            loop = own.owner().nettyEventLoopGroup().next();
        }
        return own.owner().contextBuilder().withEventLoop(loop).build();
    }

    private static <T> Future<T> on(Context context, Supplier<Future<T>> task) {
        Promise<T> result = Promise.promise();
        context.runOnContext(v -> task.get().onComplete(result));
        return result.future();
    }

    private static ChannelHandler passThrough() {
        return new ChannelDuplexHandler();
    }
}
