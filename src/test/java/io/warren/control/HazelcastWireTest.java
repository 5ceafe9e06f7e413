package io.warren.control;

import static org.assertj.core.api.Assertions.assertThat;

import io.warren.fixture.Command;
import io.warren.fixture.Node;
import io.warren.fixture.Until;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What somebody learns who listens between members on Hazelcast's port, which has no TLS. */
class HazelcastWireTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final String SECRET = "0123456789abcdef-of-the-cluster";
    private static final String WRITTEN = "open-sesame";

    /** Writes ports, length and payload of every TCP segment of the loopback interface. */
    private static final String CAPTURE = """
            import os, socket, struct, sys
            wire = socket.socket(socket.AF_PACKET, socket.SOCK_DGRAM, socket.htons(0x0800))
            SO_RCVBUFFORCE = 33
            wire.setsockopt(socket.SOL_SOCKET, SO_RCVBUFFORCE, 1 << 26)
            wire.bind(("lo", 0x0800))
            out = os.open(sys.argv[1], os.O_WRONLY | os.O_CREAT)
            print("ready", flush=True)
            while True:
                packet, (_, _, kind, _, _) = wire.recvfrom(1 << 17)
                if kind == socket.PACKET_OUTGOING or packet[9] != socket.IPPROTO_TCP:
                    continue
                tcp = (packet[0] & 15) * 4
                payload = packet[tcp + (packet[tcp + 12] >> 4) * 4:]
                if payload:
                    os.write(out, packet[tcp:tcp + 4] + struct.pack(">I", len(payload)) + payload)
            """;

    @TempDir
    private Path directory;

    private Process capture() throws IOException {
        Command.assume("python3");
        Process capture = new ProcessBuilder("python3", "-c", CAPTURE, wire().toString()).start();
        boolean ready = capture.inputReader().readLine() != null;
        if (!ready) {
            capture.destroyForcibly();
        }
        Assumptions.assumeTrue(ready, "not allowed to listen to the loopback interface");
        return capture;
    }

    private Path wire() {
        return directory.resolve("wire");
    }

    /** All that went from or to the port, each direction of a connection in one piece. */
    private String said(int port) throws IOException {
        Map<Long, ByteArrayOutputStream> directions = new TreeMap<>();
        ByteBuffer all = ByteBuffer.wrap(Files.readAllBytes(wire()));
        while (all.remaining() >= 8) {
            int from = Short.toUnsignedInt(all.getShort());
            int to = Short.toUnsignedInt(all.getShort());
            byte[] payload = new byte[Math.min(all.getInt(), all.remaining())];
            all.get(payload);
            if (from == port || to == port) {
                directions
                        .computeIfAbsent((long) from << 16 | to, d -> new ByteArrayOutputStream())
                        .write(payload);
            }
        }
        StringBuilder said = new StringBuilder();
        directions.values().forEach(direction -> said.append(direction.toString(StandardCharsets.ISO_8859_1)));
        return said.toString();
    }

    @Test
    void neitherTheSecretNorAPasswordIsOnTheWire() throws Exception {
        Process capture = capture();
        try (Members members = new Members(directory.resolve("state"), SECRET, 2);
                Node agent = members.agent(0)) {
            assertThat(agent).isNotNull();
            Until.passes(PATIENCE, () -> {
                try (Socket visitor = members.visit(1)) {
                    assertThat(visitor.isConnected()).isTrue();
                }
            });
            String service =
                    "{name: extra, addr: \"127.0.0.1:0\", handler: {type: http, auth: {username: ali, password: "
                            + WRITTEN + "}}, listener: {type: tcp}}";
            assertThat(members.root(0).post("/cluster/config/services", service).status())
                    .isEqualTo(200);
            assertThat(members.members.get(1).warren().address("extra")).isPresent();
            // Who claimed what is there to be read: so that is what was listened to.
            Until.passes(PATIENCE, () -> assertThat(said(members.port)).contains("\"user\":\"alice\""));
            assertThat(said(members.port))
                    .contains("relay-2")
                    .doesNotContain(SECRET, "wonderland", "toor-toor", WRITTEN);
        } finally {
            capture.destroyForcibly();
        }
    }
}
