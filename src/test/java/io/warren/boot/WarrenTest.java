package io.warren.boot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.warren.config.ConfigException;
import io.warren.fixture.EchoServer;
import io.warren.fixture.LogLines;
import io.warren.fixture.Node;
import io.warren.fixture.Ports;
import io.warren.fixture.Until;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WarrenTest {
    private static String forward(String name, String listen, String target) {
        return """
                - name: %s
                  addr: %s
                  handler: {type: tcp}
                  listener: {type: tcp}
                  forwarder:
                    nodes:
                    - {name: target-0, addr: "%s"}
                """.formatted(name, '"' + listen + '"', target);
    }

    private static void echo(Socket client, int bytes) throws IOException {
        byte[] sent = new byte[bytes];
        new Random(bytes).nextBytes(sent);
        Thread writer = new Thread(() -> {
            try {
                client.getOutputStream().write(sent);
            } catch (IOException e) {
                throw new IllegalStateException(e);
            }
        });
        writer.start();
        byte[] got = client.getInputStream().readNBytes(bytes);
        assertThat(Arrays.equals(got, sent)).isTrue();
    }

    private static String forward(int port, EchoServer target) {
        return "services:\n" + forward("a", "127.0.0.1:" + port, "127.0.0.1:" + target.port());
    }

    @Test
    void forwardedPortEchoesAMebibyteAndAHalfClosedClientGetsItsReply() throws Exception {
        for (String host : new String[] {"127.0.0.1", "::1"}) {
            InetAddress ip = InetAddress.getByName(host);
            String bracketed = host.equals("::1") ? "[::1]" : host;
            try (EchoServer target = new EchoServer(ip);
                    Node node = Node.start(
                            "services:\n" + forward("a", bracketed + ":0", bracketed + ":" + target.port()));
                    Socket client = new Socket(ip, node.port("a"))) {
                echo(client, 1 << 20);
                client.getOutputStream().write("tail".getBytes(StandardCharsets.US_ASCII));
                client.shutdownOutput();
                assertThat(client.getInputStream().readAllBytes()).asString().isEqualTo("tail");
            }
        }
    }

    @Test
    void connectionThroughAnUntouchedServiceSurvivesAReloadAndARemovedOneAcceptsNoMore() throws Exception {
        try (EchoServer target = new EchoServer()) {
            String to = "127.0.0.1:" + target.port();
            String both = "services:\n" + forward("stays", "127.0.0.1:0", to) + forward("goes", "127.0.0.1:0", to);
            try (Node node = Node.start(both)) {
                int stays = node.port("stays");
                int goes = node.port("goes");
                try (Socket kept = new Socket("127.0.0.1", stays);
                        Socket draining = new Socket("127.0.0.1", goes)) {
                    echo(kept, 1000);
                    echo(draining, 1000);

                    node.reload("services:\n" + forward("stays", "127.0.0.1:0", to));

                    echo(kept, 1000);
                    echo(draining, 1000);
                    assertThat(node.port("stays")).isEqualTo(stays);
                    assertThatThrownBy(() -> new Socket("127.0.0.1", goes).close())
                            .isInstanceOf(ConnectException.class);
                }
            }
        }
    }

    @Test
    void reloadWithErrorsChangesNothing() throws Exception {
        try (EchoServer target = new EchoServer();
                Node node = Node.start("services:\n" + forward("a", "127.0.0.1:0", "127.0.0.1:" + target.port()))) {
            assertThatThrownBy(() ->
                            node.reload("services:\n- {name: a, addr: \"127.0.0.1:0\", handler: {type: nosuch}}\n"))
                    .isInstanceOf(ConfigException.class)
                    .hasMessageContaining("unknown handler \"nosuch\"");
            try (Socket client = new Socket("127.0.0.1", node.port("a"))) {
                echo(client, 1000);
            }
        }
    }

    @Test
    void portInUseFailsTheStartAndNamesTheAddress() throws Exception {
        try (EchoServer taken = new EchoServer()) {
            assertThatThrownBy(
                            () -> Node.start("services:\n" + forward("a", "127.0.0.1:" + taken.port(), "127.0.0.1:1")))
                    .hasMessageContaining("listen on 127.0.0.1:" + taken.port());
        }
    }

    @Test
    void twoServicesOnOnePortAreRefusedAndTheFirstOnesNameIsSaid() throws Exception {
        int port = Ports.free();
        assertThatThrownBy(() -> Node.start("services:\n"
                        + forward("first", "127.0.0.1:" + port, "127.0.0.1:1")
                        + forward("second", "127.0.0.1:" + port, "127.0.0.1:1")))
                .hasMessageContaining("service first listens there already");
    }

    @Test
    void changedServiceServesAnewOnItsPortAtOnceAndItsOldConnectionsGoOn() throws Exception {
        try (EchoServer one = new EchoServer();
                EchoServer two = new EchoServer()) {
            int port = Ports.free();
            String[] configurations = {forward(port, one), forward(port, two)};
            try (Node node = Node.start(configurations[0]);
                    Socket old = new Socket("127.0.0.1", port)) {
                echo(old, 100);
                for (int i = 1; i <= 20; i++) {
                    node.reload(configurations[i % 2]);
                    for (int visit = 0; visit < 4; visit++) {
                        try (Socket client = new Socket("127.0.0.1", port)) {
                            client.setSoTimeout(5000);
                            echo(client, 100);
                        }
                    }
                    echo(old, 100);
                }
            }
        }
    }

    /** A service that is drained before its port is closed is not to be undeployed yet. */
    @Test
    void sessionsThatEndWhileTheirServiceIsReplacedDoNotHoldItUp() throws Exception {
        try (EchoServer one = new EchoServer();
                EchoServer two = new EchoServer()) {
            int port = Ports.free();
            String[] configurations = {forward(port, one), forward(port, two)};
            try (Node node = Node.start(configurations[0])) {
                Random random = new Random(1);
                for (int i = 1; i <= 80; i++) {
                    // From before the change has begun until after it has ended.
                    long moment = System.nanoTime() + random.nextInt(12_000_000);
                    Socket client = new Socket("127.0.0.1", port);
                    echo(client, 100);
                    Thread leaving = new Thread(() -> {
                        while (System.nanoTime() < moment) {
                            Thread.onSpinWait();
                        }
                        try {
                            client.close();
                        } catch (IOException e) {
                            throw new UncheckedIOException(e);
                        }
                    });
                    leaving.start();
                    node.reload(configurations[i % 2]);
                    leaving.join();
                }
            }
        }
    }

    @Test
    void clientBehindAProxyHeaderIsAdmittedByItAndNamedToTheTarget() throws Exception {
        try (EchoServer target = new EchoServer();
                Node node = Node.start("""
                        services:
                        - name: a
                          addr: 127.0.0.1:0
                          admission: office
                          handler: {type: tcp, metadata: {proxyProtocol: 1}}
                          metadata: {proxyProtocol: 1}
                          forwarder: {nodes: [{name: t, addr: "127.0.0.1:%d"}]}
                        admissions:
                        - {name: office, whitelist: true, matchers: [203.0.113.0/24]}
                        """.formatted(target.port()))) {
            String header = "PROXY TCP4 203.0.113.9 192.0.2.1 1234 80\r\n";
            try (Socket client = new Socket("127.0.0.1", node.port("a"))) {
                client.getOutputStream().write((header + "hello").getBytes(StandardCharsets.US_ASCII));
                client.shutdownOutput();
                assertThat(client.getInputStream().readAllBytes()).asString().isEqualTo(header + "hello");
            }
            try (Socket stranger = new Socket("127.0.0.1", node.port("a"))) {
                stranger.getOutputStream()
                        .write(header.replace("203.0", "198.5").getBytes(StandardCharsets.US_ASCII));
                assertThat(stranger.getInputStream().read()).isEqualTo(-1);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void chainNodeIsToldTheClientInAProxyHeader(int version) throws Exception {
        try (EchoServer target = new EchoServer();
                LogLines log = LogLines.record();
                Node far = Node.start("""
                        services:
                        - name: far
                          addr: 127.0.0.1:0
                          handler: {type: http}
                          metadata: {proxyProtocol: 1}
                        """);
                Node near = Node.start("""
                        services:
                        - name: near
                          addr: 127.0.0.1:0
                          handler: {type: tcp, chain: c}
                          forwarder: {nodes: [{name: t, addr: "127.0.0.1:%d"}]}
                        chains:
                        - name: c
                          hops:
                          - name: h
                            nodes:
                            - {name: n, addr: "127.0.0.1:%d", connector: {type: http}, metadata: {proxyProtocol: %d}}
                        """.formatted(target.port(), far.port("far"), version));
                Socket client = new Socket("127.0.0.1", near.port("near"))) {
            echo(client, 1000);
            client.shutdownOutput();
            assertThat(client.getInputStream().read()).isEqualTo(-1);
            Until.holds(() -> log.sessions("far").size() == 1);
            assertThat(log.sessions("far").get(0)).contains("client=\"127.0.0.1:" + client.getLocalPort() + '"');
        }
    }
}
