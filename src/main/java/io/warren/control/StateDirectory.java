package io.warren.control;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Where this process keeps what outlives it; nobody else may read there. Without a directory nothing is kept. Waits for the disk: not on an event loop. */
public final class StateDirectory {
    private final Optional<Path> directory;

    private StateDirectory(Optional<Path> directory) {
        this.directory = directory;
    }

    /** Made when something is first written. */
    public static StateDirectory at(Path directory) {
        return new StateDirectory(Optional.of(directory));
    }

    public static StateDirectory none() {
        return new StateDirectory(Optional.empty());
    }

    /** Empty when there is no such file. */
    public Optional<String> read(String name) throws IOException {
        Optional<Path> file = directory.map(d -> d.resolve(name)).filter(Files::isRegularFile);
        return file.isEmpty() ? Optional.empty() : Optional.of(Files.readString(file.get()));
    }

    /** Replaces a file as a whole. */
    public void write(String name, String text) throws IOException {
        if (directory.isEmpty()) {
            return;
        }
        Path file = directory.get().resolve(name);
        Files.createDirectories(file.getParent());
        restrict(directory.get(), "rwx------");
        Path fresh = Files.createTempFile(file.getParent(), "." + file.getFileName(), ".tmp");
        try {
            restrict(fresh, "rw-------");
            Files.writeString(fresh, text);
            Files.move(fresh, file, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
        } finally {
            Files.deleteIfExists(fresh);
        }
    }

    void delete(String name) throws IOException {
        if (directory.isPresent()) {
            Files.deleteIfExists(directory.get().resolve(name));
        }
    }

    /** The names of the files in a folder below, in order. */
    List<String> names(String folder) throws IOException {
        Optional<Path> path = directory.map(d -> d.resolve(folder)).filter(Files::isDirectory);
        if (path.isEmpty()) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(path.get())) {
            return files.map(file -> file.getFileName().toString())
                    .filter(name -> !name.startsWith("."))
                    .sorted()
                    .toList();
        }
    }

    /** For messages. */
    @Override
    public String toString() {
        return directory.map(Path::toString).orElse("nowhere");
    }

    private static void restrict(Path path, String permissions) throws IOException {
        try {
            Files.setPosixFilePermissions(path, PosixFilePermissions.fromString(permissions));
        } catch (UnsupportedOperationException noPosix) {
            // The file system has none.
        }
    }
}
