package io.warren.protocol.tunnel;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.vertx.core.json.JsonObject;
import io.warren.fixture.EchoServer;
import io.warren.fixture.Gost;
import io.warren.fixture.LogLines;
import io.warren.fixture.Node;
import io.warren.fixture.Opened;
import io.warren.fixture.Ports;
import io.warren.fixture.Site;
import io.warren.fixture.Until;
import io.warren.spi.HostClaim;
import io.warren.spi.TunnelId;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Host names that agents announce, at the entry points of a cluster of three members and at a gost's. */
class AnnouncedHostTest {
    private static final String RED = "4d21094e-b74c-4916-86c1-d9fa36ea677b";
    private static final String BLUE = "a4b2f7c8-5d1e-4f3a-9c6b-0e7d8f9a1b2c";
    private static final List<String> HOSTS = List.of("127.0.0.1", "127.0.0.2", "127.0.0.3");
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @AutoClose
    private final Opened opened = new Opened();

    @AutoClose
    private final LogLines log = LogLines.record();

    private final int hazelcast = Ports.free();
    private final int server = Ports.free();
    private final int entry = Ports.free();
    private int size;
    private Site red;
    private Site blue;
    private EchoServer echo;

    enum Who {
        WARREN,
        GOST
    }

    @BeforeEach
    void start() throws Exception {
        red = opened.keep(new Site("red"));
        blue = opened.keep(new Site("blue"));
        echo = opened.keep(new EchoServer());
    }

    private void members(int count, boolean announced, String more) throws Exception {
        String join = HOSTS.stream().map(h -> h + ":" + hazelcast).collect(Collectors.joining(", "));
        List<Node> nodes = new ArrayList<>();
        for (String host : HOSTS.subList(0, count)) {
            nodes.add(opened.keep(Node.start("""
                    cluster:
                      name: hosts
                      secret: change-me
                      member: HOST
                      addr: HOST:HAZELCAST
                      trunk: HOST:0
                      bus: HOST:0
                      join: [ JOIN ]
                    services:
                    - name: tunnels
                      addr: HOST:SERVER
                      handler: { type: tunnel, auther: users, metadata: { ingress: names, entrypoint: "HOST:ENTRY" } }
                      listener: { type: tcp }
                    ingresses:
                    - name: names
                      announced: ANNOUNCED
                      rules: [ { hostname: "*.fixed.local", endpoint: BLUE } ]
                    authers:
                    - name: users
                      auths:
                      - { username: alice, password: wonderland }
                      - { username: bob, password: builder, MORE }
                    """.replace("HOST", host)
                    .replace("HAZELCAST", "" + hazelcast)
                    .replace("SERVER", "" + server)
                    .replace("ENTRY", "" + entry)
                    .replace("ANNOUNCED", "" + announced)
                    .replace("BLUE", BLUE)
                    .replace("MORE", more)
                    .replace("JOIN", join))));
        }
        for (Node node : nodes) {
            Until.passes(
                    PATIENCE,
                    () -> assertThat(node.warren().cluster().orElseThrow().members())
                            .hasSize(count));
        }
        size = count;
    }

    /** One service with the name and the target, at a member. */
    @CanIgnoreReturnValue
    private AutoCloseable agent(Who who, String host, int target, String id, String user, int member) throws Exception {
        String node = "tunnel://" + user + "@" + HOSTS.get(member) + ":" + server + "?tunnel.id=" + id;
        String listen = "rtcp://" + host + ":80/127.0.0.1:" + target;
        if (who == Who.GOST) {
            return opened.keep(Gost.run("-L", listen, "-F", node));
        }
        return opened.keep(Node.start("""
                services:
                - name: agent-of-%1$s
                  addr: %2$s:80
                  handler: { type: rtcp }
                  listener: { type: rtcp, chain: c }
                  forwarder: { nodes: [ { name: t, addr: "127.0.0.1:%3$d" } ] }
                chains:
                - name: c
                  hops:
                  - name: h
                    nodes:
                    - name: n
                      addr: %4$s:%5$d
                      connector:
                        type: tunnel
                        auth: { username: %6$s, password: %7$s }
                        metadata: { tunnel.id: %8$s }
                      dialer: { type: tcp }
                """.formatted(
                        user.split(":", 2)[0],
                        host,
                        target,
                        HOSTS.get(member),
                        server,
                        user.split(":", 2)[0],
                        user.split(":", 2)[1],
                        id)));
    }

