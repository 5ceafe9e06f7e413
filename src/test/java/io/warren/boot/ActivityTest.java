package io.warren.boot;

import static org.assertj.core.api.Assertions.assertThat;

import io.warren.fixture.EchoServer;
import io.warren.fixture.LogLines;
import io.warren.fixture.Node;
import io.warren.fixture.Site;
import io.warren.fixture.Until;
import io.warren.service.LiveSession;
import io.warren.service.ServiceStats;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

class ActivityTest {
    private static final String PROXY = """
            services:
            - {name: proxy, addr: "127.0.0.1:0", handler: {type: auto, auth: {username: ann, password: secret}}, listener: {type: tcp}}
            """;
    private static final String LOGIN = "Proxy-Authorization: Basic YW5uOnNlY3JldA==\r\n";

    private static Socket tunnel(Node node, EchoServer target) throws IOException {
        Socket client = new Socket("127.0.0.1", node.port("proxy"));
        send(client, "CONNECT 127.0.0.1:" + target.port() + " HTTP/1.1\r\n" + LOGIN + "\r\n");
        assertThat(Site.head(client.getInputStream())).startsWith("HTTP/1.1 200");
        return client;
    }

    private static void send(Socket client, String text) throws IOException {
        client.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
    }

    private static List<LiveSession> sessions(Node node) throws Exception {
        return Until.done(node.warren().activity().sessions());
    }

    private static ServiceStats stats(Node node) throws Exception {
        return Until.done(node.warren().activity().stats()).get("proxy");
    }

    @Test
    void sessionIsSeenWithClientUserTargetAndBytesWhileItLasts() throws Exception {
        try (EchoServer target = new EchoServer();
                Node node = Node.start(PROXY)) {
            try (Socket client = tunnel(node, target)) {
                send(client, "hello");
                client.getInputStream().readNBytes(5);

                assertThat(sessions(node)).singleElement().satisfies(session -> {
                    assertThat(session.service()).isEqualTo("proxy");
                    assertThat(session.kind()).isEqualTo(LiveSession.Kind.CONNECT);
                    assertThat(session.client().port()).isEqualTo(client.getLocalPort());
                    assertThat(session.user()).isEqualTo("ann");
                    assertThat(session.target()).isEqualTo("127.0.0.1:" + target.port());
                    assertThat(session.in()).isEqualTo(5);
                    assertThat(session.out()).isEqualTo(5);
                });
                assertThat(stats(node)).isEqualTo(new ServiceStats(1, 1, 0, 5, 5));
            }
            Until.holds(() -> sessionsEmpty(node));
            assertThat(stats(node)).isEqualTo(new ServiceStats(1, 0, 0, 5, 5));
        }
    }

    private static boolean sessionsEmpty(Node node) {
        try {
            return sessions(node).isEmpty();
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void closedFromOutsideTheOthersGoOnAndTheLogSaysWhy() throws Exception {
        try (EchoServer target = new EchoServer();
                LogLines log = LogLines.record();
                Node node = Node.start(PROXY);
                Socket one = tunnel(node, target);
                Socket other = tunnel(node, target)) {
            int closed = Until.done(node.warren()
                    .activity()
                    .close(session -> session.client().port() == one.getLocalPort(), "closed by ann"));

            assertThat(closed).isEqualTo(1);
            assertThat(one.getInputStream().read()).isEqualTo(-1);
            send(other, "x");
            assertThat(other.getInputStream().read()).isEqualTo('x');
            Until.holds(() -> log.sessions("proxy").stream().anyMatch(line -> line.contains("closed by ann")));
        }
    }

    @Test
    void requestsOfOneHttpConnectionAreOneSessionThatShowsTheLatestAndCountsAll() throws Exception {
        try (Node node = Node.start(PROXY);
                Socket client = new Socket("127.0.0.1", node.port("proxy"))) {
            send(client, "GET http://127.0.0.1:1/ HTTP/1.1\r\nHost: 127.0.0.1:1\r\n" + LOGIN + "\r\n");
            assertThat(new String(client.getInputStream().readNBytes(12), StandardCharsets.US_ASCII))
                    .isEqualTo("HTTP/1.1 503");

            assertThat(stats(node).total()).isEqualTo(1);
            assertThat(sessions(node)).allSatisfy(session -> {
                assertThat(session.kind()).isEqualTo(LiveSession.Kind.OPEN);
                assertThat(session.user()).isEqualTo("ann");
                assertThat(session.target()).isEqualTo("127.0.0.1:1");
            });
        }
    }

    @Test
    void refusedLoginCountsAsFailed() throws Exception {
        try (Node node = Node.start(
                        "services:\n- {name: proxy, addr: \"127.0.0.1:0\", handler: {type: socks5, auth: {username: a, password: b}}}\n");
                Socket client = new Socket("127.0.0.1", node.port("proxy"))) {
            client.getOutputStream().write(new byte[] {5, 1, 0});
            client.getInputStream().readAllBytes();
            Until.holds(() -> sessionsEmpty(node));
            assertThat(stats(node).failed()).isEqualTo(1);
        }
    }
}
