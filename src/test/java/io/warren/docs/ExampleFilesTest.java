package io.warren.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Every file below {@code conf/} is right and runs. */
class ExampleFilesTest {
    private static final Path CONF = Path.of("conf");

    private static List<Path> files() throws Exception {
        try (Stream<Path> files = Files.walk(CONF)) {
            return files.filter(Files::isRegularFile).sorted().toList();
        }
    }

    @Test
    void everyFileIsRightAndRuns(@TempDir Path directory) throws Exception {
        List<Path> configurations =
                files().stream().filter(f -> f.toString().endsWith(".yml")).toList();
        assertThat(configurations).hasSizeGreaterThanOrEqualTo(15).contains(CONF.resolve("warren.yml"));
        try (Rehearsed warren = new Rehearsed()) {
            for (Path file : configurations) {
                warren.run(file.toString(), directory, Files.readString(file));
            }
        }
    }

    @Test
    void everyOtherFileIsOneThatAConfigurationReadsOrThePageItself() throws Exception {
        Set<String> others = new TreeSet<>();
        StringBuilder configurations = new StringBuilder();
        for (Path file : files()) {
            if (file.toString().endsWith(".yml")) {
                configurations.append(Files.readString(file));
            } else {
                others.add(file.toString());
            }
        }
        others.remove("conf/README.md");
        assertThat(others).allMatch(name -> configurations.toString().contains("path: " + name));
    }

    @Test
    void everyExampleOnlyUsesLoopbackAndPortsOfEverybody() throws Exception {
        for (Path file : files()) {
            if (file.startsWith(CONF.resolve("examples"))) {
                for (String line : Files.readAllLines(file)) {
                    if (line.matches("  addr: .*")) {
                        assertThat(line).as(file.toString()).matches("  addr: (127\\.0\\.0\\.1)?:\\d{4,5}");
                    }
                }
            }
        }
    }
}
