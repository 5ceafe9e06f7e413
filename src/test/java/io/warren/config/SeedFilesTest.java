package io.warren.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Vertx;
import io.vertx.junit5.VertxExtension;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(VertxExtension.class)
class SeedFilesTest {
    static final Path SEED = Path.of("src/test/resources/conf/seed");

    @Test
    void everySeedFileIsReadWithoutAProblem(Vertx vertx) throws Exception {
        try (Stream<Path> files = Files.list(SEED)) {
            List<String> names = files.map(Path::toString).sorted().toList();
            assertThat(names).hasSize(7);
            for (String name : names) {
                Configuration read = Loading.of(vertx, Sources.files(List.of(name)));
                Reading.all(read);
                assertThat(read.problems().all()).as(name).isEmpty();
                assertThat(read.names("services")).containsExactly("service-0");
            }
        }
    }
}
