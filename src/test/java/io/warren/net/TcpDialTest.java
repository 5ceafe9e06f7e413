package io.warren.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vertx.core.Context;
import io.vertx.core.Vertx;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TcpDialTest {
    private final Vertx vertx = Way.PLAIN.vertx();
    private final Context context = vertx.getOrCreateContext();

    @AfterEach
    void close() {
        LinkFixture.get(vertx.close());
    }

    private Stream dial(ServerSocket server, String interfaces) {
        Address target = Address.of((InetSocketAddress) server.getLocalSocketAddress());
        return Datagrams.on(context, () -> TcpDial.connect(context, target, DialOptions.DEFAULT.from(interfaces, 0)));
    }

    private static ServerSocket listen() throws Exception {
        ServerSocket server = new ServerSocket();
        server.bind(new InetSocketAddress("127.0.0.1", 0));
        server.setSoTimeout(10_000);
        return server;
    }

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.3", "nowhere0,127.0.0.3", "::1,127.0.0.3!", "192.0.2.77,127.0.0.3"})
    void interfaceListIsTriedInOrder(String interfaces) throws Exception {
        try (ServerSocket server = listen()) {
            Stream stream = dial(server, interfaces);
            try (Socket accepted = server.accept()) {
                assertThat(accepted.getInetAddress().getHostAddress()).isEqualTo("127.0.0.3");
                assertThat(stream.local()).isEqualTo(Address.of("127.0.0.3", accepted.getPort()));
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"nowhere0", "nowhere0!,127.0.0.3", "::1!,127.0.0.3", "192.0.2.77!,127.0.0.3"})
    void strictItemEndsTheDial(String interfaces) throws Exception {
        try (ServerSocket server = listen()) {
            assertThatThrownBy(() -> dial(server, interfaces))
                    .cause()
                    .isInstanceOfSatisfying(
                            ProxyException.class, e -> assertThat(e.kind()).isEqualTo(ProxyException.Kind.UNREACHABLE));
        }
    }

    @Test
    void interfaceNameGivesItsAddress() throws Exception {
        try (ServerSocket server = listen()) {
            Stream stream = dial(server, "lo");
            assertThat(stream.local().host()).isEqualTo("127.0.0.1");
        }
    }

    @Test
    void refusedConnectionSaysSo() throws Exception {
        ServerSocket gone = listen();
        gone.close();
        InetSocketAddress was = new InetSocketAddress("127.0.0.1", gone.getLocalPort());
        assertThatThrownBy(() ->
                        Datagrams.on(context, () -> TcpDial.connect(context, Address.of(was), DialOptions.DEFAULT)))
                .cause()
                .isInstanceOfSatisfying(
                        ProxyException.class, e -> assertThat(e.kind()).isEqualTo(ProxyException.Kind.REFUSED));
    }
}
