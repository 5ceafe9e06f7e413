package io.warren.it;

import io.netty.handler.ssl.util.InsecureTrustManagerFactory;
import io.warren.fixture.EchoServer;
import io.warren.fixture.Node;
import io.warren.fixture.Ports;
import io.warren.fixture.Program;
import io.warren.fixture.Steered;
import io.warren.fixture.Until;
import io.warren.layer.tls.TestCertificates;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;

/**
 * A cluster to be looked at: two members in this process, a third one in a process of its own that can be killed, an agent at the first member that
 * publishes an echo server, and visitors of all members who keep talking.
 */
final class Warrens implements AutoCloseable {
    private static final List<String> HOSTS = List.of("127.0.0.1", "127.0.0.2", "127.0.0.3");
    private static final String MEMBER = """
            cluster:
              name: demo
              secret: browser
              grace: 1s
              member: relay-@NUMBER
              addr: @HOST:@PORT
              trunk: @HOST:@TRUNK
              bus: @HOST:@BUS
              join: ["127.0.0.1:@PORT", "127.0.0.2:@PORT", "127.0.0.3:@PORT"]
            console:
              addr: 127.0.0.1:@CONSOLE
              state: @STATE/relay-@NUMBER
              users:
              - {username: admin, password: open-sesame, role: admin}
              - {username: vera, password: only-looking, role: viewer}
            services:
            - name: agents
              addr: @HOST:@AGENTS
              handler: {type: relay, auther: people, metadata: {bind: true, bind.host: @HOST}}
              listener: {type: tcp}
            - name: proxy
              addr: @HOST:@PROXY
              handler: {type: http, auther: people, chain: direct}
              listener: {type: tcp}
            - name: edge
              addr: @HOST:0
              handler: {type: socks5}
              listener: {type: tls, tls: {certFile: "@CERT", keyFile: "@KEY"}}
            chains:
            - name: direct
              hops: []
            authers:
            - name: people
              auths:
              - {username: alice, password: wonderland}
              - {username: bob, password: builder}
            limiters:
            - name: fair
              limits: ["$ 1GB 1GB", "$$ 100MB 100MB"]
            """;

    final int agentsPort = Ports.free();
    final int proxyPort = Ports.free();
    final int endpoint = Ports.free();
    private final int port = Ports.free();
    private final int trunk = Ports.free();
    private final int bus = Ports.free();
    private final List<Integer> consoles = List.of(Ports.free(), Ports.free(), Ports.free());
    private final Path directory;
    private final TestCertificates certificates;
    private final EchoServer echo = new EchoServer();
    private final List<Steered> members = new ArrayList<>();
    private final List<Node> agents = new ArrayList<>();
    private final List<Visitor> visitors = new CopyOnWriteArrayList<>();
    private Program third;

    Warrens(Path directory) throws Exception {
        this.directory = directory;
        certificates = new TestCertificates(directory)
                .issue("edge", "edge.example.org", Duration.ofDays(9))
                .issue("fresh", "fresh.example.org", Duration.ofDays(8));
        members.add(Steered.start(member(0)));
        members.add(Steered.start(member(1)));
        Path file = Files.writeString(directory.resolve("third.yml"), member(2));
        third = Program.warren(Optional.empty(), directory, "-C", file.toString())
                .says("joined");
        Until.passes(Duration.ofSeconds(60), () -> {
            if (members.get(0).warren().cluster().orElseThrow().members().size() != 3) {
                throw new AssertionError("three members; the third: " + third.log());
            }
        });
        agents.add(agent("home", endpoint));
        for (int i = 0; i < HOSTS.size(); i++) {
            int at = i;
            Until.passes(Duration.ofSeconds(60), () -> answers(at));
        }
    }

    private String member(int i) {
        return MEMBER.replace("@NUMBER", "" + (i + 1))
                .replace("@HOST", HOSTS.get(i))
                .replace("@PORT", "" + port)
                .replace("@TRUNK", "" + trunk)
                .replace("@BUS", "" + bus)
                .replace("@CONSOLE", "" + consoles.get(i))
                .replace("@STATE", directory.toString())
                .replace("@AGENTS", "" + agentsPort)
                .replace("@PROXY", "" + proxyPort)
                .replace("@CERT", certificates.file("edge.pem"))
                .replace("@KEY", certificates.file("edge.key"));
    }

    /** A Warren agent that publishes the echo server at all members. */
    Node agent(String name, int at) throws Exception {
        return Node.start("""
                services:
                - name: echo
                  addr: :@AT
                  handler: {type: rtcp}
                  listener: {type: rtcp, chain: members, metadata: {agent: @NAME}}
                  forwarder: {nodes: [{name: echo, addr: "127.0.0.1:@ECHO"}]}
                chains:
                - name: members
                  hops:
                  - name: members
                    selector: {strategy: fifo, maxFails: 1, failTimeout: 5s}
                    nodes:
                    - name: relay-1
                      addr: 127.0.0.1:@AGENTS
                      connector: {type: relay, auth: {username: alice, password: wonderland}}
                      dialer: {type: tcp}
                    - name: relay-2
                      addr: 127.0.0.2:@AGENTS
                      connector: {type: relay, auth: {username: alice, password: wonderland}}
                      dialer: {type: tcp}
                """.replace("@AT", "" + at)
                .replace("@NAME", name)
                .replace("@ECHO", "" + echo.port())
                .replace("@AGENTS", "" + agentsPort));
    }

