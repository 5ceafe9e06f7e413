package io.warren.net;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/** A relay between a listening port and a target that the test plays itself, with blocking sockets. */
final class LinkFixture implements AutoCloseable {
    static final Duration DEADLINE = Duration.ofSeconds(30);

    final Vertx vertx;
    final Meter meter = new Meter();
    final ServerSocket target;
    final List<Stream> streams = new CopyOnWriteArrayList<>();

    /** Called for every stream before it is joined, the accepted one first. */
    volatile Consumer<Stream> prepare = stream -> {};

    /** Whether the last pair was one whose bytes the kernel moves. */
    volatile boolean spliced;

    private final BlockingQueue<Future<Void>> outcomes = new LinkedBlockingQueue<>();
    private final Way way;
    private final TcpServer server;

    LinkFixture(Way way, Relaying how, int handshakeBytes) throws Exception {
        this.way = way;
        this.vertx = way.vertx();
        target = new ServerSocket();
        target.setReceiveBufferSize(64 * 1024);
        target.bind(new InetSocketAddress(way.host(), 0), 1024);
        Relaying counting = new Relaying(how.idle(), how.linger(), meter, how.fromClient(), how.toClient());
        server = listen(accepted -> relay(accepted, counting, handshakeBytes));
    }

    LinkFixture(Way way) throws Exception {
        this(way, Relaying.counting(new Meter()), 0);
    }

    private TcpServer listen(Consumer<Stream> accepted) {
        Context context = vertx.getOrCreateContext();
        Promise<TcpServer> bound = Promise.promise();
        context.runOnContext(v -> TcpServer.listen(
                        context, Address.of(new InetSocketAddress(way.host(), 0)), ListenOptions.DEFAULT, accepted)
                .onComplete(bound));
        return get(bound.future());
    }

    private void relay(Stream client, Relaying how, int handshakeBytes) {
        streams.add(client);
        way.clientLayers(client);
        prepare.accept(client);
        Future<?> ready = handshakeBytes == 0
                ? Future.succeededFuture()
                : Intake.of(client, DEADLINE).read(handshakeBytes);
        outcomes.add(ready.compose(v -> TcpDial.connect(
                        client.context(),
                        Address.of((InetSocketAddress) target.getLocalSocketAddress()),
                        DialOptions.DEFAULT))
                .compose(upstream -> {
                    streams.add(upstream);
                    way.upstreamLayers(upstream);
                    prepare.accept(upstream);
                    spliced = SpliceMover.fits(client, upstream);
                    return way.join(client, upstream, how);
                })
                .onFailure(e -> client.close()));
    }

    Socket client() throws IOException {
        return client(256 * 1024);
    }

    Socket client(int receiveBuffer) throws IOException {
        Socket socket = new Socket();
        socket.setReceiveBufferSize(receiveBuffer);
        socket.setSoTimeout((int) DEADLINE.toMillis());
        socket.connect(new InetSocketAddress(way.host(), server.address().port()));
        return socket;
    }

    Socket accept() throws IOException {
        target.setSoTimeout((int) DEADLINE.toMillis());
        Socket socket = target.accept();
        socket.setSoTimeout((int) DEADLINE.toMillis());
        return socket;
    }

    /** How the next join ended: its failure, or null. */
    Throwable outcome() throws InterruptedException {
        Future<Void> outcome = outcomes.poll(DEADLINE.toSeconds(), TimeUnit.SECONDS);
        if (outcome == null) {
            throw new AssertionError("no connection arrived");
        }
        try {
            get(outcome);
            return null;
        } catch (AssertionError e) {
            return e.getCause();
        }
    }

    static <T> T get(Future<T> future) {
        try {
            return future.toCompletionStage().toCompletableFuture().get(DEADLINE.toSeconds(), TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            throw new AssertionError(e.getCause());
        } catch (InterruptedException | TimeoutException e) {
            throw new AssertionError("nothing within " + DEADLINE.toSeconds() + " s", e);
        }
    }

    static void await(String what, BooleanSupplier condition) {
        long end = System.nanoTime() + DEADLINE.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > end) {
                throw new AssertionError("not within " + DEADLINE.toSeconds() + " s: " + what);
            }
            LockSupport.parkNanos(2_000_000);
        }
    }

    void closeServer() {
        get(server.close());
    }

    InetAddress host() {
        return way.host();
    }

    @Override
    public void close() throws IOException {
        target.close();
        get(vertx.close());
    }
}
