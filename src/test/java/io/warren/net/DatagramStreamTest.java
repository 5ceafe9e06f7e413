package io.warren.net;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class DatagramStreamTest {
    /** Two bytes of length, which 0xffff never is. */
    private static final class Lengths implements DatagramStream.Framing {
        @Override
        public ByteBuf header(ByteBufAllocator allocator, int payloadBytes, Address peer) {
            return allocator.buffer(2).writeShort(payloadBytes);
        }

        @Override
        public Optional<DatagramStream.Packet> decode(ByteBuf in) {
            if (in.readableBytes() < 2) {
                return Optional.empty();
            }
            int length = in.readUnsignedShort();
            if (length == 0xffff) {
                throw ProxyException.protocol("length 65535");
            }
            return in.readableBytes() < length
                    ? Optional.empty()
                    : Optional.of(new DatagramStream.Packet(in.readRetainedSlice(length), Address.of("192.0.2.1", 53)));
        }

        @Override
        public int maxPayload() {
            return 65_000;
        }

        @Override
        public int maxHeader() {
            return 2;
        }
    }

    private final Vertx vertx = Way.PLAIN.vertx();
    private final Context context = vertx.getOrCreateContext();

    private DatagramStream dial(ServerSocket server) {
        Address target = Address.of((InetSocketAddress) server.getLocalSocketAddress());
        return DatagramStream.over(
                Datagrams.on(context, () -> TcpDial.connect(context, target, DialOptions.DEFAULT)), new Lengths());
    }

    private static ServerSocket listen() throws Exception {
        ServerSocket server = new ServerSocket();
        server.bind(new InetSocketAddress("127.0.0.1", 0));
        server.setSoTimeout(10_000);
        return server;
    }

    @AfterEach
    void close() {
        LinkFixture.get(vertx.close());
    }

    @Test
    void datagramsKeepTheirBoundariesBothWays() throws Exception {
        try (ServerSocket server = listen()) {
            DatagramStream flow = dial(server);
            Datagrams.Inbox inbox = Datagrams.inbox(flow);
            try (Socket peer = server.accept()) {
                SplittableRandom random = new SplittableRandom(3);
                for (int size : new int[] {0, 1, 512, 65_000}) {
                    byte[] payload = new byte[size];
                    random.nextBytes(payload);
                    Datagrams.send(flow, payload, Address.NONE);
                    byte[] frame = peer.getInputStream().readNBytes(size + 2);
                    assertThat(((frame[0] & 0xff) << 8) | (frame[1] & 0xff)).isEqualTo(size);
                    // Back in two pieces, cut inside of the header or behind it.
                    int cut = random.nextInt(1, frame.length);
                    peer.getOutputStream().write(frame, 0, cut);
                    peer.getOutputStream().flush();
                    peer.getOutputStream().write(frame, cut, frame.length - cut);
                    Datagrams.Packet got = inbox.next();
                    assertThat(got.payload()).isEqualTo(payload);
                    assertThat(got.peer()).isEqualTo(Address.of("192.0.2.1", 53));
                }
                peer.shutdownOutput();
                LinkFixture.await("the end", () -> inbox.ended);
            }
        }
    }

    @Test
    void whatAStreamCannotTakeIsDroppedAndCounted() throws Exception {
        try (ServerSocket server = listen()) {
            DatagramStream flow = dial(server);
            try (Socket peer = server.accept()) {
                int payload = 60_000;
                context.runOnContext(v -> {
                    while (flow.dropped() < 10) {
                        flow.send(Unpooled.wrappedBuffer(new byte[payload]), Address.NONE);
                        flow.flush();
                    }
                });
                LinkFixture.await("drops", () -> flow.dropped() == 10);
                assertThat(peer.getInputStream().readNBytes(payload + 2)).hasSize(payload + 2);
            }
        }
    }

    @Test
    void frameThatIsNoneEndsTheFlow() throws Exception {
        try (ServerSocket server = listen()) {
            DatagramStream flow = dial(server);
            Datagrams.Inbox inbox = Datagrams.inbox(flow);
            try (Socket peer = server.accept()) {
                peer.getOutputStream().write(new byte[] {0, 1, 7, -1, -1, 1, 2, 3});
                assertThat(inbox.next().payload()).containsExactly(7);
                LinkFixture.get(flow.closed());
                assertThat(inbox.ended).isTrue();
            }
        }
    }
}