    int echoPort() {
        return echo.port();
    }

    String endpointId() {
        return "tcp :" + endpoint;
    }

    /** Where a member's dashboard is. */
    String console(int member) {
        return "http://127.0.0.1:" + consoles.get(member) + "/";
    }

    /** Whether a visitor of the endpoint is served at a member; if not, fails with the reason. */
    void answers(int member) throws IOException {
        answers(member, endpoint);
    }

    void answers(int member, int at) throws IOException {
        try (Visitor visitor = new Visitor(HOSTS.get(member), at)) {
            visitor.talk();
        }
    }

    void refuses(int member) {
        try {
            answers(member);
        } catch (IOException expected) {
            return;
        }
        throw new AssertionError("a visitor at member " + (member + 1) + " is served");
    }

    /** Somebody who uses the endpoint until closed. */
    Visitor visit(int member) throws IOException {
        Visitor visitor = new Visitor(HOSTS.get(member), endpoint);
        visitor.talk();
        visitors.add(visitor);
        return visitor;
    }

    /** What a proxy says to a user who asks for the echo server. */
    String throughProxy(int member, String user, String password) throws IOException {
        try (Socket socket = new Socket(HOSTS.get(member), proxyPort)) {
            return asked(socket, user, password);
        }
    }

    /** A user's connection to the echo server through a proxy. */
    Socket tunnel(int member, String user, String password) throws IOException {
        Socket socket = new Socket(HOSTS.get(member), proxyPort);
        String answer = asked(socket, user, password);
        if (!answer.contains("200")) {
            socket.close();
            throw new IOException(answer);
        }
        String head = "";
        while (!head.endsWith("\r\n\r\n")) {
            head += (char) socket.getInputStream().read();
        }
        socket.setSoTimeout(60_000);
        return socket;
    }

    private String asked(Socket socket, String user, String password) throws IOException {
        socket.setSoTimeout(10_000);
        String login = Base64.getEncoder().encodeToString((user + ":" + password).getBytes(StandardCharsets.UTF_8));
        socket.getOutputStream()
                .write(("CONNECT 127.0.0.1:" + echo.port() + " HTTP/1.1\r\nHost: x\r\nProxy-Authorization: Basic "
                                + login + "\r\n\r\n")
                        .getBytes(StandardCharsets.UTF_8));
        byte[] line = socket.getInputStream().readNBytes(12);
        return new String(line, StandardCharsets.US_ASCII);
    }

    /** Writes one more service into a member's file. @return what was in it */
    String withService(int member, String name, int at) throws IOException {
        String before = Files.readString(members.get(member).file());
        String service = "- {name: " + name + ", addr: \"" + HOSTS.get(member) + ":" + at
                + "\", handler: {type: http}, listener: {type: tcp}}\n";
        rewrite(member, before.replace("chains:\n", service + "chains:\n"));
        return before;
    }

    void rewrite(int member, String text) throws IOException {
        Files.writeString(members.get(member).file(), text);
    }

    String pem(String name) throws IOException {
        return Files.readString(Path.of(certificates.file(name)));
    }

    /** For whom the certificate is that a visitor of the TLS service is shown. */
    String edgeShows(int member) throws Exception {
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, InsecureTrustManagerFactory.INSTANCE.getTrustManagers(), null);
        int at = members.get(member).port("edge");
        try (SSLSocket socket = (SSLSocket) context.getSocketFactory().createSocket(HOSTS.get(member), at)) {
            socket.setSoTimeout(10_000);
            socket.startHandshake();
            return ((X509Certificate) socket.getSession().getPeerCertificates()[0])
                    .getSubjectX500Principal()
                    .getName();
        }
    }

    /** SIGKILL. */
    void killThird() throws InterruptedException {
        third.kill();
    }

    @Override
    public void close() throws IOException {
        for (Visitor visitor : visitors) {
            visitor.close();
        }
        for (Node agent : agents) {
            agent.close();
        }
        third.close();
        for (Steered member : members) {
            member.close();
        }
        echo.close();
    }

    /** Sends and gets back. */
    static final class Visitor implements AutoCloseable {
        private final Socket socket;

        Visitor(String host, int port) throws IOException {
            socket = new Socket(host, port);
            socket.setSoTimeout(10_000);
        }

        int port() {
            return socket.getLocalPort();
        }

        void talk() throws IOException {
            byte[] said = new byte[2048];
            socket.getOutputStream().write(said);
            if (socket.getInputStream().readNBytes(said.length).length < said.length) {
                throw new IOException("cut off");
            }
        }

        boolean isCutOff() {
            try {
                talk();
                return false;
            } catch (IOException e) {
                return true;
            }
        }

        @Override
        public void close() throws IOException {
            socket.close();
        }
    }
}
