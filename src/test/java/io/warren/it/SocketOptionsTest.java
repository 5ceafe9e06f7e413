package io.warren.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.warren.fixture.Namespace;
import io.warren.fixture.Opened;
import io.warren.fixture.Program;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Options of outgoing sockets, as the kernel's routing sees them. */
class SocketOptionsTest {
    @TempDir
    private Path directory;

    @AutoClose
    private final Opened opened = new Opened();

    private Namespace net;

    @BeforeEach
    void world() throws Exception {
        net = opened.keep(Namespace.with("192.168.1.1", "192.168.1.2", "192.168.7.7"));
        // Before the table of local addresses, which usually comes first.
        net.run("ip", "rule", "add", "pref", "20", "lookup", "local");
        net.run("ip", "rule", "del", "pref", "0");
        net.run("ip", "rule", "add", "pref", "10", "fwmark", "42", "prohibit");
        opened.keep(Program.java(Optional.of(net), directory, "io.warren.fixture.Targets", "http:192.168.1.1:80"))
                .says("targets are there");
    }

    private String through(String proxy) throws Exception {
        return through(proxy, "http://192.168.1.1:80/");
    }

    private String through(String proxy, String target) throws Exception {
        return net.run("curl", "-sS", "--max-time", "10", "-x", proxy, target);
    }

    private void run(String... arguments) throws Exception {
        opened.keep(Program.warren(Optional.of(net), directory, arguments)).says("listening");
    }

    @Test
    void socketsOfAServiceAndOfANodeCarryItsMark() throws Exception {
        run(
                "-L",
                "http://127.0.0.1:8001",
                "-L",
                "http://127.0.0.1:8002?so_mark=42",
                "-L",
                "http://127.0.0.1:8003?so_mark=43");
        run("-L", "http://127.0.0.1:8004", "-F", "http://127.0.0.1:8001?so_mark=42");

        assertThat(through("http://127.0.0.1:8001")).isEqualTo("welcome");
        assertThat(through("http://127.0.0.1:8002")).isNotEqualTo("welcome");
        assertThat(through("http://127.0.0.1:8003")).isEqualTo("welcome");
        assertThat(through("http://127.0.0.1:8004")).isNotEqualTo("welcome");
    }

    /** An address that no route leads to is reached on the line that a device is at, and on no other. */
    @Test
    void socketsOfAServiceAndOfANodeAreBoundToItsDevice() throws Exception {
        Namespace beyond = opened.keep(Namespace.with());
        net.line("near", beyond, "far");
        beyond.run("ip", "addr", "add", "10.8.0.1/32", "dev", "far");
        beyond.run("ip", "link", "set", "far", "up");
        beyond.run("ip", "route", "add", "10.8.0.2/32", "dev", "far");
        net.run("ip", "addr", "add", "10.8.0.2/32", "dev", "near");
        net.run("ip", "link", "set", "near", "up");
        opened.keep(Program.java(Optional.of(beyond), directory, "io.warren.fixture.Targets", "http:10.8.0.1:80"))
                .says("targets are there");
        opened.keep(Program.warren(Optional.of(beyond), directory, "-L", "http://10.8.0.1:8001"))
                .says("listening");
        run("-L", "http://127.0.0.1:8001");
        run("-L", "http://127.0.0.1:8002?interface=near");
        run("-L", "http://127.0.0.1:8003", "-F", "http://10.8.0.1:8001?interface=near");

        String target = "http://10.8.0.1:80/";
        assertThat(through("http://127.0.0.1:8001", target)).isNotEqualTo("welcome");
        assertThat(through("http://127.0.0.1:8002", target)).isEqualTo("welcome");
        assertThat(through("http://127.0.0.1:8003", target)).isEqualTo("welcome");
    }

    @Test
    void socketsOfAServiceComeFromItsInterface() throws Exception {
        run("-L", "http://192.168.1.2:8001?admission=~192.168.7.0/24");
        run("-L", "http://127.0.0.1:8002", "-F", "http://192.168.1.2:8001");
        run("-L", "http://127.0.0.1:8003?interface=192.168.7.7", "-F", "http://192.168.1.2:8001?interface=192.168.7.7");

        assertThat(through("http://127.0.0.1:8002")).isNotEqualTo("welcome");
        assertThat(through("http://127.0.0.1:8003")).isEqualTo("welcome");
    }
}
