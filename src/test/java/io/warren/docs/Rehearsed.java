package io.warren.docs;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Vertx;
import io.warren.boot.Warren;
import io.warren.catalog.Catalog;
import io.warren.config.Configuration;
import io.warren.config.Loader;
import io.warren.config.Sources;
import io.warren.fixture.Until;
import io.warren.net.Loops;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Runs one configuration after the other, each as a reload of the one before, on ports of the system's choice. */
final class Rehearsed implements AutoCloseable {
    private final Vertx vertx = Loops.create();
    private Optional<Warren> running = Optional.empty();

    /** What {@code check --strict} does: no error and no warning. */
    void check(String what, Sources sources) throws Exception {
        Configuration configuration = load(sources);
        Warren.check(vertx, Catalog.ALL, configuration);
        assertThat(configuration.problems().all()).as(what).isEmpty();
    }

    /** Every service listens. */
    void start(String what, Sources sources) throws Exception {
        Configuration configuration = load(sources);
        List<String> services = List.copyOf(configuration.names("services"));
        if (running.isPresent()) {
            Until.done(running.get().apply(configuration));
        } else {
            running = Optional.of(Until.done(Warren.start(vertx, Catalog.ALL, configuration, 1)));
        }
        for (String service : services) {
            assertThat(running.get().address(service)).as(what + ": " + service).isPresent();
        }
    }

    private Configuration load(Sources sources) throws Exception {
        return Until.done(new Loader(vertx).load(sources));
    }

    /** Checks and starts a configuration as text. */
    void run(String what, Path directory, String text) throws Exception {
        Path file = directory.resolve("warren.yml");
        Files.writeString(file, text);
        check(what, Sources.files(List.of(file.toString())));
        Files.writeString(file, anyPort(text));
        start(what, Sources.files(List.of(file.toString())));
    }

    static String anyPort(String text) {
        return text.replaceAll("(addr: \"?127\\.0\\.0\\.1):\\d+", "$1:0");
    }

    @Override
    public void close() {
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }
}
