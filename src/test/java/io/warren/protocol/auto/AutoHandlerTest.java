package io.warren.protocol.auto;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.warren.fixture.MapSettings;
import io.warren.fixture.Rig;
import io.warren.net.Intake;
import io.warren.net.ProxyException;
import io.warren.net.Stream;
import io.warren.net.TcpServer;
import io.warren.spi.Authenticator;
import io.warren.spi.Destination;
import io.warren.spi.Egress;
import io.warren.spi.Handler;
import io.warren.spi.Inbound;
import io.warren.spi.Intent;
import io.warren.spi.Scope;
import io.warren.spi.Session;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class AutoHandlerTest {
    private final Rig rig = new Rig();
    private final List<String> deployed = new ArrayList<>();
    private final List<Destination> dialled = new CopyOnWriteArrayList<>();

    @AfterEach
    void closeRig() {
        rig.close();
    }

    /** Says who it is, and what it has read. */
    private static final class Named extends VerticleBase implements Handler {
        private final String name;

        Named(String name) {
            this.name = name;
        }

        @Override
        public Future<Intent> negotiate(Inbound inbound) {
            Stream stream = inbound.stream();
            return Intake.of(stream, Duration.ofSeconds(5))
                    .read(3)
                    .compose(first -> stream.write(io.vertx.core.buffer.Buffer.buffer(name + " " + first)))
                    .map(v -> new Intent.Served(inbound.session()));
        }
    }

    private TcpServer auto(boolean login) {
        TcpServer echo = rig.echo();
        Egress egress = (session, target) -> {
            dialled.add(target);
            return io.warren.relay.Direct.EGRESS.connect(session, Destination.tcp(echo.address()));
        };
        Authenticator nobody = (session, user, password) -> Future.failedFuture("no");
        Scope bare = rig.scope(egress, login ? Optional.of(nobody) : Optional.empty(), Optional.empty());
        Scope scope = new Scope(
                bare.vertx(),
                bare.context(),
                bare.service(),
                egress,
                bare.authenticator(),
                Optional.empty(),
                bare.dial(),
                name -> {
                    deployed.add(name);
                    Named handler = new Named(name);
                    try {
                        return handler.deploy(rig.context).map(handler);
                    } catch (Exception e) {
                        return Future.failedFuture(e);
                    }
                });
        Handler handler = rig.deploy(new AutoHandler(
                scope, AutoOptions.read(MapSettings.of("metadata", MapSettings.entry("hash", "host")))));
        return rig.serve(handler, egress, null);
    }

    @Test
    void theFirstByteTellsTheProtocol() throws IOException {
        TcpServer server = auto(true);
        assertThat(deployed).containsExactly("socks4", "socks5", "http");
        assertThat(Rig.exchange(server.address(), "\u0004ab")).isEqualTo("socks4 \u0004ab");
        assertThat(Rig.exchange(server.address(), "\u0005ab")).isEqualTo("socks5 \u0005ab");
        assertThat(Rig.exchange(server.address(), "GET")).isEqualTo("http GET");
        assertThat(Rig.exchange(server.address(), "PROPFIND")).isEqualTo("http PRO");
        assertThat(Rig.exchange(server.address(), "\u0000\u0001\u0002")).isEqualTo("http \u0000\u0001\u0002");
        assertThat(Rig.exchange(server.address(), "\u0016\u0002\u0000")).isEqualTo("http \u0016\u0002\u0000");
        assertThat(deployed).hasSize(3);
    }

    private static byte[] clientHello(Optional<String> name) throws Exception {
        SSLEngine engine = SSLContext.getDefault().createSSLEngine(name.orElse(null), 443);
        engine.setUseClientMode(true);
        SSLParameters parameters = engine.getSSLParameters();
        parameters.setApplicationProtocols(new String[] {"h2", "http/1.1"});
        engine.setSSLParameters(parameters);
        java.nio.ByteBuffer out =
                java.nio.ByteBuffer.allocate(engine.getSession().getPacketBufferSize());
        engine.wrap(java.nio.ByteBuffer.allocate(0), out);
        byte[] hello = new byte[out.flip().remaining()];
        out.get(hello);
        return hello;
    }

    private static byte[] exchange(TcpServer server, byte[] hello, boolean byteByByte) throws IOException {
        try (Socket socket = Rig.connect(server.address())) {
            socket.setTcpNoDelay(true);
            if (byteByByte) {
                for (byte b : hello) {
                    socket.getOutputStream().write(b);
                }
            } else {
                socket.getOutputStream().write(hello);
            }
            socket.shutdownOutput();
            ByteArrayOutputStream back = new ByteArrayOutputStream();
            socket.getInputStream().transferTo(back);
            return back.toByteArray();
        }
    }

    @Test
    void tlsPassesUnchangedToTheServerThatItNames() throws Exception {
        TcpServer server = auto(false);
        byte[] hello = clientHello(Optional.of("WWW.example.org"));
        assertThat(exchange(server, hello, false)).isEqualTo(hello);
        assertThat(exchange(server, hello, true)).isEqualTo(hello);
        assertThat(dialled).hasSize(2).allMatch(to -> to.toString().equals("www.example.org:443"));
        Session session = rig.intents.take().session();
        assertThat(session.hashSource()).isEqualTo("www.example.org:443");
    }

    @Test
    void tlsIsRefusedWhereALoginIsRequired() throws Exception {
        TcpServer server = auto(true);
        assertThat(exchange(server, clientHello(Optional.of("www.example.org")), false))
                .isEmpty();
        Rig.until(() -> rig.failures.size() == 1);
        assertThat(((ProxyException) rig.failures.get(0)).kind()).isEqualTo(ProxyException.Kind.UNAUTHORIZED);
        assertThat(dialled).isEmpty();
    }

    @Test
    void tlsWithoutANameOrWithNonsenseIsClosed() throws Exception {
        TcpServer server = auto(false);
        assertThat(exchange(server, clientHello(Optional.empty()), false)).isEmpty();
        assertThat(exchange(server, new byte[] {22, 3, 1, 0, 5, 9, 9, 9, 9, 9}, false))
                .isEmpty();
        assertThat(exchange(server, new byte[] {22, 3, 1, 0}, false)).isEmpty();
        Rig.until(() -> rig.failures.size() == 3);
        assertThat(rig.failures).allMatch(ProxyException.class::isInstance);
    }

    @Test
    void recognitionIsUndecidedOnlyWhileItHasToBe() {
        assertThat(recognise()).isEmpty();
        assertThat(recognise(4)).contains(Recognition.SOCKS4);
        assertThat(recognise(5)).contains(Recognition.SOCKS5);
        assertThat(recognise('G')).contains(Recognition.HTTP);
        assertThat(recognise(22)).isEmpty();
        assertThat(recognise(22, 3)).isEmpty();
        assertThat(recognise(22, 2)).contains(Recognition.HTTP);
        assertThat(recognise(22, 3, 5)).contains(Recognition.HTTP);
        assertThat(recognise(22, 3, 4)).contains(Recognition.TLS);
    }

    private static Optional<Recognition> recognise(int... bytes) {
        io.netty.buffer.ByteBuf in = io.netty.buffer.Unpooled.buffer();
        for (int b : bytes) {
            in.writeByte(b);
        }
        return Recognition.of(in);
    }
}