    private String get(int member, String host) throws IOException {
        return get(HOSTS.get(member), entry, host);
    }

    /** Status and, when it is a site's, its name. */
    private static String get(String at, int port, String host) throws IOException {
        try (Socket socket = new Socket(at, port)) {
            socket.setSoTimeout(20_000);
            socket.getOutputStream()
                    .write(("GET / HTTP/1.1\r\nHost: " + host + "\r\n\r\n").getBytes(StandardCharsets.US_ASCII));
            String head = Site.head(socket.getInputStream());
            boolean ok = head.startsWith("HTTP/1.1 200");
            return head.substring(9, 12) + (ok ? " " + line(socket.getInputStream()) : "");
        }
    }

    private static String line(InputStream in) throws IOException {
        StringBuilder line = new StringBuilder();
        for (int b = in.read(); b != '\n' && b >= 0; b = in.read()) {
            line.append((char) b);
        }
        return line.toString();
    }

    private void everywhere(String host, String answer) throws Exception {
        for (int member = 0; member < size; member++) {
            int at = member;
            Until.passes(PATIENCE, () -> assertThat(get(at, host)).isEqualTo(answer));
        }
    }

    private static String standard(String id) {
        return HostClaim.standardName(TunnelId.of(UUID.fromString(id)));
    }

    @ParameterizedTest
    @EnumSource
    void nameThatAnAgentAnnouncesWorksAtEveryMember(Who who) throws Exception {
        members(3, true, "");
        agent(who, "Web.local", red.port(), RED, "alice:wonderland", 2);
        everywhere("web.local", "200 red");
        everywhere("WEB.local:80", "200 red");
        everywhere(standard(RED), "200 red");
        everywhere("other.local", "502");
        agent(who, "tls.local", echo.port(), BLUE, "bob:builder", 1);
        for (String host : HOSTS) {
            Until.passes(
                    PATIENCE,
                    () -> assertThat(TlsVisitor.hello(host, entry, "tls.local")).isEqualTo("true"));
        }
    }

    @ParameterizedTest
    @EnumSource
    void secondTunnelOfAUserGetsItsStandardNameAndTheNameOnceItIsFree(Who who) throws Exception {
        members(3, true, "");
        AutoCloseable first = agent(who, "web.local", red.port(), RED, "alice:wonderland", 0);
        everywhere("web.local", "200 red");
        agent(who, "web.local", blue.port(), BLUE, "alice:wonderland", 1);
        everywhere(standard(BLUE), "200 blue");
        everywhere("web.local", "200 red");
        first.close();
        everywhere("web.local", "502");
        agent(who, "web.local", blue.port(), BLUE, "alice:wonderland", 1);
        everywhere("web.local", "200 blue");
    }

    @ParameterizedTest
    @EnumSource
    void nameOfAnotherUserIsRefusedAndSaysWhy(Who who) throws Exception {
        members(3, true, "");
        agent(who, "web.local", red.port(), RED, "alice:wonderland", 0);
        everywhere("web.local", "200 red");
        agent(who, "web.local", blue.port(), BLUE, "bob:builder", 1);
        Until.passes(
                PATIENCE,
                () -> assertThat(log.sessions("tunnels"))
                        .anyMatch(line -> line.contains("host web.local belongs to a tunnel of another user")));
        if (who == Who.WARREN) {
            Until.passes(
                    PATIENCE,
                    () -> assertThat(log.warnings("reverse"))
                            .anyMatch(line -> line.contains("host web.local belongs to a tunnel of another user")));
        }
        everywhere("web.local", "200 red");
        everywhere(standard(BLUE), "502");
    }

