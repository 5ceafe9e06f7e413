package io.warren.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.warren.fixture.Namespace;
import io.warren.fixture.Program;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code cluster/three-members/run} and the README's command, as they stand, in a network namespace. */
class DemonstrationTest {
    @TempDir
    private Path directory;

    @Test
    void everyMemberServesTheAgentsWebServer() throws Exception {
        Path warren = Files.writeString(
                directory.resolve("warren"),
                "#!/bin/sh\nexec '" + Path.of(System.getProperty("java.home"), "bin", "java") + "' -Xmx256m -cp '"
                        + System.getProperty("java.class.path") + "' io.warren.cli.Main \"$@\"\n");
        assertThat(warren.toFile().setExecutable(true)).isTrue();
        String run = Path.of("cluster/three-members/run").toAbsolutePath().toString();
        try (Namespace net = Namespace.with();
                Program demonstration =
                        Program.start(Optional.of(net), directory, List.of("env", "WARREN=" + warren, run))) {
            String[] ask = {
                "curl",
                "-sS",
                "--max-time",
                "10",
                "--retry",
                "60",
                "--retry-delay",
                "1",
                "--retry-all-errors",
                "http://127.0.0.1:8080/",
                "http://127.0.0.2:8080/",
                "http://127.0.0.3:8080/"
            };
            String pages = net.run("", ask);
            assertThat(pages.split("member-1.yml", -1)).as(demonstration.log()).hasSizeGreaterThanOrEqualTo(4);
        }
    }
}
