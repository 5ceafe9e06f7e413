package io.warren.transport.udp;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Future;
import io.warren.fixture.MapSettings;
import io.warren.fixture.Rig;
import io.warren.net.Address;
import io.warren.net.DatagramFlow;
import io.warren.net.Stream;
import io.warren.net.UdpSessions;
import io.warren.spi.Door;
import io.warren.spi.Inbound;
import io.warren.spi.Session;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class UdpListenerTest {
    private final Rig rig = new Rig();
    private final List<Inbound> arrivals = new CopyOnWriteArrayList<>();

    @AfterEach
    void stop() {
        rig.close();
    }

    private static final class Everybody implements Door {
        @Override
        public Future<Inbound> admit(Stream raw) {
            return Future.failedFuture("datagrams only");
        }

        @Override
        public Optional<Inbound> admit(DatagramFlow raw) {
            return Optional.of(new Inbound(Session.of("rig", raw.remote(), raw.local()), raw));
        }
    }

    private UdpListener listener(UdpSessions.Options options) {
        UdpListener listener = rig.deploy(new UdpListener(options));
        assertThat(listener.perLoop()).isFalse();
        return listener;
    }

    private Address echo(UdpListener listener, String host) {
        return rig.on(() -> listener.listen(Address.of(host, 0), new Everybody(), inbound -> {
            arrivals.add(inbound);
            DatagramFlow flow = inbound.flow();
            flow.receiver((payload, peer) -> {
                flow.send(payload, peer);
                flow.flush();
            });
        }));
    }

    private static String exchange(DatagramSocket client, Address server, String text) throws IOException {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        client.send(new DatagramPacket(bytes, bytes.length, server.ip(), server.port()));
        DatagramPacket answer = new DatagramPacket(new byte[65535], 65535);
        client.receive(answer);
        return new String(answer.getData(), 0, answer.getLength(), StandardCharsets.UTF_8);
    }

    private static DatagramSocket client(String host) throws IOException {
        DatagramSocket socket = new DatagramSocket(0, InetAddress.getByName(host));
        socket.setSoTimeout(10_000);
        return socket;
    }

    @Test
    void eachClientIsASessionOfItsOwnWhichLastsWithKeepalive() throws IOException {
        for (String host : List.of("127.0.0.1", "::1")) {
            arrivals.clear();
            Address server = echo(listener(UdpSessions.Options.DEFAULT.keepAlive(true)), host);
            try (DatagramSocket one = client(host);
                    DatagramSocket other = client(host)) {
                assertThat(exchange(one, server, "a")).isEqualTo("a");
                assertThat(exchange(other, server, "b")).isEqualTo("b");
                assertThat(exchange(one, server, "c")).isEqualTo("c");
                assertThat(arrivals)
                        .extracting(arrival -> arrival.session().client())
                        .containsExactly(Address.of(host, one.getLocalPort()), Address.of(host, other.getLocalPort()));
            }
        }
    }

    @Test
    void withoutKeepaliveAnAnswerEndsTheSession() throws IOException {
        Address server = echo(listener(UdpSessions.Options.DEFAULT), "127.0.0.1");
        try (DatagramSocket client = client("127.0.0.1")) {
            assertThat(exchange(client, server, "a")).isEqualTo("a");
            Rig.await(arrivals.get(0).conduit().closed());
            assertThat(exchange(client, server, "b")).isEqualTo("b");
            assertThat(arrivals).hasSize(2);
        }
    }

    @Test
    void retiredListenerFreesItsPort() throws IOException {
        UdpListener listener = listener(UdpSessions.Options.DEFAULT);
        Address server = echo(listener, "127.0.0.1");
        rig.on(listener::retire);
        new DatagramSocket(server.port(), server.ip()).close();
    }

    @Test
    void optionsHaveGostsDefaultsAndAliases() {
        assertThat(Udp.sessions(MapSettings.of())).isEqualTo(UdpSessions.Options.DEFAULT);
        MapSettings all = MapSettings.of(
                "metadata",
                MapSettings.entry(
                        "keepalive.ttl",
                        7_000_000_000L,
                        "keepalive",
                        true,
                        "stateless",
                        true,
                        "backlog",
                        9,
                        "recvQueueSize",
                        10,
                        "udp.bufferSize",
                        1500));
        assertThat(Udp.sessions(all))
                .isEqualTo(new UdpSessions.Options(Duration.ofSeconds(7), true, true, 9, 10, 1500));
        assertThat(all.problems()).isEmpty();
    }
}
