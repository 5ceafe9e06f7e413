package io.warren.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import io.warren.fixture.EchoServer;
import io.warren.fixture.Ports;
import io.warren.fixture.Program;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The program as a process. */
class DaemonTest {
    @TempDir
    private Path directory;

    @CanIgnoreReturnValue
    private Path configuration(int port, int target) throws Exception {
        return Files.writeString(directory.resolve("warren.yml"), """
                services:
                - name: port
                  addr: 127.0.0.1:%d
                  handler: {type: tcp}
                  forwarder: {nodes: [{name: target, addr: "127.0.0.1:%d"}]}
                """.formatted(port, target));
    }

    private static String ask(Socket client, String text) throws Exception {
        client.setSoTimeout(5000);
        client.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
        return new String(client.getInputStream().readNBytes(text.length()), StandardCharsets.US_ASCII);
    }

    private static void signal(Program program, String name) throws Exception {
        int code = new ProcessBuilder(
                        "kill", "-" + name, String.valueOf(program.process().pid()))
                .start()
                .waitFor();
        assertThat(code).isZero();
    }

    @Test
    void hangupReloadsAndTerminationEndsWithZero() throws Exception {
        try (EchoServer target = new EchoServer()) {
            int port = Ports.free();
            int other = Ports.free();
            Path file = configuration(port, target.port());
            try (Program warren = Program.warren(Optional.empty(), directory, "-C", file.toString())
                            .says("listening");
                    Socket before = new Socket("127.0.0.1", port)) {
                assertThat(ask(before, "hello")).isEqualTo("hello");
                configuration(other, target.port());
                signal(warren, "HUP");
                warren.says("configuration reloaded");
                assertThat(ask(before, "still")).isEqualTo("still");
                try (Socket after = new Socket("127.0.0.1", other)) {
                    assertThat(ask(after, "moved")).isEqualTo("moved");
                }
                Files.writeString(file, "services: [{name: x, handler: {type: nosuch}}]");
                signal(warren, "HUP");
                warren.says("reload refused, nothing changed");
                assertThat(warren.log()).contains("warren.yml:1:").contains("unknown handler \"nosuch\"");
                assertThat(ask(before, "again")).isEqualTo("again");
                signal(warren, "TERM");
                assertThat(warren.exitCode()).isZero();
            }
        }
    }

    @Test
    void changedFileIsReloadedWhenAskedTo() throws Exception {
        try (EchoServer target = new EchoServer()) {
            int other = Ports.free();
            Path file = configuration(Ports.free(), target.port());
            try (Program warren = Program.warren(Optional.empty(), directory, "--watch", "-C", file.toString())
                    .says("listening")) {
                configuration(other, target.port());
                warren.says("configuration reloaded");
                try (Socket after = new Socket("127.0.0.1", other)) {
                    assertThat(ask(after, "moved")).isEqualTo("moved");
                }
            }
        }
    }

    @Test
    void wrongConfigurationEndsWithTwoAndTakenPortWithOne() throws Exception {
        Path wrong = Files.writeString(
                directory.resolve("wrong.yml"), "services:\n- name: a\n  handler:\n    chain: nosuch\n");
        try (Program warren = Program.warren(Optional.empty(), directory, "-C", wrong.toString())) {
            assertThat(warren.exitCode()).isEqualTo(2);
            assertThat(warren.log()).contains("wrong.yml:4:12: services[0].handler.chain: no chain named \"nosuch\"");
        }
        try (EchoServer taken = new EchoServer();
                Program warren = Program.warren(
                        Optional.empty(), directory, "-L", "tcp://127.0.0.1:" + taken.port() + "/127.0.0.1:1")) {
            assertThat(warren.exitCode()).isEqualTo(1);
            assertThat(warren.log()).contains("listen on 127.0.0.1:" + taken.port());
        }
    }

    @Test
    void childrenRunSideBySide() throws Exception {
        try (EchoServer target = new EchoServer()) {
            int one = Ports.free();
            int two = Ports.free();
            String to = "/127.0.0.1:" + target.port();
            try (Program parent = Program.warren(
                    Optional.empty(),
                    directory,
                    "-L",
                    "tcp://127.0.0.1:" + one + to,
                    "--",
                    "-L",
                    "tcp://127.0.0.1:" + two + to)) {
                parent.says("address=127.0.0.1:" + one).says("address=127.0.0.1:" + two);
                try (Socket client = new Socket("127.0.0.1", two)) {
                    assertThat(ask(client, "hello")).isEqualTo("hello");
                }
            }
        }
    }
}
