package io.warren.policy.record;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import io.warren.fixture.LogLines;
import io.warren.fixture.MapSettings;
import io.warren.fixture.Ports;
import io.warren.fixture.Posted;
import io.warren.fixture.Until;
import io.warren.spi.RecordCounts;
import io.warren.spi.Recorder;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RecorderObjectTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @TempDir
    private Path directory;

    private final Vertx vertx = Vertx.vertx();
    private final RecordCounts counts = new RecordCounts();
    private final String name = "place";

    @AfterEach
    void close() throws Exception {
        Until.done(vertx.close());
    }

    private Recorder recorder(String kind, Map<String, Object> place) {
        return object(kind, place).recorder(new JsonObject()).orElseThrow();
    }

    private RecorderObject object(String kind, Map<String, Object> place) {
        return RecorderObject.read(vertx, MapSettings.of("name", name, kind, place), counts);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private long drops() {
        return counts.of(name).drops();
    }

    @Test
    void fileHasEveryRecordInOrderWithTheSeparatorBehindIt() throws Exception {
        Path file = directory.resolve("records");
        RecorderObject object = object("file", Map.of("path", file.toString(), "sep", "|"));
        Recorder recorder = object.recorder(new JsonObject()).orElseThrow();
        IntStream.range(0, 1000).forEach(i -> recorder.record(bytes("" + i)));
        Until.done(object.flushed());
        assertThat(Files.readString(file))
                .isEqualTo(String.join(
                                "|",
                                IntStream.range(0, 1000).mapToObj(i -> "" + i).toList()) + "|");
        assertThat(counts.of(name).records()).isEqualTo(1000);
    }

    @Test
    void recordsWaitForAPlaceThatIsNotThereYet() throws Exception {
        Path file = directory.resolve("later").resolve("records");
        try (LogLines log = LogLines.record()) {
            Recorder recorder = recorder("file", Map.of("path", file.toString(), "sep", "\n"));
            recorder.record(bytes("a"));
            Until.passes(PATIENCE, () -> assertThat(log.warnings("record")).hasSize(1));
            recorder.record(bytes("b"));
            Path made = Files.createDirectory(file.getParent());
            Until.passes(PATIENCE, () -> assertThat(file).hasContent("a\nb\n"));
            assertThat(made).isDirectory();
            assertThat(log.warnings("record")).hasSize(1);
            assertThat(drops()).isZero();
        }
    }

    @Test
    void fullDiskCostsRecordsBeyondTheBoundAndNothingElse() throws Exception {
        try (LogLines log = LogLines.record()) {
            Recorder recorder = recorder("file", Map.of("path", "/dev/full"));
            for (int i = 0; i < Outlet.MAX_RECORDS + 1_000; i++) {
                recorder.record(bytes("x"));
            }
            Until.passes(PATIENCE, () -> assertThat(drops()).isBetween(1L, 1_000L));
            // One that the disk is full, one that the queue is.
            Until.passes(PATIENCE, () -> assertThat(log.warnings("record")).hasSize(2));
        }
    }

    @Test
    void largeRecordsAreBoundedInBytes() {
        Recorder recorder = recorder("tcp", Map.of("addr", "127.0.0.1:" + Ports.free()));
        byte[] large = new byte[1024 * 1024];
        for (int i = 0; i < 20; i++) {
            recorder.record(large);
        }
        assertThat(drops()).isEqualTo(20 - Outlet.MAX_BYTES / large.length);
    }

    @Test
    void tcpServerGetsAConnectionForEachRecordOnceItIsThere() throws Exception {
        int port = Ports.free();
        Recorder recorder = recorder("tcp", Map.of("addr", "127.0.0.1:" + port));
        recorder.record(bytes("a"));
        recorder.record(bytes("b"));
        try (ServerSocket server = new ServerSocket(port, 10, InetAddress.getByName("127.0.0.1"))) {
            TreeSet<String> got = new TreeSet<>();
            while (got.size() < 2) {
                try (Socket connection = server.accept()) {
                    got.add(new String(connection.getInputStream().readAllBytes(), StandardCharsets.UTF_8));
                }
            }
            assertThat(got).containsExactly("a", "b");
        }
    }

    @Test
    void httpServerThatFailsIsAskedAgainAndOneThatRefusesIsNot() throws Exception {
        try (Posted server = new Posted();
                LogLines log = LogLines.record()) {
            Recorder recorder = recorder(
                    "http",
                    Map.of(
                            "url",
                            "127.0.0.1:" + server.port() + "/in",
                            "header",
                            Map.of("X-Key", "k", "Content-Type", "text/x")));
            server.answer(503);
            recorder.record(bytes("again"));
            Until.passes(PATIENCE, () -> assertThat(server.refused()).hasSizeGreaterThanOrEqualTo(2));
            server.answer(200);
            Until.passes(PATIENCE, () -> assertThat(server.taken()).hasSize(1));
            assertThat(server.taken().get(0).body()).isEqualTo("again");
            assertThat(server.taken().get(0).path()).isEqualTo("/in");
            assertThat(server.taken().get(0).header())
                    .containsEntry("X-key", "k")
                    .containsEntry("Content-type", "text/x");
            assertThat(drops()).isZero();

            server.answer(400);
            recorder.record(bytes("wrong"));
            Until.passes(PATIENCE, () -> assertThat(drops()).isEqualTo(1));
            server.answer(200);
            recorder.record(bytes("right"));
            Until.passes(PATIENCE, () -> assertThat(server.taken()).hasSize(2));
            assertThat(server.taken().get(1).body()).isEqualTo("right");
            assertThat(log.warnings("record")).hasSize(2);
        }
    }

    @Test
    void closedOneWritesWhatComesLaterAllTheSame() throws Exception {
        try (Posted server = new Posted()) {
            RecorderObject object = object("http", Map.of("url", "http://127.0.0.1:" + server.port()));
            Recorder recorder = object.recorder(new JsonObject()).orElseThrow();
            recorder.record(bytes("a"));
            Until.done(object.flushed());
            object.close();
            recorder.record(bytes("b"));
            Until.passes(PATIENCE, () -> assertThat(server.taken()).hasSize(2));
        }
    }

    @Test
    void wrongPlacesAreProblemsWithTheirKeys() {
        assertThat(problems("redis", Map.of("addr", "h:1")))
                .singleElement()
                .asString()
                .contains("redis");
        assertThat(problems("plugin", Map.of("type", "grpc", "addr", "h:1")))
                .singleElement()
                .asString()
                .contains("plugins by grpc are not supported (expected: http)");
        assertThat(problems("http", Map.of("url", "http://")))
                .singleElement()
                .asString()
                .contains("url");
        assertThat(problems("tcp", Map.of("addr", "h:x")))
                .singleElement()
                .asString()
                .contains("addr");
    }

    private List<String> problems(String kind, Map<String, Object> place) {
        MapSettings settings = MapSettings.of("name", name, kind, place);
        assertThat(RecorderObject.read(vertx, settings, counts)).isNotNull();
        return settings.problems();
    }

    @Test
    void fileIsPutAsideWhenItIsFullAndOldOnesGo() throws IOException {
        Path file = directory.resolve("r.log");
        Rotation rotation = new Rotation(10, Duration.ZERO, 2, false, true);
        for (int i = 0; i < 5; i++) {
            Files.writeString(file, "12345678" + i);
            rotation.makeRoom(file, 5);
            assertThat(file).doesNotExist();
        }
        try (var files = Files.list(directory)) {
            assertThat(files.map(path -> path.getFileName().toString()))
                    .hasSize(2)
                    .allMatch(each -> each.matches("r-\\d{4}-\\d\\d-\\d\\dT\\d\\d-\\d\\d-\\d\\d\\.\\d{3}\\.log\\.gz"));
        }
        Files.writeString(file, "1");
        rotation.makeRoom(file, 5);
        assertThat(file).hasContent("1");
    }
}
