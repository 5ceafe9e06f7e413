package io.warren.contract;

import static org.assertj.core.api.Assertions.assertThat;

import io.warren.fixture.EchoServer;
import io.warren.fixture.Gost;
import io.warren.fixture.Node;
import io.warren.fixture.Ports;
import io.warren.fixture.UdpEchoServer;
import io.warren.net.Address;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.ToIntFunction;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every protocol over every transport with the real gost at one end: a process of gost that serves all of them and one that is a client of all of them,
 * and the same of Warren.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class InteropMatrixTest {
    private static final List<String> TRANSPORTS = List.of("tcp", "tls", "mtls", "mtcp", "ws", "wss", "mws", "mwss");
    private static final List<String> PROTOCOLS = List.of("http", "socks5", "relay");
    private static final int SOON_MS = 700;
    private static final int ATTEMPTS = 20;

    private final Map<String, Integer> gostsPorts = new HashMap<>();
    private EchoServer echo;
    private UdpEchoServer udpEcho;
    private Gost gostServer;
    private Gost gostClient;
    private Node warrenServer;
    private Node warrenClient;

    private enum Client {
        GOST,
        WARREN
    }

    private record Case(Client client, String protocol, String transport) {
        String name() {
            return protocol + "-" + transport;
        }

        @Override
        public String toString() {
            return client + " client, " + protocol + "+" + transport;
        }
    }

    static Stream<Case> all() {
        return Arrays.stream(Client.values())
                .flatMap(client -> PROTOCOLS.stream()
                        .flatMap(protocol ->
                                TRANSPORTS.stream().map(transport -> new Case(client, protocol, transport))));
    }

    static Stream<Case> binding() {
        return all().filter(each -> !each.protocol().equals("http"));
    }

    private int gostsPort(String name) {
        return gostsPorts.computeIfAbsent(name, n -> Ports.free());
    }

    private static String servers(ToIntFunction<String> ports) {
        StringBuilder yaml = new StringBuilder("services:\n");
        all().map(Case::name)
                .distinct()
                .forEach(name -> yaml.append(
                        """
                - name: %s
                  addr: 127.0.0.1:%d
                  handler: {type: %s, metadata: {udp: true, bind: true}}
                  listener: {type: %s}
                """.formatted(name, ports.applyAsInt(name), name.split("-", 2)[0], name.split("-", 2)[1])));
        return yaml.toString();
    }

    // A chain for each service: gost's streams put their deadlines on the carrier that they share, so that the end of
    // one
    // of them can end all.
    private String clients(ToIntFunction<String> ports, ToIntFunction<String> servers) {
        StringBuilder services = new StringBuilder("services:\n");
        StringBuilder chains = new StringBuilder("chains:\n");
        all().map(Case::name).distinct().forEach(server -> {
            String[] parts = server.split("-", 2);
            for (String type : List.of("tcp", "udp", "rtcp", "rudp")) {
                if (type.startsWith("r") && parts[0].equals("http")) {
                    continue;
                }
                String name = type + "-" + server;
                services.append(service(name, type, ports.applyAsInt(name)));
                chains.append("""
                        - name: %s
                          hops:
                          - name: hop
                            nodes:
                            - name: node
                              addr: 127.0.0.1:%d
                              connector: {type: %s}
                              dialer: {type: %s}
                        """.formatted(name, servers.applyAsInt(server), parts[0], parts[1]));
            }
        });
        return services.append(chains).toString();
    }

    private String service(String name, String type, int port) {
        boolean bound = type.startsWith("r");
        String way = ", chain: " + name;
        return """
                - name: %s
                  addr: 127.0.0.1:%d
                  handler: {type: %s%s}
                  listener: {type: %s%s}
                  forwarder: {nodes: [{name: target, addr: "127.0.0.1:%d"}]}
                """.formatted(
                        name,
                        port,
                        type,
                        bound ? "" : way,
                        type,
                        bound ? way : "",
                        type.endsWith("udp") ? udpEcho.port() : echo.port());
    }

    @BeforeAll
    void start() throws Exception {
        Gost.assume();
        echo = new EchoServer();
        udpEcho = new UdpEchoServer();
        warrenServer = Node.start(servers(name -> 0));
        Address last = Address.of("127.0.0.1", gostsPort("relay-mwss"));
        gostServer = Gost.start(last, servers(this::gostsPort));
        last = Address.of("127.0.0.1", gostsPort("gost tcp-relay-mwss"));
        gostClient = Gost.start(last, clients(name -> gostsPort("gost " + name), warrenServer::port));
        // What it binds at gost has a port that it is told, what it listens on itself as well.
        warrenClient = Node.start(clients(name -> gostsPort("warren " + name), this::gostsPort));
    }

    @AfterAll
    void stop() throws Exception {
        for (AutoCloseable each :
                new AutoCloseable[] {warrenClient, gostClient, gostServer, warrenServer, echo, udpEcho}) {
            if (each != null) {
                each.close();
            }
        }
    }

    private Address entry(Case which, String network) {
        return Address.of(
                "127.0.0.1",
                gostsPort(
                        which.client().name().toLowerCase(java.util.Locale.ROOT) + " " + network + "-" + which.name()));
    }

    private static byte[] random(int size) {
        byte[] bytes = new byte[size];
        new Random(size).nextBytes(bytes);
        return bytes;
    }

    private static byte[] echoed(Address entry, byte[] sent) throws IOException {
        try (Socket client = new Socket(entry.ip(), entry.port())) {
            client.setSoTimeout(SOON_MS * 10);
            client.getOutputStream().write(sent);
            return client.getInputStream().readNBytes(sent.length);
        }
    }

    /** Asks again until the port is bound at the far end. */
    private static byte[] echoedSoon(Address entry, byte[] sent) throws Exception {
        for (int attempt = 1; ; attempt++) {
            try {
                byte[] got = echoed(entry, sent);
                if (got.length > 0) {
                    return got;
                }
            } catch (IOException notYet) {
                if (attempt == ATTEMPTS) {
                    throw notYet;
                }
            }
            java.util.concurrent.TimeUnit.MILLISECONDS.sleep(SOON_MS / 4);
            if (attempt == ATTEMPTS) {
                return new byte[0];
            }
        }
    }

    private static byte[] datagramEchoed(Address entry, byte[] sent, int attempts) throws IOException {
        try (DatagramSocket client = new DatagramSocket(0, InetAddress.getByName("127.0.0.1"))) {
            client.connect(entry.ip(), entry.port());
            client.setSoTimeout(SOON_MS * ATTEMPTS / attempts);
            for (int attempt = 1; ; attempt++) {
                DatagramPacket answer = new DatagramPacket(new byte[65_535], 65_535);
                try {
                    client.send(new DatagramPacket(sent, sent.length));
                    client.receive(answer);
                    return Arrays.copyOf(answer.getData(), answer.getLength());
                } catch (SocketTimeoutException | java.net.PortUnreachableException notYet) {
                    if (attempt == attempts) {
                        throw notYet;
                    }
                }
            }
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("all")
    void streamEchoes(Case which) throws Exception {
        byte[] sent = random(65_536);
        assertThat(echoed(entry(which, "tcp"), sent)).isEqualTo(sent);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("all")
    void datagramEchoes(Case which) throws Exception {
        byte[] sent = random(1200);
        assertThat(datagramEchoed(entry(which, "udp"), sent, 1)).isEqualTo(sent);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("binding")
    void streamToABoundPortEchoes(Case which) throws Exception {
        byte[] sent = random(65_536);
        // The end of a visitor ends gost's carrier with all that is bound on it, see above.
        boolean once = which.client() == Client.GOST && which.transport().startsWith("m");
        for (int visitor = 0; visitor < (once ? 1 : 2); visitor++) {
            assertThat(echoedSoon(entry(which, "rtcp"), sent)).isEqualTo(sent);
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("binding")
    void datagramToABoundPortEchoes(Case which) throws Exception {
        byte[] sent = random(1200);
        for (int visitor = 0; visitor < 2; visitor++) {
            assertThat(datagramEchoed(entry(which, "rudp"), sent, ATTEMPTS)).isEqualTo(sent);
        }
    }
}