    @Test
    void nameBeyondAUsersListIsRefusedAndSaysWhy() throws Exception {
        members(1, true, "endpoints: [ \"*.bob.local\", " + BLUE + " ]");
        agent(Who.WARREN, "web.local", blue.port(), BLUE, "bob:builder", 0);
        Until.passes(
                PATIENCE,
                () -> assertThat(log.warnings("reverse"))
                        .anyMatch(line ->
                                line.contains("user bob may not claim tunnel web.local (allowed: *.bob.local, ")));
        opened.closeLast();
        agent(Who.GOST, "web.bob.local", blue.port(), BLUE, "bob:builder", 0);
        everywhere("web.bob.local", "200 blue");
        everywhere(standard(BLUE), "200 blue");
    }

    @Test
    void rulesComeFirst() throws Exception {
        members(1, true, "");
        agent(Who.WARREN, "a.fixed.local", red.port(), RED, "alice:wonderland", 0);
        everywhere(standard(RED), "200 red");
        everywhere("a.fixed.local", "503");
    }

    /** As in gost, whose own ingresses take no rules from agents. */
    @Test
    void nothingIsAnnouncedUnlessTheIngressAsksForIt() throws Exception {
        members(1, false, "");
        agent(Who.GOST, "web.local", red.port(), RED, "alice:wonderland", 0);
        agent(Who.GOST, "b.fixed.local", blue.port(), BLUE, "alice:wonderland", 0);
        everywhere("b.fixed.local", "200 blue");
        everywhere("web.local", "502");
        everywhere(standard(RED), "502");
    }

    /** gost leaves it to a plugin. */
    @Test
    void ownAgentsNameIsTakenByAGostWithAnIngressPlugin() throws Exception {
        Map<String, String> rules = new ConcurrentHashMap<>();
        HttpServer plugin = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        plugin.createContext("/", exchange -> rule(exchange, rules));
        plugin.start();
        opened.keep(() -> plugin.stop(0));
        opened.keep(
                Gost.configured("""
                services:
                - name: tunnels
                  addr: 127.0.0.1:%d
                  handler: { type: tunnel, metadata: { ingress: names, entrypoint: "127.0.0.1:%d" } }
                  listener: { type: tcp }
                ingresses:
                - name: names
                  plugin: { type: http, addr: "http://127.0.0.1:%d/" }
                """.formatted(server, entry, plugin.getAddress().getPort())));
        agent(Who.WARREN, "web.local", red.port(), RED, "alice:wonderland", 0);
        Until.passes(PATIENCE, () -> assertThat(get(0, "web.local")).isEqualTo("200 red"));
        assertThat(rules).isEqualTo(Map.of("web.local", RED, standard(RED), RED));
        agent(Who.WARREN, "web.local", blue.port(), BLUE, "bob:builder", 0);
        Until.passes(PATIENCE, () -> assertThat(get(0, standard(BLUE))).isEqualTo("200 blue"));
        assertThat(get(0, "web.local")).isEqualTo("200 red");
    }

    private static void rule(HttpExchange exchange, Map<String, String> rules) throws IOException {
        JsonObject answer = new JsonObject().put("ok", true);
        if (exchange.getRequestMethod().equals("PUT")) {
            JsonObject rule =
                    new JsonObject(new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
            rules.put(rule.getString("host"), rule.getString("endpoint"));
        } else {
            String host = exchange.getRequestURI().getQuery().replaceAll(".*host=([^&:]*).*", "$1");
            answer.put("endpoint", rules.getOrDefault(host, ""));
        }
        byte[] bytes = answer.encode().getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(200, bytes.length);
        exchange.getResponseBody().write(bytes);
        exchange.close();
    }
}
