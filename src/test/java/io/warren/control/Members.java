package io.warren.control;

import io.warren.fixture.EchoServer;
import io.warren.fixture.Http;
import io.warren.fixture.Node;
import io.warren.fixture.Ports;
import io.warren.fixture.Steered;
import io.warren.fixture.Until;
import java.io.IOException;
import java.net.Socket;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** Three members of a cluster on loopback, each with its console, and an agent that publishes an echo server through the first. */
final class Members implements AutoCloseable {
    static final String AGENT = "home";
    static final List<String> HOSTS = List.of("127.0.0.1", "127.0.0.2", "127.0.0.3");

    final int port = Ports.free();
    private final int trunk = Ports.free();
    private final int bus = Ports.free();
    final int agentsPort = Ports.free();
    final int endpoint = Ports.free();
    final List<Steered> members = new ArrayList<>();
    final EchoServer echo = new EchoServer();
    private final Path state;
    private final String secret;

    Members(Path state, String secret, int count) throws Exception {
        this.state = state;
        this.secret = secret;
        for (int i = 0; i < count; i++) {
            members.add(start(i));
        }
        Until.holds(() -> members.stream()
                .allMatch(m -> m.warren().cluster().orElseThrow().members().size() == count));
    }

    Steered start(int i) throws Exception {
        String host = HOSTS.get(i);
        String join = HOSTS.stream().map(h -> h + ":" + port).collect(Collectors.joining(", "));
        return Steered.start("""
                cluster:
                  name: control
                  SECRET
                  member: relay-NUMBER
                  addr: HOST:PORT
                  trunk: HOST:TRUNK
                  bus: HOST:BUS
                  join: [JOIN]
                console:
                  addr: 127.0.0.1:0
                  state: STATE/relay-NUMBER
                  users:
                  - {username: root, password: toor-toor, role: admin}
                  - {username: olga, password: operator, role: operator}
                  - {username: vera, password: viewer, role: viewer}
                services:
                - name: agents
                  addr: HOST:AGENTS
                  handler: {type: relay, auth: {username: alice, password: wonderland}, metadata: {bind: true, bind.host: HOST}}
                  listener: {type: tcp}
                """.replace("SECRET", secret.isEmpty() ? "secret: ''" : "secret: " + secret)
                .replace("HOST", host)
                .replace("PORT", "" + port)
                .replace("TRUNK", "" + trunk)
                .replace("BUS", "" + bus)
                .replace("JOIN", join)
                .replace("STATE", state.toString())
                .replace("AGENTS", "" + agentsPort)
                .replace("NUMBER", "" + (i + 1)));
    }

    /** An agent at one member. */
    Node agent(int member) throws Exception {
        return Node.start("""
                services:
                - name: web
                  addr: :ENDPOINT
                  handler: {type: rtcp}
                  listener: {type: rtcp, chain: members, metadata: {agent: home}}
                  forwarder: {nodes: [{name: web, addr: "127.0.0.1:ECHO"}]}
                chains:
                - name: members
                  hops:
                  - name: members
                    nodes:
                    - name: member
                      addr: HOST:AGENTS
                      connector: {type: relay, auth: {username: alice, password: wonderland}}
                      dialer: {type: tcp}
                """.replace("ENDPOINT", "" + endpoint)
                .replace("ECHO", "" + echo.port())
                .replace("HOST", HOSTS.get(member))
                .replace("AGENTS", "" + agentsPort));
    }

    String endpointId() {
        return "tcp :" + endpoint;
    }

    int consolePort(int member) {
        return members.get(member).steering().console().orElseThrow().port();
    }

    Http console(int member) {
        return Http.to(consolePort(member));
    }

    Http root(int member) {
        return console(member).as("root", "toor-toor");
    }

    /** A visitor at one member who has been answered. */
    Socket visit(int member) throws IOException {
        Socket visitor = new Socket(HOSTS.get(member), endpoint);
        visitor.setSoTimeout(10_000);
        visitor.getOutputStream().write('x');
        if (visitor.getInputStream().read() != 'x') {
            visitor.close();
            throw new IOException("not answered");
        }
        return visitor;
    }

    boolean answers(int member) {
        try (Socket visitor = visit(member)) {
            return visitor.isConnected();
        } catch (IOException e) {
            return false;
        }
    }

    @Override
    public void close() throws IOException {
        members.forEach(Steered::close);
        echo.close();
    }
}
