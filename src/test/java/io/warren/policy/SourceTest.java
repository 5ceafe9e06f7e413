package io.warren.policy;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.warren.fixture.MapSettings;
import io.warren.fixture.Until;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SourceTest {
    private final Vertx vertx = Vertx.vertx();
    private final AtomicInteger requests = new AtomicInteger();
    private volatile int status = 200;
    private volatile String body = "b # comment\n\n# all comment\nc\n";
    private HttpServer server;

    @TempDir
    Path folder;

    @BeforeEach
    void serve() throws Exception {
        server = Until.done(vertx.createHttpServer()
                .requestHandler(request -> {
                    requests.incrementAndGet();
                    if (request.path().equals("/moved")) {
                        request.response()
                                .setStatusCode(302)
                                .putHeader("Location", "/list")
                                .end();
                    } else if (!request.path().equals("/silent")) {
                        request.response().setStatusCode(status).end(body);
                    }
                })
                .listen(0, "127.0.0.1"));
    }

    @AfterEach
    void close() throws Exception {
        Until.done(vertx.close());
    }

    private String url(String path) {
        return "http://127.0.0.1:" + server.actualPort() + path;
    }

    private Source<List<String>> read(MapSettings settings, List<String> inline) {
        return Source.read(vertx, settings, Comments.ANYWHERE, inline, true, lines -> {
            assertThat(Thread.currentThread().getName()).contains("worker");
            List<String> all = new ArrayList<>(inline);
            all.addAll(lines);
            return List.copyOf(all);
        });
    }

    @Test
    void inlineCountsAtOnceThenFileThenHttp() throws Exception {
        Path file = folder.resolve("list");
        Files.writeString(file, "\u00e4\r\n\tx \n#\n");
        MapSettings settings = MapSettings.of(
                "file", MapSettings.entry("path", file.toString()), "http", MapSettings.entry("url", url("/moved")));
        try (Source<List<String>> source = read(settings, List.of("a"))) {
            assertThat(source.get()).contains("a");
            Until.done(source.ready());

            assertThat(source.get()).containsExactly("a", "\u00e4", "x", "b", "c");
        }
        assertThat(settings.problems()).isEmpty();
    }

    @Test
    void failingSourceKeepsItsLinesWhileOthersGoOn() throws Exception {
        Path file = folder.resolve("list");
        Files.writeString(file, "x\n");
        MapSettings settings = MapSettings.of(
                "file",
                MapSettings.entry("path", file.toString()),
                "http",
                MapSettings.entry("url", url("/list")),
                "reload",
                Duration.ofSeconds(1));
        try (Source<List<String>> source = read(settings, List.of())) {
            Until.done(source.ready());
            assertThat(source.get()).containsExactly("x", "b", "c");

            Files.delete(file);
            body = "d";
            Until.holds(() -> source.get().contains("d"));
            assertThat(source.get()).containsExactly("x", "d");

            status = 500;
            body = "";
            int before = requests.get();
            Files.writeString(file, "y\n");
            Until.holds(() -> requests.get() > before && source.get().contains("y"));
            assertThat(source.get()).containsExactly("y", "d");
        }
    }

    @Test
    void listThatBecameEmptyIsEmpty() throws Exception {
        MapSettings settings =
                MapSettings.of("http", MapSettings.entry("url", url("/list")), "reload", Duration.ofSeconds(1));
        try (Source<List<String>> source = read(settings, List.of())) {
            Until.done(source.ready());
            assertThat(source.get()).isNotEmpty();

            body = "# nothing\n";
            Until.holds(() -> source.get().isEmpty());
        }
    }

    @Test
    void silentServerEndsTheFirstLoadByTime() throws Exception {
        MapSettings settings =
                MapSettings.of("http", MapSettings.entry("url", url("/silent"), "timeout", Duration.ofMillis(200)));
        try (Source<List<String>> source = read(settings, List.of("a"))) {
            Until.done(source.ready());

            assertThat(source.get()).containsExactly("a");
        }
    }

    @Test
    void urlOfAnotherSchemeIsReported() {
        MapSettings settings = MapSettings.of("http", MapSettings.entry("url", "ftp://example.com/list"));
        try (Source<List<String>> source = read(settings, List.of())) {
            assertThat(source.ready().isComplete()).isTrue();
        }

        assertThat(settings.problems())
                .containsExactly(
                        "section.http.url: \"ftp://example.com/list\" is no URL of a list (expected: http:// or https://)");
    }

    @Test
    void contentIsSwappedAsAWholeUnderManyReaders() throws Exception {
        Path file = folder.resolve("list");
        Files.writeString(file, "1\n1\n");
        MapSettings settings =
                MapSettings.of("file", MapSettings.entry("path", file.toString()), "reload", Duration.ofSeconds(1));
        try (Source<List<String>> source = read(settings, List.of())) {
            Until.done(source.ready());
            List<Thread> readers = new ArrayList<>();
            List<List<String>> torn = java.util.Collections.synchronizedList(new ArrayList<>());
            for (int i = 0; i < 4; i++) {
                Thread reader = new Thread(() -> {
                    List<String> now = source.get();
                    while (!now.contains("2")) {
                        if (!now.equals(List.of("1", "1"))) {
                            torn.add(now);
                        }
                        now = source.get();
                    }
                });
                readers.add(reader);
                reader.start();
            }
            Path next = folder.resolve("next");
            Files.writeString(next, "2\n2\n");
            Files.move(next, file, java.nio.file.StandardCopyOption.ATOMIC_MOVE);
            for (Thread reader : readers) {
                reader.join(10_000);
                assertThat(reader.isAlive()).isFalse();
            }
            assertThat(torn).isEmpty();
        }
    }
}
