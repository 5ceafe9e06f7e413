package io.warren.protocol.direct;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.warren.fixture.Rig;
import io.warren.net.Address;
import io.warren.net.ProxyException;
import io.warren.net.Stream;
import io.warren.net.TcpServer;
import io.warren.route.Chain;
import io.warren.route.Hop;
import io.warren.route.Marker;
import io.warren.route.Matcher;
import io.warren.route.Node;
import io.warren.route.NodeRules;
import io.warren.route.Selection;
import io.warren.route.Strategy;
import io.warren.spi.Destination;
import io.warren.spi.Egress;
import io.warren.spi.Session;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class DirectConnectorTest {
    private final Rig rig = new Rig();
    private final Session session = Session.of("rig", Address.of("192.0.2.7", 40000), Address.NONE);

    @AfterEach
    void close() {
        rig.close();
    }

    private Egress chain(boolean reject) {
        DirectConnector connector =
                rig.deploy(new DirectConnector(rig.scope(io.warren.relay.Direct.EGRESS), new DirectOptions(reject)));
        NodeRules rules = new NodeRules(
                new Marker(1, Duration.ofSeconds(10), Clock.systemUTC()),
                1,
                false,
                0,
                target -> false,
                Matcher.ALL,
                Optional.empty(),
                Optional.empty(),
                0);
        Node node = new Node(
                "direct",
                Address.NONE,
                rig.deploy(new NoDialer()),
                connector,
                io.warren.net.DialOptions.DEFAULT,
                rules);
        return new Chain(
                "chain", List.of(new Hop("hop", List.of(node), new Selection(Strategy.ROUND), target -> false)));
    }

    @Test
    void targetIsDialledFromThisHost() {
        TcpServer echo = rig.echo();
        Egress chain = chain(false);
        Stream stream = rig.on(() -> chain.connect(session, Destination.tcp(echo.address())));
        assertThat(stream.remote()).isEqualTo(echo.address());
    }

    @Test
    void rejectedTargetIsDeniedAndNotTriedAgain() {
        Egress chain = chain(true);
        assertThatThrownBy(() -> rig.on(() -> chain.connect(session, Destination.tcp(Address.of("192.0.2.1", 80)))))
                .isInstanceOfSatisfying(ProxyException.class, e -> {
                    assertThat(e.kind()).isEqualTo(ProxyException.Kind.DENIED);
                    assertThat(e.retryable()).isFalse();
                });
        assertThatThrownBy(() -> rig.on(() -> chain.associate(session, Optional.empty())))
                .hasMessageContaining("rejected");
    }

    @Test
    void anotherConnectorCannotUseTheDialer() {
        NoDialer dialer = rig.deploy(new NoDialer());
        assertThatThrownBy(() -> rig.on(() -> dialer.dial(session, Address.NONE, io.warren.relay.Direct.EGRESS)))
                .hasMessageContaining("expected: connector direct");
    }
}
