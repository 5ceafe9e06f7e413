package io.warren.chaos;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetClientOptions;
import io.vertx.core.net.NetSocket;
import io.warren.codec.RelayFeature;
import io.warren.codec.RelayMessage;
import io.warren.fixture.Until;
import io.warren.net.Address;
import io.warren.spi.Credentials;
import io.warren.spi.Network;
import io.warren.spi.Secret;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** Many agents in one process: each binds a port through a member as gost does, serves nobody, and comes back at another member when it is cut off. */
final class LightAgents implements AutoCloseable {
    private static final int AGAIN_MS = 1000;

    private final Vertx vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(1));
    private final NetClient client =
            vertx.createNetClient(new NetClientOptions().setConnectTimeout(3000).setReconnectAttempts(0));
    private final List<InetSocketAddress> members;
    private final Map<Integer, NetSocket> bound = new ConcurrentHashMap<>();
    private final Queue<String> refusals = new ConcurrentLinkedQueue<>();
    private final AtomicInteger attempts = new AtomicInteger();
    private volatile boolean ended;

    LightAgents(List<InetSocketAddress> members) {
        this.members = members;
    }

    /** From now on until the end there is an agent for the port. */
    void attach(int port, int member) {
        if (ended) {
            return;
        }
        attempts.incrementAndGet();
        InetSocketAddress where = members.get(member % members.size());
        client.connect(where.getPort(), where.getHostString())
                .onSuccess(socket -> greet(socket, port, member))
                .onFailure(e -> again(port, member));
    }

    private void again(int port, int member) {
        if (!ended) {
            vertx.setTimer(1 + ThreadLocalRandom.current().nextInt(AGAIN_MS), t -> attach(port, member + 1));
        }
    }

    private void greet(NetSocket socket, int port, int member) {
        ByteBuf answer = Unpooled.buffer();
        socket.handler(bytes -> {
            answer.writeBytes(bytes.getBytes());
            RelayMessage.decode(answer).ifPresent(message -> {
                // What follows are frames for visitors.
                socket.handler(ignored -> {});
                answered(socket, port, message);
            });
        });
        socket.closeHandler(v -> {
            bound.remove(port, socket);
            again(port, member);
        });
        RelayMessage request = RelayMessage.request(
                RelayMessage.BIND,
                Network.TCP,
                List.of(
                        new RelayFeature.UserAuth(new Credentials("alice", Secret.of("wonderland"))),
                        new RelayFeature.NetworkId(Network.TCP),
                        new RelayFeature.Addr(Address.of("0.0.0.0", port))));
        ByteBuf bytes = request.encode();
        byte[] copy = new byte[bytes.readableBytes()];
        bytes.readBytes(copy).release();
        socket.write(Buffer.buffer(copy)).onFailure(e -> socket.close());
    }

    private void answered(NetSocket socket, int port, RelayMessage message) {
        if (message.code() == 0) {
            bound.put(port, socket);
        } else {
            refusals.add("port " + port + ": status " + message.code());
            socket.close();
        }
    }

    /** Waits until so many ports are bound; how long that was after {@code start}. */
    Duration complete(int count, long start, Duration patience) throws InterruptedException {
        while (bound.size() < count) {
            if (System.nanoTime() - start > patience.toNanos()) {
                throw new AssertionError(bound.size() + " of " + count + " agents after " + patience + ", " + attempts
                        + " attempts, refused: " + refusals);
            }
            TimeUnit.MILLISECONDS.sleep(5);
        }
        return Duration.ofNanos(System.nanoTime() - start);
    }

    Queue<String> refusals() {
        return refusals;
    }

    /** Everybody is cut off at the same moment. */
    void cut() {
        List<NetSocket> all = List.copyOf(bound.values());
        // Else they would still count until each is closed.
        bound.clear();
        vertx.runOnContext(v -> all.forEach(NetSocket::close));
    }

    /** All go, and none comes back. */
    void leave() {
        ended = true;
        cut();
    }

    @Override
    public void close() {
        ended = true;
        try {
            Until.done(vertx.close());
        } catch (Exception e) {
            throw new IllegalStateException("agents that do not end", e);
        }
    }
}
