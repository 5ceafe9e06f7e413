package io.warren.policy.bypass;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.warren.fixture.Until;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The cases of our own test, put to gost: a proxy for each pattern, which refuses what the pattern matches. */
class GostBypassTest {
    @TempDir
    Path folder;

    private record Case(String pattern, String target, boolean matches) {}

    @Test
    void gostAgreesOnAllPatterns() throws Exception {
        String gost = System.getenv("GOST");
        Assumptions.assumeTrue(gost != null, "GOST is not set");
        List<Case> cases = cases();
        assertThat(cases).hasSizeGreaterThan(60);
        List<Integer> ports = freePorts(cases.size());
        Path config = folder.resolve("gost.json");
        Files.writeString(config, configuration(cases, ports).encode());
        Process process = new ProcessBuilder(gost, "-C", config.toString())
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("log").toFile())
                .start();
        try {
            Until.holds(() -> listens(ports.get(ports.size() - 1)));
            List<String> differences = new ArrayList<>();
            for (int i = 0; i < cases.size(); i++) {
                String status = connect(ports.get(i), cases.get(i).target());
                if (status.contains(" 403 ") != cases.get(i).matches()) {
                    differences.add(cases.get(i) + ": " + status);
                }
            }
            assertThat(differences).isEmpty();
        } finally {
            process.destroy();
            assertThat(process.waitFor(10, TimeUnit.SECONDS)).isTrue();
        }
    }

    private static List<Case> cases() throws IOException {
        try (InputStream in = GostBypassTest.class.getResourceAsStream("/policy/bypass.txt")) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .filter(line -> !line.startsWith("#"))
                    .map(line -> line.split("\\|", -1))
                    .filter(parts -> parts[3].isBlank())
                    .map(parts -> new Case(parts[0].trim(), parts[1].trim(), Boolean.parseBoolean(parts[2].trim())))
                    .toList();
        }
    }

    private static List<Integer> freePorts(int count) throws IOException {
        List<ServerSocket> held = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            held.add(new ServerSocket(0, 1, InetAddress.getLoopbackAddress()));
        }
        List<Integer> ports = new ArrayList<>();
        for (ServerSocket socket : held) {
            ports.add(socket.getLocalPort());
            socket.close();
        }
        return ports;
    }

    /** Every name is the loopback address there, so that what is not refused is answered soon too. */
    private static JsonObject configuration(List<Case> cases, List<Integer> ports) {
        JsonArray services = new JsonArray();
        JsonArray bypasses = new JsonArray();
        for (int i = 0; i < cases.size(); i++) {
            bypasses.add(new JsonObject()
                    .put("name", "b" + i)
                    .put("matchers", JsonArray.of(cases.get(i).pattern())));
            services.add(new JsonObject()
                    .put("name", "s" + i)
                    .put("addr", "127.0.0.1:" + ports.get(i))
                    .put("bypass", "b" + i)
                    .put("hosts", "all")
                    .put("handler", new JsonObject().put("type", "http"))
                    .put("listener", new JsonObject().put("type", "tcp")));
        }
        JsonObject everything = new JsonObject().put("ip", "127.0.0.1").put("hostname", ".");
        return new JsonObject()
                .put("services", services)
                .put("bypasses", bypasses)
                .put(
                        "hosts",
                        JsonArray.of(new JsonObject().put("name", "all").put("mappings", JsonArray.of(everything))));
    }

    private static boolean listens(int port) {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            return socket.isConnected();
        } catch (IOException e) {
            return false;
        }
    }

    /** The status line; what takes longer than a refusal would is no refusal. */
    private static String connect(int port, String target) throws IOException {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 5000);
            socket.setSoTimeout(1500);
            socket.getOutputStream()
                    .write(("CONNECT " + target + " HTTP/1.1\r\nHost: " + target + "\r\n\r\n")
                            .getBytes(StandardCharsets.US_ASCII));
            byte[] answer = socket.getInputStream().readNBytes(30);
            return new String(answer, StandardCharsets.US_ASCII);
        } catch (java.net.SocketTimeoutException e) {
            return "no answer";
        }
    }
}
