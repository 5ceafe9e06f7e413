package io.warren.protocol.http;

import io.vertx.core.AsyncResult;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.warren.fixture.MapSettings;
import io.warren.fixture.Rig;
import io.warren.net.Address;
import io.warren.net.DatagramFlow;
import io.warren.net.DialOptions;
import io.warren.net.Intake;
import io.warren.net.ProxyException;
import io.warren.net.Stream;
import io.warren.net.TcpServer;
import io.warren.net.UdpOptions;
import io.warren.net.UdpSocket;
import io.warren.relay.Direct;
import io.warren.route.Router;
import io.warren.spi.Authenticator;
import io.warren.spi.Destination;
import io.warren.spi.Directory;
import io.warren.spi.Egress;
import io.warren.spi.Handler;
import io.warren.spi.Scope;
import io.warren.spi.Session;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;

/** A proxy to test: the handler on one event loop, with direct egress. */
final class HttpProxy implements AutoCloseable {
    /** The system's own sockets, on loopback. */
    private static final class Loopback implements Egress {
        @Override
        public Future<Stream> connect(Session session, Destination target) {
            return Direct.EGRESS.connect(session, target);
        }

        @Override
        public Future<DatagramFlow> associate(Session session, Optional<Destination> target) {
            return UdpSocket.bind(Vertx.currentContext(), Address.of("127.0.0.1", 0), UdpOptions.DEFAULT)
                    .map(socket -> socket);
        }
    }

    record Line(Session session, AsyncResult<?> done) {}

    final Rig rig = new Rig();
    /** The ends of plain requests. */
    final List<Line> journal = new CopyOnWriteArrayList<>();

    final HttpHandler handler;
    private final TcpServer server;

    private HttpProxy(Duration patience, boolean login, Object... metadata) {
        Egress egress = new Router(
                new Loopback(),
                new Router.Rules(
                        target -> target.address().host().equals("forbidden.example"),
                        Optional.empty(),
                        Optional.empty(),
                        0,
                        Duration.ofSeconds(5)));
        Authenticator alice = (session, user, password) -> user.equals("alice") && password.equals("s3cret")
                ? Future.succeededFuture(user)
                : Future.failedFuture(ProxyException.of(
                        ProxyException.Kind.UNAUTHORIZED, ProxyException.Side.CLIENT, "wrong password"));
        Scope scope = new Scope(
                rig.vertx,
                rig.context,
                "rig",
                egress,
                login ? Optional.of(alice) : Optional.empty(),
                Optional.empty(),
                Directory.NONE,
                Optional.empty(),
                DialOptions.DEFAULT,
                (session, done) -> journal.add(new Line(session, done)),
                name -> Future.failedFuture("no handlers"));
        HttpOptions options = HttpOptions.read(MapSettings.of("metadata", MapSettings.entry(metadata)));
        handler = rig.deploy(new HttpHandler(scope, options, patience));
        server = rig.serve((Handler) handler, egress, null);
    }

    static HttpProxy open(Object... metadata) {
        return new HttpProxy(Intake.PATIENCE, false, metadata);
    }

    static HttpProxy withLogin(Object... metadata) {
        return new HttpProxy(Intake.PATIENCE, true, metadata);
    }

    static HttpProxy hasty(Duration patience) {
        return new HttpProxy(patience, false);
    }

    Address address() {
        return server.address();
    }

    Client client() throws IOException {
        return new Client(address());
    }

    /** All that comes back to {@code text} until the proxy ends; our own side stays open. */
    String ask(String text) throws IOException {
        try (Client client = client()) {
            return client.send(text).rest();
        }
    }

    @Override
    public void close() {
        rig.close();
    }
}
