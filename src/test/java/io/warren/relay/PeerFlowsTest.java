package io.warren.relay;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.warren.net.Address;
import io.warren.net.DatagramFlow;
import io.warren.net.Loops;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class PeerFlowsTest {
    private static final Address A = Address.of("192.0.2.7", 40000);
    private static final Address B = Address.of("2001:db8::7", 40000);

    private Vertx vertx;
    private Shared shared;

    /** A flow whose far end is the test. */
    private static final class Shared implements DatagramFlow {
        private final Context context;
        private final Promise<Void> closed = Promise.promise();
        private final List<String> sent = new ArrayList<>();
        private Receiver receiver;
        private int flushed;

        Shared(Context context) {
            this.context = context;
        }

        void arrives(String text, Address peer) {
            receiver.packet(Unpooled.copiedBuffer(text, StandardCharsets.UTF_8), peer);
        }

        @Override
        public boolean send(ByteBuf payload, Address peer) {
            sent.add(peer + " " + payload.toString(StandardCharsets.UTF_8));
            payload.release();
            return true;
        }

        @Override
        public void flush() {
            flushed++;
        }

        @Override
        public void receiver(Receiver next) {
            receiver = next;
        }

        @Override
        public int maxPayload() {
            return 1000;
        }

        @Override
        public Context context() {
            return context;
        }

        @Override
        public Address local() {
            return Address.NONE;
        }

        @Override
        public Address remote() {
            return Address.NONE;
        }

        @Override
        public Future<Void> close() {
            closed.tryComplete();
            return closed.future();
        }

        @Override
        public Future<Void> closed() {
            return closed.future();
        }
    }

    private static final class Seen implements DatagramFlow.Receiver {
        private final List<String> packets = new ArrayList<>();
        private int batches;
        private boolean ended;

        @Override
        public void packet(ByteBuf payload, Address peer) {
            packets.add(peer + " " + payload.toString(StandardCharsets.UTF_8));
            payload.release();
        }

        @Override
        public void batchEnd() {
            batches++;
        }

        @Override
        public void ended() {
            ended = true;
        }
    }

    @BeforeEach
    void startUp() {
        vertx = Loops.create();
        shared = new Shared(vertx.getOrCreateContext());
    }

    @AfterEach
    void shutDown() throws Exception {
        vertx.close().toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
    }

    @Test
    void eachPeerHasItsFlowAndEarlyDatagramsWait() {
        List<DatagramFlow> accepted = new ArrayList<>();
        PeerFlows.accepting(shared, Duration.ofMinutes(1), accepted::add);
        shared.arrives("one", A);
        shared.arrives("two", B);
        shared.arrives("three", A);
        shared.receiver.batchEnd();
        assertThat(accepted).extracting(DatagramFlow::remote).containsExactly(A, B);
        Seen seen = new Seen();
        accepted.get(0).receiver(seen);
        assertThat(seen.packets).containsExactly(A + " one", A + " three");
        shared.arrives("four", A);
        shared.arrives("five", A);
        shared.receiver.batchEnd();
        assertThat(seen.packets).endsWith(A + " four", A + " five");
        assertThat(seen.batches).isEqualTo(2);
        accepted.get(1).close();
    }

    @Test
    void answersGoToTheFlowsPeer() {
        PeerFlows flows = PeerFlows.over(shared);
        DatagramFlow flow = flows.open(B);
        assertThat(flow.send(Unpooled.copiedBuffer("x", StandardCharsets.UTF_8), A))
                .isTrue();
        flow.flush();
        assertThat(shared.sent).containsExactly(B + " x");
        assertThat(shared.flushed).isEqualTo(1);
    }

    @Test
    void datagramsOfStrangersAreDroppedWhereNobodyTakesThem() {
        PeerFlows flows = PeerFlows.over(shared);
        Seen seen = new Seen();
        flows.open(A).receiver(seen);
        shared.arrives("stranger", B);
        shared.arrives("known", A);
        assertThat(seen.packets).containsExactly(A + " known");
    }

    @Test
    void endOfTheSharedFlowEndsAll() {
        PeerFlows flows = PeerFlows.over(shared);
        Seen seen = new Seen();
        DatagramFlow flow = flows.open(A);
        flow.receiver(seen);
        shared.receiver.ended();
        assertThat(seen.ended).isTrue();
        assertThat(flow.closed().isComplete()).isTrue();
        assertThat(shared.closed.future().isComplete()).isTrue();
        ByteBuf late = Unpooled.buffer().writeByte(1);
        assertThat(flow.send(late, A)).isFalse();
        assertThat(late.refCnt()).isZero();
    }

    @Test
    void closingOneLeavesTheOthersAndItsPeerMayComeAgain() {
        List<DatagramFlow> accepted = new ArrayList<>();
        PeerFlows.accepting(shared, Duration.ofMinutes(1), accepted::add);
        shared.arrives("one", A);
        shared.arrives("two", B);
        accepted.get(0).close();
        shared.arrives("three", A);
        assertThat(accepted).hasSize(3);
        assertThat(shared.closed.future().isComplete()).isFalse();
        accepted.forEach(DatagramFlow::close);
    }

    @Test
    void silentFlowEnds() throws Exception {
        CountDownLatch ended = new CountDownLatch(1);
        shared.context.runOnContext(v -> {
            PeerFlows.accepting(
                    shared, Duration.ofMillis(30), flow -> flow.closed().onComplete(done -> ended.countDown()));
            shared.arrives("one", A);
        });
        assertThat(ended.await(10, TimeUnit.SECONDS)).isTrue();
    }
}
