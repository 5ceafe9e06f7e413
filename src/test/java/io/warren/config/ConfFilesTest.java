package io.warren.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Vertx;
import io.vertx.junit5.VertxExtension;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(VertxExtension.class)
class ConfFilesTest {
    private static final Path CONF = Path.of("src/test/resources/conf");

    @Test
    void everyValidFileIsReadWithoutAProblem(Vertx vertx) throws IOException {
        List<Path> files = files("valid");
        assertThat(files).hasSizeGreaterThanOrEqualTo(6);
        for (Path file : files) {
            assertThat(problems(vertx, file)).as(file.toString()).isEmpty();
        }
    }

    @Test
    void everyInvalidFileHasItsProblemsWithTheirPositions(Vertx vertx) throws IOException {
        List<Path> files = files("invalid");
        assertThat(files).hasSizeGreaterThanOrEqualTo(15);
        List<String> wrong = new ArrayList<>();
        for (Path file : files) {
            Path expected = Path.of(file.toString().replaceAll("\\.\\w+$", ".expected"));
            String text = Files.exists(expected) ? Files.readString(expected).strip() : "";
            String found = problems(vertx, file);
            if (!found.equals(text)) {
                wrong.add(expected + ":\n" + found);
            }
        }
        assertThat(wrong).isEmpty();
    }

    private static List<Path> files(String directory) throws IOException {
        try (Stream<Path> files = Files.list(CONF.resolve(directory))) {
            return files.filter(f -> !f.toString().endsWith(".expected"))
                    .sorted()
                    .toList();
        }
    }

    private static String problems(Vertx vertx, Path file) {
        try {
            Configuration read = Loading.of(vertx, Sources.files(List.of(file.toString())));
            Reading.all(read);
            return read.problems().toString();
        } catch (ConfigException e) {
            assertThat(e.problems()).isNotEmpty();
            return e.getMessage();
        }
    }
}
