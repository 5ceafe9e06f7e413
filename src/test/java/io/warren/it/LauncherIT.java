package io.warren.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.warren.fixture.EchoServer;
import io.warren.fixture.Program;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The one file that people get, as they start it. */
class LauncherIT {
    private static final Path FILE = Path.of("target/warren").toAbsolutePath();
    private static final Pattern PORT = Pattern.compile("listening service=proxy address=127\\.0\\.0\\.1:(\\d+)");

    @TempDir
    private Path directory;

    @BeforeEach
    void packaged() {
        assumeThat(FILE).as("made by mvn package").isExecutable();
    }

    private Program start(String... arguments) throws IOException {
        return start("WARREN_NO_ARCHIVE=1", arguments);
    }

    /** With a home of its own, and so with a cache of its own. */
    private Program start(String variable, String[] arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of("env", "-u", "XDG_CACHE_HOME", variable, FILE.toString()));
        command.addAll(List.of(arguments));
        return Program.start(Optional.empty(), directory, command);
    }

    private Program startWithArchive(String... arguments) throws IOException {
        return start("WARREN_NO_ARCHIVE=", arguments);
    }

    private String proxy(int port) throws IOException {
        return Files.writeString(directory.resolve("proxy-" + port + ".yml"), """
                services:
                - name: proxy
                  addr: 127.0.0.1:%d
                """.formatted(port))
                .toString();
    }

    private static int port(Program warren) throws InterruptedException {
        warren.says("listening service=proxy");
        Matcher listening = PORT.matcher(warren.log());
        assertThat(listening.find()).isTrue();
        return Integer.parseInt(listening.group(1));
    }

    private static void connects(int proxy, int target) throws IOException {
        try (Socket client = new Socket("127.0.0.1", proxy)) {
            client.setSoTimeout(10_000);
            String request = "CONNECT 127.0.0.1:" + target + " HTTP/1.1\r\n\r\nhello";
            client.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
            client.shutdownOutput();
            String answer = new String(client.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
            assertThat(answer).startsWith("HTTP/1.1 200 ").endsWith("\r\n\r\nhello");
        }
    }

    @Test
    void servesReloadsAndEndsWithZeroWhenToldTo() throws Exception {
        Path file = Path.of(proxy(0));
        try (EchoServer target = new EchoServer();
                Program warren = start("-C", file.toString())) {
            connects(port(warren), target.port());
            Files.writeString(file, Files.readString(file).replace("name: proxy", "name: other"));
            warren.signal("HUP");
            warren.says("listening service=other").says("configuration reloaded");
            Files.writeString(file, "services: 5");
            warren.signal("HUP");
            warren.says("reload refused, nothing changed");
            warren.signal("TERM");
            assertThat(warren.exitCode()).isZero();
            assertThat(warren.log()).doesNotContain("WARNING:", "Exception", "\tat ");
        }
    }

    @Test
    void secondStartUsesTheArchiveThatTheFirstOneMade() throws Exception {
        try (Program first = startWithArchive("-V")) {
            assertThat(first.exitCode()).isZero();
            assertThat(first.log()).startsWith("gost 3.3.0 (warren ");
        }
        Path archive = archive();
        try (EchoServer target = new EchoServer();
                Program second = startWithArchive("-C", proxy(0))) {
            connects(port(second), target.port());
            String maps = Files.readString(
                    Path.of("/proc", String.valueOf(second.process().pid()), "maps"));
            assertThat(maps).contains(archive.toString());
        }
    }

    private Path archive() throws Exception {
        Path cache = directory.resolve(".cache/warren");
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        while (true) {
            try (Stream<Path> files = Files.list(cache)) {
                List<Path> there = files.toList();
                // The lock goes last.
                if (there.size() == 1 && there.get(0).toString().endsWith(".jsa")) {
                    return there.get(0);
                }
                assertThat(System.nanoTime()).as("no archive: " + there).isLessThan(deadline);
            }
            TimeUnit.MILLISECONDS.sleep(50);
        }
    }

    @Test
    void isAJarToo() throws Exception {
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        for (String file : List.of(FILE.toString(), FILE + ".jar")) {
            try (EchoServer target = new EchoServer();
                    Program warren =
                            Program.start(Optional.empty(), directory, List.of(java, "-jar", file, "-C", proxy(0)))) {
                connects(port(warren), target.port());
            }
        }
    }

    @Test
    void wrongConfigurationEndsWithTwoAndSaysWhere() throws Exception {
        Path file = Files.writeString(directory.resolve("wrong.yml"), """
                services:
                - name: proxy
                  addr: 127.0.0.1:0
                  handler:
                    type: htp
                """);
        for (List<String> arguments : List.of(List.of("-C"), List.of("check"))) {
            try (Program warren = start(arguments.get(0), file.toString())) {
                assertThat(warren.exitCode()).isEqualTo(2);
                assertThat(warren.log()).contains("wrong.yml:5:11: services[0].handler.type: unknown handler \"htp\"");
                assertThat(warren.log()).doesNotContain("\tat ");
            }
        }
        try (Program warren = start("-X")) {
            assertThat(warren.exitCode()).isEqualTo(2);
        }
    }

    @Test
    void takenPortEndsWithOneAndSaysWhich() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"));
                Program warren = start("-C", proxy(taken.getLocalPort()))) {
            assertThat(warren.exitCode()).isEqualTo(1);
            assertThat(warren.log())
                    .contains(String.valueOf(taken.getLocalPort()))
                    .doesNotContain("\tat ");
        }
    }

    @Test
    void childrenEndWithTheirParent() throws Exception {
        try (Program warren = start("-C", proxy(0), "--", "-L", "socks5://127.0.0.1:0")) {
            warren.says("service=proxy").says("service=service-0");
            List<ProcessHandle> children = warren.process().children().toList();
            assertThat(children).hasSize(2);
            warren.signal("TERM");
            assertThat(warren.exitCode()).isZero();
            for (ProcessHandle child : children) {
                child.onExit().get(20, TimeUnit.SECONDS);
            }
        }
    }
}
