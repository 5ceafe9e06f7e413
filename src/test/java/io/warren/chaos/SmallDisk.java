package io.warren.chaos;

import io.warren.fixture.Command;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** A file system of its own that is soon full. */
final class SmallDisk implements AutoCloseable {
    private final Path directory;

    private SmallDisk(Path directory) {
        this.directory = directory;
    }

    /** Empty: nobody may mount here. */
    static Optional<SmallDisk> at(Path directory) throws Exception {
        Files.createDirectories(directory);
        Command mount = Command.run("mount", "-t", "tmpfs", "-o", "size=64m", "tmpfs", directory.toString());
        return mount.said().isEmpty() ? Optional.of(new SmallDisk(directory)) : Optional.empty();
    }

    Path file(String name) {
        return directory.resolve(name);
    }

    /** Nothing more can be written. */
    void fill() throws IOException {
        try (OutputStream all = Files.newOutputStream(file("ballast"))) {
            byte[] block = new byte[4096];
            while (true) {
                all.write(block);
            }
        } catch (IOException full) {
            // That is what was wanted.
        }
    }

    void free() throws IOException {
        Files.delete(file("ballast"));
    }

    @Override
    public void close() {
        try {
            Command.run("umount", "-l", directory.toString());
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }
}
