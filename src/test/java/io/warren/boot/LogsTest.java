package io.warren.boot;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.util.LogbackMDCAdapter;
import io.warren.fixture.Until;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LogsTest {
    private final LoggerContext context = new LoggerContext();
    private final Logger log = context.getLogger("a.b.room");

    @TempDir
    private Path directory;

    @BeforeEach
    void toAFile() {
        context.setMDCAdapter(new LogbackMDCAdapter());
        Logs.write(context.getLogger(Logger.ROOT_LOGGER_NAME), Level.INFO, "text", file().toString());
    }

    @AfterEach
    void close() {
        context.stop();
    }

    private Path file() {
        return directory.resolve("log");
    }

    /** The lines without their times. */
    private List<String> lines() throws IOException {
        return Files.readAllLines(file()).stream()
                .map(line -> line.startsWith("2") ? line.substring(line.indexOf(' ') + 1) : line)
                .toList();
    }

    @Test
    void whatIsSaidIsOneLine() throws Exception {
        log.atInfo().addKeyValue("client", "10.0.0.1:5").log("refused");
        log.debug("not said");
        assertThat(lines()).containsExactly("INFO  room     refused client=10.0.0.1:5");
    }

    @Test
    void aWarningNamesItsCauseWithoutAStackTrace() throws Exception {
        log.warn("not reached", new IOException("connection refused", new IllegalStateException("deeper")));
        log.atWarn().addKeyValue("member", "m-1").setCause(new IOException()).log("not reached");
        assertThat(lines())
                .containsExactly(
                        "WARN  room     not reached (IOException: connection refused)",
                        "WARN  room     not reached member=m-1 (IOException)");
    }

    @Test
    void anErrorHasItsStackTrace() throws Exception {
        log.error("a fault", new IllegalStateException("never"));
        assertThat(lines()).startsWith("ERROR room     a fault ", "java.lang.IllegalStateException: never");
        assertThat(lines().get(2)).startsWith("\tat io.warren.boot.LogsTest");
        assertThat(lines()).last().asString().isNotBlank();
    }

    @Test
    void fileOnAFullDiskTakesLinesAgainOnceThereIsRoomAndSaysHowManyAreLost() throws Exception {
        Assumptions.assumeTrue(Files.exists(Path.of("/dev/full")), "no /dev/full here");
        Path link = Files.createSymbolicLink(directory.resolve("link"), Path.of("/dev/full"));
        Logs.write(context.getLogger(Logger.ROOT_LOGGER_NAME), Level.INFO, "text", link.toString());
        for (int i = 0; i < 7; i++) {
            log.info("lost");
        }
        Files.delete(link);
        Path file = Files.createSymbolicLink(link, directory.resolve("room"));
        Until.passes(Duration.ofSeconds(30), () -> {
            log.info("is there room?");
            assertThat(file).exists();
        });
        log.info("yes");
        List<String> lines = Files.readAllLines(file);
        assertThat(lines.get(0))
                .matches("\\S+ WARN +log +([7-9]|\\d{2,}) lines before this one could not be written ?");
        assertThat(lines.get(1)).contains("is there room?");
        assertThat(lines).last().asString().contains("yes");
    }
}
