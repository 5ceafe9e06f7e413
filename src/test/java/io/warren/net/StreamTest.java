package io.warren.net;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.vertx.core.Context;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.warren.fixture.Until;
import java.net.Socket;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class StreamTest {
    private final Vertx vertx = Loops.create();
    private final Context context = Loops.next(vertx);
    private final CompletableFuture<Stream> accepted = new CompletableFuture<>();
    private TcpServer server;

    @BeforeEach
    void listen() throws Exception {
        server = Until.done(Loops.call(
                context,
                () -> TcpServer.listen(
                        context, Address.of("127.0.0.1", 0), ListenOptions.DEFAULT, accepted::complete)));
    }

    @AfterEach
    void close() throws Exception {
        Until.done(vertx.close());
    }

    /** What the client has sent and nobody has read yet. */
    private ByteBuf kept(Socket client) throws Exception {
        client.getOutputStream().write(new byte[] {1, 2, 3});
        Stream stream = accepted.get();
        Promise<ByteBuf> kept = Promise.promise();
        context.runOnContext(v -> {
            stream.watch(() -> kept.tryComplete(stream.pending()));
            stream.demand(true);
        });
        return Until.done(kept.future());
    }

    private Socket connect() throws Exception {
        return new Socket("127.0.0.1", server.address().port());
    }

    @Test
    void bytesThatNobodyHasReadAreReleasedWhenItIsClosed() throws Exception {
        try (Socket client = connect()) {
            ByteBuf kept = kept(client);
            Stream stream = accepted.get();
            Until.done(Loops.call(context, stream::close));
            assertThat(kept.refCnt()).isZero();
        }
    }

    @Test
    void bytesThatNobodyHasReadCanBeReadAfterItsEndUntilItIsClosed() throws Exception {
        try (Socket client = connect()) {
            ByteBuf kept = kept(client);
            Stream stream = accepted.get();
            context.runOnContext(v -> stream.channel().close());
            Until.done(stream.closed());
            assertThat(kept.readableBytes()).isEqualTo(3);
            Until.done(Loops.call(context, stream::close));
            assertThat(kept.refCnt()).isZero();
        }
    }
}
