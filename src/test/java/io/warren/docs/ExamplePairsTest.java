package io.warren.docs;

import static org.assertj.core.api.Assertions.assertThat;

import io.warren.config.Sources;
import io.warren.fixture.EchoServer;
import io.warren.fixture.Until;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Examples that belong together do what they say, on free ports instead of their own. */
class ExamplePairsTest {
    private static final Pattern PORT = Pattern.compile("(addr: (?:127\\.0\\.0\\.1)?:)(\\d+)");

    @TempDir
    private Path directory;

    private final Map<String, Integer> ports = new HashMap<>();

    private void start(Rehearsed warren, String... names) throws Exception {
        List<String> files = new ArrayList<>();
        for (String name : names) {
            Path file = directory.resolve(name);
            String text = Files.readString(Path.of("conf/examples", name));
            Files.writeString(file, PORT.matcher(text).replaceAll(m -> m.group(1) + port(m.group(2))));
            files.add(file.toString());
        }
        warren.start(String.join(" and ", names), Sources.files(files));
    }

    /** What stands for a port of the files. */
    private int port(String written) {
        return ports.computeIfAbsent(written, p -> {
            try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
                return free.getLocalPort();
            } catch (IOException e) {
                throw new IllegalStateException(e);
            }
        });
    }

    @ParameterizedTest
    @ValueSource(strings = {"wss", "mtls"})
    void clientGoesOutAtTheServer(String transport) throws Exception {
        try (EchoServer target = new EchoServer();
                Rehearsed warren = new Rehearsed()) {
            start(warren, transport + "-server.yml", transport + "-client.yml");
            try (Socket client = new Socket("127.0.0.1", port("1080"))) {
                client.setSoTimeout(10_000);
                send(client, "CONNECT 127.0.0.1:" + target.port() + " HTTP/1.1\r\n\r\n");
                String answer = "HTTP/1.1 200 Connection established\r\nProxy-Agent: gost/3.0\r\n\r\n";
                assertThat(read(client, answer.length())).isEqualToIgnoringCase(answer);
                send(client, "hello");
                assertThat(read(client, 5)).isEqualTo("hello");
            }
        }
    }

    @Test
    void agentsPortAnswersAtTheRelayServer() throws Exception {
        try (EchoServer sshd = new EchoServer();
                Rehearsed warren = new Rehearsed()) {
            ports.put("22", sshd.port());
            start(warren, "relay-server.yml", "reverse-tcp-agent.yml");
            try (Socket visitor = visit(port("2222"))) {
                visitor.setSoTimeout(10_000);
                send(visitor, "hello");
                assertThat(read(visitor, 5)).isEqualTo("hello");
            }
        }
    }

    private static Socket visit(int port) throws InterruptedException {
        AtomicReference<Socket> visitor = new AtomicReference<>();
        Until.holds(() -> {
            try {
                visitor.set(new Socket("127.0.0.1", port));
                return true;
            } catch (IOException notYetBound) {
                return false;
            }
        });
        return visitor.get();
    }

    private static void send(Socket socket, String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
    }

    private static String read(Socket socket, int length) throws IOException {
        InputStream in = socket.getInputStream();
        return new String(in.readNBytes(length), StandardCharsets.US_ASCII);
    }
}
