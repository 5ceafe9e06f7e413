package io.warren.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import io.vertx.core.json.JsonObject;
import io.warren.fixture.EchoServer;
import io.warren.fixture.Gost;
import io.warren.fixture.Http;
import io.warren.fixture.Opened;
import io.warren.fixture.Ports;
import io.warren.fixture.Program;
import io.warren.fixture.Until;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Users who may claim some endpoints only. A member of a cluster and its agents, as processes. */
class AllowedEndpointsTest {
    private static final Duration PATIENCE = Duration.ofSeconds(40);
    private static final String TUNNEL = "4d21094e-b74c-4916-86c1-d9fa36ea677b";
    private static final String OTHER_TUNNEL = "a4b2f7c8-5d1e-4f3a-9c6b-0e7d8f9a1b2c";

    @TempDir
    private Path directory;

    @AutoClose
    private final Opened opened = new Opened();

    private final int relay = Ports.free();
    private final int tunnels = Ports.free();
    private final int socks = Ports.free();
    private final int console = Ports.free();
    private final int cluster = Ports.free();
    private final int trunk = Ports.free();
    private final int bus = Ports.free();
    private final int allowed = Ports.free();
    private final int also = Ports.free();
    private final int forbidden = Ports.free();
    private EchoServer echo;
    private Program member;

    @BeforeEach
    void start() throws Exception {
        echo = opened.keep(new EchoServer());
        member = opened.keep(
                Program.warren(Optional.empty(), directory, "-C", configuration(":" + allowed, ":" + also, TUNNEL)));
        Until.passes(
                PATIENCE,
                () -> assertThat(Gost.isOpen(console) && Gost.isOpen(relay) && Gost.isOpen(tunnels))
                        .as(member.log())
                        .isTrue());
    }

    private String configuration(String... endpoints) throws IOException {
        return Files.writeString(directory.resolve("member.yml"), """
                        cluster:
                          name: allowed
                          secret: five-and-twenty-blackbirds
                          member: m1
                          addr: 127.0.0.1:%d
                          trunk: 127.0.0.1:%d
                          bus: 127.0.0.1:%d
                        console: {addr: "127.0.0.1:%d", password: open-sesame, state: "%s"}
                        authers:
                        - name: users
                          auths:
                          - {username: alice, password: a, endpoints: ["%s"]}
                          - {username: bob, password: b}
                        services:
                        - name: agents
                          addr: 127.0.0.1:%d
                          handler: {type: relay, auther: users, metadata: {bind: true, bind.host: 127.0.0.1}}
                          listener: {type: tcp}
                        - name: tunnels
                          addr: 127.0.0.1:%d
                          handler: {type: tunnel, auther: users}
                          listener: {type: tcp}
                        - name: socks
                          addr: 127.0.0.1:%d
                          handler: {type: socks5, auther: users, metadata: {bind: true}}
                          listener: {type: tcp}
                        """.formatted(
                                cluster,
                                trunk,
                                bus,
                                console,
                                directory.resolve("state"),
                                String.join("\", \"", endpoints),
                                relay,
                                tunnels,
                                socks))
                .toString();
    }

    /** The list is written anew, and read. */
    private void reload(String... endpoints) throws Exception {
        int before = times("configuration reloaded", member.log());
        assertThat(configuration(endpoints)).isNotEmpty();
        member.signal("HUP");
        Until.passes(
                PATIENCE,
                () -> assertThat(times("configuration reloaded", member.log()))
                        .as(member.log())
                        .isGreaterThan(before));
    }

    private static int times(String text, String in) {
        return in.split(text, -1).length - 1;
    }

    @CanIgnoreReturnValue
    private Program agent(boolean gost, String... arguments) throws Exception {
        return opened.keep(
                gost
                        ? Gost.at(Optional.empty(), directory, arguments)
                        : Program.warren(Optional.empty(), directory, arguments));
    }

    private String[] port(int port, String user) {
        return new String[] {
            "-L", "rtcp://:" + port + "/127.0.0.1:" + echo.port(), "-F", "relay://" + user + "@127.0.0.1:" + relay
        };
    }

    private String[] tunnel(String id) {
        return new String[] {
            "-L",
            "rtcp://:0/127.0.0.1:" + echo.port(),
            "-F",
            "tunnel://alice:a@127.0.0.1:" + tunnels + "?tunnel.id=" + id
        };
    }

    private void answers(int port) throws Exception {
        Until.passes(PATIENCE, () -> talk(port).close());
    }

    private static Socket talk(int port) throws IOException {
        Socket visitor = new Socket("127.0.0.1", port);
        visitor.setSoTimeout(5_000);
        visitor.getOutputStream().write("ping".getBytes(StandardCharsets.US_ASCII));
        assertThat(visitor.getInputStream().readNBytes(4)).asString().isEqualTo("ping");
        return visitor;
    }

    private static boolean isCut(Socket visitor) throws IOException {
        visitor.setSoTimeout((int) PATIENCE.toMillis());
        try {
            return visitor.getInputStream().read() < 0;
        } catch (SocketException reset) {
            return true;
        }
    }

