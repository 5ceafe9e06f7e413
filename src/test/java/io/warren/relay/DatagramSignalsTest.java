package io.warren.relay;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.warren.codec.RelayFrames;
import io.warren.fixture.Rig;
import io.warren.net.Address;
import io.warren.net.DatagramFlow;
import io.warren.net.DatagramStream;
import io.warren.net.DialOptions;
import io.warren.net.ListenOptions;
import io.warren.net.Stream;
import io.warren.net.TcpDial;
import io.warren.net.TcpServer;
import io.warren.spi.Notice;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class DatagramSignalsTest {
    private static final Address VISITOR = Address.of("192.0.2.7", 40000);

    private final Rig rig = new Rig();
    private final List<String> atAgent = new CopyOnWriteArrayList<>();
    private final List<String> atMember = new CopyOnWriteArrayList<>();
    private DatagramSignals agent;
    private DatagramSignals member;

    @BeforeEach
    void connect() {
        AtomicReference<Stream> accepted = new AtomicReference<>();
        TcpServer server = rig.on(
                () -> TcpServer.listen(rig.context, Address.of("127.0.0.1", 0), ListenOptions.DEFAULT, accepted::set));
        agent = over(rig.on(() -> TcpDial.connect(rig.context, server.address(), DialOptions.DEFAULT)), atAgent);
        Rig.until(() -> accepted.get() != null);
        member = over(accepted.get(), atMember);
    }

    @AfterEach
    void stop() {
        rig.close();
    }

    private DatagramSignals over(Stream stream, List<String> received) {
        return rig.on(() -> {
            DatagramSignals signals = new DatagramSignals(stream, DatagramStream.over(stream, RelayFrames.ADDRESSED));
            signals.receiver(new DatagramFlow.Receiver() {
                @Override
                public void packet(ByteBuf payload, Address peer) {
                    received.add(peer + " " + payload.toString(StandardCharsets.UTF_8));
                    payload.release();
                }
            });
            return io.vertx.core.Future.succeededFuture(signals);
        });
    }

    private void send(DatagramSignals from, String text) {
        rig.context.runOnContext(v -> {
            from.send(Unpooled.copiedBuffer(text, StandardCharsets.UTF_8), VISITOR);
            from.flush();
        });
    }

    @Test
    void eachAnswersThatItLives() {
        rig.on(() -> member.proven(Duration.ZERO));
        rig.on(() -> agent.proven(Duration.ZERO));
        assertThat(atAgent).isEmpty();
        assertThat(atMember).isEmpty();
    }

    @Test
    void noticeIsHeardOnceAndDatagramsPassIt() {
        List<Notice> heard = new CopyOnWriteArrayList<>();
        rig.context.runOnContext(v -> {
            agent.onNotice(heard::add);
            member.tell(Notice.LEAVING);
            member.tell(Notice.LEAVING);
            member.tell(Notice.REPLACED);
        });
        send(member, "to the agent");
        send(agent, "to the member");
        Rig.until(() -> !atAgent.isEmpty() && !atMember.isEmpty());
        assertThat(heard).containsExactly(Notice.LEAVING, Notice.REPLACED);
        assertThat(atAgent).containsExactly(VISITOR + " to the agent");
        assertThat(atMember).containsExactly(VISITOR + " to the member");
    }

    @Test
    void proofFailsWhenTheOtherEndHasGone() {
        agent.close();
        Rig.await(member.closed());
        assertThat(rig.on(() -> member.proven(Duration.ZERO).map("lives").otherwise("gone")))
                .isEqualTo("gone");
    }
}
