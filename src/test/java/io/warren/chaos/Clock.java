package io.warren.chaos;

import io.warren.fixture.Program;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** The wall clock of a process, which can be set: a library before the system's adds a number that is in a file. */
final class Clock {
    private final Path library;
    private final Path offset;

    private Clock(Path library, Path offset) {
        this.library = library;
        this.offset = offset;
    }

    /** Empty: there is no C compiler here. */
    static Optional<Clock> in(Path directory) throws Exception {
        Path source = Path.of(Clock.class.getResource("/chaos/clock.c").toURI());
        Path library = directory.resolve("clock.so");
        List<String> compiler = List.of("cc", "-shared", "-fPIC", "-O1", "-o", library.toString(), source.toString());
        try (Program cc = Program.start(Optional.empty(), directory, compiler)) {
            if (cc.exitCode() != 0) {
                return Optional.empty();
            }
        } catch (IOException e) {
            return Optional.empty();
        }
        Clock clock = new Clock(library, directory.resolve("clock.offset"));
        clock.set(Duration.ZERO);
        return Optional.of(clock);
    }

    /** Runs the command that follows it. */
    List<String> command() {
        return List.of("env", "LD_PRELOAD=" + library, "CLOCK_OFFSET=" + offset);
    }

    void set(Duration ahead) throws IOException {
        ByteBuffer seconds = ByteBuffer.allocate(Long.BYTES).order(ByteOrder.nativeOrder());
        seconds.putLong(ahead.toSeconds()).flip();
        if (!Files.exists(offset)) {
            Files.write(offset, seconds.array());
            return;
        }
        // In place: it is mapped.
        try (FileChannel file = FileChannel.open(offset, StandardOpenOption.WRITE)) {
            int written = file.write(seconds, 0);
            assert written == Long.BYTES;
        }
    }
}
