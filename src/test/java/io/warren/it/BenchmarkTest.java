package io.warren.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.warren.fixture.Program;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The benchmark program still runs, and finds what it forwards at the other end; its figures are for another day. */
@Timeout(180)
class BenchmarkTest {
    private static final Path BENCH = Path.of("src/bench/run").toAbsolutePath();

    @TempDir
    private Path directory;

    private static boolean isOnPath(String program) {
        return Arrays.stream(System.getenv("PATH").split(File.pathSeparator))
                .anyMatch(folder -> Files.isExecutable(Path.of(folder, program)));
    }

    /** Stands for target/warren, which is not made yet when tests run. */
    private Path launcher() throws Exception {
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        Path file = directory.resolve("warren");
        Files.writeString(
                file,
                "#!/bin/sh\nexec '" + java + "' -XX:+UseSerialGC -XX:TieredStopAtLevel=1 -Xmx256m -cp '"
                        + System.getProperty("java.class.path") + "' io.warren.cli.Main \"$@\"\n");
        return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwx------"));
    }

    @Test
    void smokeRunOfTheForwardingScenariosSucceeds() throws Exception {
        for (String needed : List.of("cc", "python3", "env")) {
            assumeTrue(isOnPath(needed), needed + " is not on the PATH");
        }
        Path figures = directory.resolve("figures.json");
        List<String> command = List.of(
                "env",
                "WARREN=" + launcher(),
                BENCH.toString(),
                "--smoke",
                "--only",
                "forward",
                "--contender",
                "warren",
                "--json",
                figures.toString());
        try (Program bench = Program.start(Optional.empty(), directory, command)) {
            assertThat(bench.process().waitFor(150, TimeUnit.SECONDS)).isTrue();
            assertThat(bench.process().exitValue()).as(bench::log).isZero();
            assertThat(bench.log()).contains("| warren | ", "`forward-1`", "`forward-8`");
            assertThat(Files.readString(figures)).contains("\"gbit_s\"");
        }
    }
}