    private List<JsonObject> events() throws Exception {
        JsonObject page = Http.to(console)
                .as("admin", "open-sesame")
                .get("/cluster/events?limit=500")
                .json();
        List<JsonObject> rows = new ArrayList<>();
        page.getJsonArray("items").forEach(row -> rows.add((JsonObject) row));
        return rows;
    }

    /** Who was refused sees it in his own log (gost's tells no status), the operator in the member's and among the events. */
    private void refused(Program agent, String endpoint, String inAgentsLog) throws Exception {
        String reason = "user alice may not claim " + endpoint;
        Until.passes(PATIENCE, () -> {
            assertThat(agent.log()).contains(inAgentsLog);
            // Once for operators, and in the line of each session.
            assertThat(member.log().lines())
                    .anyMatch(line -> line.contains(" endpoint ") && line.contains("refused: " + reason))
                    .anyMatch(line -> line.contains("outcome=denied") && line.contains(reason));
            assertThat(events())
                    .filteredOn(event -> event.getString("message").contains("refused: " + reason))
                    .singleElement()
                    .satisfies(event -> assertThat(event.getString("kind")).isEqualTo("endpoint"))
                    .satisfies(event -> assertThat(event.getJsonObject("fields").getString("user"))
                            .isEqualTo("alice"));
        });
    }

    @Test
    void warrenAgentIsToldWhatItsUserMayClaim() throws Exception {
        agent(false, port(allowed, "alice:a"));
        answers(allowed);
        agent(false, port(forbidden, "bob:b"));
        answers(forbidden);
        refused(
                agent(false, port(Ports.free(), "alice:a")),
                "tcp 127.0.0.1:",
                "not bound, asking again until it is: relay status 3, user alice may not claim tcp 127.0.0.1:");
        agent(false, tunnel(TUNNEL));
        member.says("bound endpoint=tunnel " + TUNNEL);
        Program other = agent(false, tunnel(OTHER_TUNNEL));
        refused(other, "tunnel " + OTHER_TUNNEL, "may not claim tunnel " + OTHER_TUNNEL);
    }

    @Test
    void gostAgentIsToldByStatus() throws Exception {
        Gost.assume();
        agent(true, port(allowed, "alice:a"));
        answers(allowed);
        refused(agent(true, port(forbidden, "alice:a")), "tcp 127.0.0.1:" + forbidden, "failed, retrying");
        assertThat(Gost.isOpen(forbidden)).isFalse();
    }

    @Test
    void clientOfSocksIsToldThatItIsNotAllowed() throws Exception {
        assertThat(bind(forbidden)).isEqualTo(2);
        assertThat(bind(allowed)).isZero();
    }

    /** The reply to a BIND of alice's (RFC 1928 section 6). */
    private int bind(int port) throws IOException {
        try (Socket client = new Socket("127.0.0.1", socks)) {
            client.setSoTimeout((int) PATIENCE.toMillis());
            InputStream in = client.getInputStream();
            client.getOutputStream().write(new byte[] {5, 1, 2});
            assertThat(in.readNBytes(2)).containsExactly(5, 2);
            client.getOutputStream().write(new byte[] {1, 5, 'a', 'l', 'i', 'c', 'e', 1, 'a'});
            assertThat(in.readNBytes(2)).containsExactly(1, 0);
            client.getOutputStream().write(new byte[] {5, 2, 0, 1, 0, 0, 0, 0, (byte) (port >> 8), (byte) port});
            return in.readNBytes(2)[1];
        }
    }

    @Test
    void whatAListDoesNotHaveAnyMoreIsEndedByAReloadAndComesBackWithIt() throws Exception {
        Program kept = agent(false, port(allowed, "alice:a"));
        Program ended = agent(false, port(also, "alice:a"));
        agent(false, port(forbidden, "bob:b"));
        answers(allowed);
        answers(also);
        answers(forbidden);
        try (Socket visitor = talk(allowed);
                Socket cut = talk(also)) {
            reload(":" + allowed);
            // The visitor of what was ended goes with it.
            assertThat(isCut(cut)).isTrue();
            member.says("ended: user alice may not claim tcp 127.0.0.1:" + also + " (allowed: :" + allowed + ")");
            Until.passes(
                    PATIENCE,
                    () -> assertThat(ended.log())
                            .contains("relay status 3, user alice may not claim tcp 127.0.0.1:" + also));
            Until.passes(
                    PATIENCE,
                    () -> assertThat(events())
                            .anyMatch(event -> event.getString("message").contains("ended: user alice may not claim")));
            Until.passes(PATIENCE, () -> assertThat(Gost.isOpen(also)).isFalse());
            visitor.getOutputStream().write("ping".getBytes(StandardCharsets.US_ASCII));
            assertThat(visitor.getInputStream().readNBytes(4)).asString().isEqualTo("ping");
            assertThat(kept.log()).doesNotContain("not bound");
            answers(forbidden);
        }
        reload(":" + allowed, ":" + also);
        answers(also);
    }
}
