package io.warren.protocol.forward;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.warren.fixture.Rig;
import io.warren.layer.sniff.Sniffing;
import io.warren.net.Address;
import io.warren.net.DialOptions;
import io.warren.net.ProxyException;
import io.warren.net.TcpServer;
import io.warren.relay.Direct;
import io.warren.route.Marker;
import io.warren.route.Matcher;
import io.warren.route.NodeRules;
import io.warren.route.Selection;
import io.warren.route.Strategy;
import io.warren.route.Targets;
import io.warren.spi.Destination;
import io.warren.spi.Forwarder;
import io.warren.spi.Inbound;
import io.warren.spi.Intent;
import io.warren.spi.Network;
import io.warren.spi.Session;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ForwardHandlerTest {
    private static final ForwardOptions DEFAULT = new ForwardOptions(Duration.ZERO, 0, Sniffing.OFF);

    private final Rig rig = new Rig();
    private final Direct direct = new Direct(DialOptions.DEFAULT);

    @AfterEach
    void close() {
        rig.close();
    }

    private static Targets.Entry entry(String name, Address address, Marker marker) {
        return new Targets.Entry(
                name,
                address,
                Optional.empty(),
                new NodeRules(
                        marker, 1, false, 0, target -> false, Matcher.ALL, Optional.empty(), Optional.empty(), 0));
    }

    private static Marker marker() {
        return new Marker(1, Duration.ofMinutes(1), Clock.systemUTC());
    }

    private static Address closedPort() throws IOException {
        try (ServerSocket taken = new ServerSocket(0)) {
            return Address.of("127.0.0.1", taken.getLocalPort());
        }
    }

    private ForwardHandler handler(ForwardOptions options, Forwarder forwarder) {
        return rig.deploy(new ForwardHandler(rig.scope(direct, Optional.empty(), Optional.of(forwarder)), options));
    }

    private TcpServer serve(ForwardHandler handler) {
        return rig.serve(handler, direct, null);
    }

    private static String exchange(TcpServer server, String text) throws IOException {
        return Rig.exchange(server.address(), text);
    }

    @Test
    void connectionReachesTheTarget() throws IOException {
        Targets targets =
                new Targets(List.of(entry("a", rig.echo().address(), marker())), new Selection(Strategy.ROUND));
        assertThat(exchange(serve(handler(DEFAULT, targets)), "hello")).isEqualTo("hello");
    }

    @Test
    void deadTargetIsMarkedAndTheOthersServe() throws IOException {
        Marker dead = marker();
        Marker alive = marker();
        alive.failed();
        Targets targets = new Targets(
                List.of(
                        entry("dead", closedPort(), dead),
                        entry("alive", rig.echo().address(), alive)),
                new Selection(Strategy.FIFO));
        TcpServer server = serve(handler(DEFAULT, targets));
        assertThat(exchange(server, "first")).isEmpty();
        assertThat(dead.setAside()).isTrue();
        alive.succeeded();
        for (int i = 0; i < 5; i++) {
            assertThat(exchange(server, "again")).isEqualTo("again");
        }
        assertThat(dead.count()).isEqualTo(1);
    }

    @Test
    void successForgetsEarlierFailures() throws IOException {
        Marker marker = new Marker(3, Duration.ofMinutes(1), Clock.systemUTC());
        marker.failed();
        Targets targets = new Targets(List.of(entry("a", rig.echo().address(), marker)), new Selection(Strategy.ROUND));
        assertThat(exchange(serve(handler(DEFAULT, targets)), "hello")).isEqualTo("hello");
        assertThat(marker.count()).isZero();
    }

    @Test
    void ruleOfOursMarksNobody() {
        Marker marker = marker();
        Targets targets =
                new Targets(List.of(entry("a", Address.of("192.0.2.1", 80), marker)), new Selection(Strategy.ROUND));
        Intent.Connect intent = (Intent.Connect) negotiate(handler(DEFAULT, targets));
        Rig.await(intent.reply().refused(ProxyException.denied("bypassed")));
        assertThat(marker.count()).isZero();
        Rig.await(intent.reply().refused(ProxyException.upstream(ProxyException.Kind.TIMEOUT, "silent")));
        assertThat(marker.count()).isEqualTo(1);
    }

    private Intent negotiate(ForwardHandler handler) {
        TcpServer echo = rig.echo();
        return rig.on(() -> direct.connect(session(), Destination.tcp(echo.address()))
                .compose(stream -> handler.negotiate(new Inbound(session(), stream))));
    }

    private static Session session() {
        return Session.of("rig", Address.of("192.0.2.7", 40000), Address.NONE);
    }

    @Test
    void optionsReachTheIntent() {
        Targets targets = new Targets(
                List.of(entry("a", Address.of("example.internal", 80), marker())), new Selection(Strategy.ROUND));
        Intent.Connect intent = (Intent.Connect)
                negotiate(handler(new ForwardOptions(Duration.ofSeconds(7), 2, Sniffing.OFF), targets));
        assertThat(intent.idle()).isEqualTo(Duration.ofSeconds(7));
        assertThat(intent.proxyProtocol()).isEqualTo(2);
        assertThat(intent.target()).isEqualTo(Destination.tcp(Address.of("example.internal", 80)));
    }

    @Test
    void idleConnectionEnds() throws IOException {
        Targets targets =
                new Targets(List.of(entry("a", rig.echo().address(), marker())), new Selection(Strategy.ROUND));
        TcpServer server = serve(handler(new ForwardOptions(Duration.ofMillis(200), 0, Sniffing.OFF), targets));
        try (Socket socket = Rig.connect(server.address())) {
            assertThat(socket.getInputStream().read()).isEqualTo(-1);
        }
        Rig.until(() -> !rig.failures.isEmpty());
        assertThat(rig.failures.get(0)).hasMessageContaining("idle");
    }

    @Test
    void targetWithoutAPortIsNamed() {
        Targets targets = new Targets(
                List.of(entry("web", Address.of("example.internal", 0), marker())), new Selection(Strategy.ROUND));
        assertThatThrownBy(() -> negotiate(handler(DEFAULT, targets)))
                .hasMessage("target web: address \"example.internal\" without a port");
    }

    @Test
    void unixTargetNeedsNoPort() {
        Forwarder unix = (session, network) ->
                Optional.of(new FixedTarget(new Destination(Network.UNIX, Address.unix("/run/a.sock"))));
        assertThat(((Intent.Connect) negotiate(handler(DEFAULT, unix))).target().network())
                .isEqualTo(Network.UNIX);
    }

    private record FixedTarget(Destination destination) implements Forwarder.Target {
        @Override
        public String name() {
            return "fixed";
        }

        @Override
        public void failed() {}

        @Override
        public void succeeded() {}
    }

    @Test
    void withoutTargetsTheReasonIsClear() {
        assertThatThrownBy(() -> negotiate(handler(DEFAULT, (session, network) -> Optional.empty())))
                .hasMessage("no target takes tcp");
        ForwardHandler none = rig.deploy(new ForwardHandler(rig.scope(direct), DEFAULT));
        assertThatThrownBy(() -> negotiate(none)).hasMessage("no target configured (expected: forwarder.nodes)");
    }
}
