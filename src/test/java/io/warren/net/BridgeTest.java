package io.warren.net;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Context;
import io.vertx.core.Vertx;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Streams are tested by {@link LinkContractTest}. */
@Timeout(60)
class BridgeTest {
    private final Vertx vertx = Way.PLAIN.vertx();
    private final Context here = vertx.getOrCreateContext();
    private final Context there = Way.elsewhere(here);

    @AfterEach
    void close() {
        LinkFixture.get(vertx.close());
    }

    private UdpSocket socket() {
        return Datagrams.on(here, () -> UdpSocket.bind(here, Address.of("127.0.0.1", 0), UdpOptions.DEFAULT));
    }

    @Test
    void flowOfTheSameLoopIsItself() {
        UdpSocket socket = socket();
        assertThat(Bridge.to(here, socket)).isSameAs(socket);
    }

    @Test
    void datagramsCrossBothWaysOnTheOtherLoop() throws Exception {
        UdpSocket socket = socket();
        DatagramFlow flow = Bridge.to(there, socket);
        assertThat(flow.context()).isSameAs(there);
        assertThat(flow.local()).isEqualTo(socket.local());
        Datagrams.Inbox inbox = Datagrams.inbox(flow);
        try (DatagramSocket plain = new DatagramSocket()) {
            plain.setSoTimeout(10_000);
            for (int i = 0; i < 100; i++) {
                plain.send(new DatagramPacket(
                        new byte[] {(byte) i}, 1, socket.local().socket()));
                Datagrams.Packet got = inbox.next();
                assertThat(got.payload()).containsExactly(i);
                Datagrams.send(flow, new byte[] {(byte) (i + 1)}, got.peer());
                DatagramPacket answer = new DatagramPacket(new byte[10], 10);
                plain.receive(answer);
                assertThat(answer.getData()[0]).isEqualTo((byte) (i + 1));
            }
        }
    }

    @Test
    void closingEitherSideEndsBoth() {
        UdpSocket socket = socket();
        DatagramFlow flow = Bridge.to(there, socket);
        Datagrams.Inbox inbox = Datagrams.inbox(flow);
        there.runOnContext(v -> flow.close());
        LinkFixture.get(socket.closed());
        LinkFixture.get(flow.closed());
        LinkFixture.await("the end", () -> inbox.ended);

        UdpSocket other = socket();
        DatagramFlow otherFlow = Bridge.to(there, other);
        here.runOnContext(v -> other.close());
        LinkFixture.get(otherFlow.closed());
    }
}
