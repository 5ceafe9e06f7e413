package io.warren.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import io.warren.fixture.Gost;
import io.warren.fixture.Namespace;
import io.warren.fixture.Opened;
import io.warren.fixture.Program;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The seven configurations that this project was founded on, unchanged, as processes in a network namespace that has their addresses; what they go through
 * is another Warren or the real gost, and the other way round.
 */
class SeedFilesTest {
    private static final Path SEEDS = Path.of("src/test/resources/conf/seed").toAbsolutePath();
    private static final String HTTP_PROXY = "http://192.168.1.1:8080";
    private static final String SOCKS = "socks5://192.168.1.2:1080?bind=true&udp=true";

    @TempDir
    private Path directory;

    @AutoClose
    private final Opened opened = new Opened();

    private Namespace net;

    private void world() throws Exception {
        net = opened.keep(Namespace.with("192.168.1.1", "192.168.1.2"));
        opened.keep(Program.java(
                        Optional.of(net),
                        directory,
                        "io.warren.fixture.Targets",
                        "http:192.168.1.1:80",
                        "udp:192.168.1.1:53",
                        "tcp:127.0.0.1:22",
                        "udp:127.0.0.1:53"))
                .says("targets are there");
    }

    @CanIgnoreReturnValue
    private Program run(String who, String... arguments) throws Exception {
        return opened.keep(
                who.equals("warren")
                        ? Program.warren(Optional.of(net), directory, arguments)
                        : Gost.at(Optional.of(net), directory, arguments));
    }

    private void seed(String who, String name) throws Exception {
        run(who, "-C", SEEDS.resolve(name).toString()).says("listening");
    }

    private String curl(String proxy) throws Exception {
        return net.run("curl", "-sS", "--max-time", "10", "-x", proxy, "http://192.168.1.1:80/");
    }

    /** Asks again until the far end has bound the port. */
    private String eventually(String expected, String[] command, String input) throws Exception {
        String answer = "";
        for (long end = System.nanoTime() + 15_000_000_000L; System.nanoTime() < end && !answer.contains(expected); ) {
            answer = net.run(input, command);
        }
        return answer;
    }

    private static final String BOTH = """
            warren, warren
            warren, gost
            gost,   warren
            """;

    @ParameterizedTest(name = "1: {0} through {1}")
    @CsvSource(textBlock = BOTH)
    void httpProxyThroughAnHttpProxy(String who, String far) throws Exception {
        world();
        run(far, "-L", HTTP_PROXY).says("listening");
        // The seed listens on every address, and the far proxy on one of them: it has to be another port there.
        Path moved = directory.resolve("1.yml");
        java.nio.file.Files.writeString(
                moved,
                java.nio.file.Files.readString(SEEDS.resolve("1-http-proxy-via-http.yml"))
                        .replace("addr: \":8080\"", "addr: \"127.0.0.1:8080\""));
        run(who, "-C", moved.toString()).says("listening");
        assertThat(curl("http://127.0.0.1:8080")).isEqualTo("welcome");
    }

    @ParameterizedTest(name = "2: {0} through {1}")
    @CsvSource(textBlock = BOTH)
    void autoProxyThroughTwoHops(String who, String far) throws Exception {
        world();
        run(far, "-L", HTTP_PROXY).says("listening");
        run(far, "-L", SOCKS).says("listening");
        Path moved = directory.resolve("2.yml");
        java.nio.file.Files.writeString(
                moved,
                java.nio.file.Files.readString(SEEDS.resolve("2-auto-two-hops.yml"))
                        .replace("addr: \":8080\"", "addr: \"127.0.0.1:8080\""));
        run(who, "-C", moved.toString()).says("listening");
        assertThat(curl("http://127.0.0.1:8080")).isEqualTo("welcome");
        assertThat(curl("socks5h://127.0.0.1:8080")).isEqualTo("welcome");
        assertThat(curl("socks4://127.0.0.1:8080")).isEqualTo("welcome");
    }

    @ParameterizedTest(name = "3: {0}")
    @CsvSource({"warren", "gost"})
    void forwardedTcpPort(String who) throws Exception {
        world();
        seed(who, "3-tcp-forward.yml");
        assertThat(net.run("curl", "-sS", "http://127.0.0.1:8080/")).isEqualTo("welcome");
    }

    @ParameterizedTest(name = "4: {0}")
    @CsvSource({"warren", "gost"})
    void forwardedUdpPort(String who) throws Exception {
        world();
        seed(who, "4-udp-forward.yml");
        assertThat(eventually("ping", udp("127.0.0.1", 10053), "ping")).isEqualTo("ping");
    }

    @ParameterizedTest(name = "5: {0} through {1}")
    @CsvSource(textBlock = BOTH)
    void forwardedTcpPortThroughAChain(String who, String far) throws Exception {
        world();
        run(far, "-L", SOCKS).says("listening");
        seed(who, "5-tcp-forward-chain.yml");
        assertThat(net.run("curl", "-sS", "http://127.0.0.1:8080/")).isEqualTo("welcome");
    }

    @ParameterizedTest(name = "6: {0} through {1}")
    @CsvSource(textBlock = BOTH)
    void reverseTcpPort(String who, String far) throws Exception {
        world();
        run(far, "-L", SOCKS).says("listening");
        run(who, "-C", SEEDS.resolve("6-rtcp.yml").toString());
        // smux has no half-close, and gost cuts the answer to a visitor who has: only between two Warrens the visitor
        // may end first.
        boolean ends = who.equals("warren") && far.equals("warren");
        String[] visit = {"nc", ends ? "-N" : "-n", "-w", "2", "192.168.1.2", "2222"};
        assertThat(eventually("target 22", visit, "hello\n")).isEqualTo("target 22\nhello\n");
        // Every visitor finds it, not only the first.
        assertThat(eventually("target 22", visit, "again\n")).isEqualTo("target 22\nagain\n");
    }

    @ParameterizedTest(name = "7: {0} through {1}")
    @CsvSource(textBlock = BOTH)
    void reverseUdpPort(String who, String far) throws Exception {
        world();
        run(far, "-L", SOCKS).says("listening");
        run(who, "-C", SEEDS.resolve("7-rudp.yml").toString());
        assertThat(eventually("ping", udp("192.168.1.2", 10053), "ping")).isEqualTo("ping");
    }

    private static String[] udp(String host, int port) {
        return new String[] {"socat", "-t1", "-T2", "-", "UDP:" + host + ":" + port};
    }
}
