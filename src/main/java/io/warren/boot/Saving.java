package io.warren.boot;

import io.warren.spi.ControlException;
import io.warren.spi.ControlException.Reason;
import java.io.IOException;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/** Writes a configuration file so that whoever reads it meanwhile gets the old or the new one, never half of it. */
final class Saving {
    private Saving() {}

    /** @return the file's name */
    static String write(String name, String text) {
        Path file;
        try {
            file = Path.of(name);
        } catch (InvalidPathException e) {
            throw ControlException.of(Reason.SAVE, "create file: " + e.getMessage());
        }
        try {
            if (Files.exists(file) && !Files.isRegularFile(file)) {
                // A pipe or a device: nothing that could be replaced.
                Files.writeString(file, text);
            } else {
                replace(Files.exists(file) ? file.toRealPath() : file.toAbsolutePath(), text);
            }
            return name;
        } catch (IOException e) {
            throw ControlException.of(Reason.SAVE, "create file: " + e);
        }
    }

    private static void replace(Path file, String text) throws IOException {
        Path fresh = Files.createTempFile(file.getParent(), "." + file.getFileName(), ".tmp");
        try {
            if (Files.exists(file)) {
                permissions(file, fresh);
            }
            Files.writeString(fresh, text);
            move(fresh, file);
        } finally {
            Files.deleteIfExists(fresh);
        }
    }

    private static void permissions(Path from, Path to) throws IOException {
        try {
            Files.setPosixFilePermissions(to, Files.getPosixFilePermissions(from));
        } catch (UnsupportedOperationException noPosix) {
            // The file system has none.
        }
    }

    private static void move(Path from, Path to) throws IOException {
        try {
            Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
        } catch (AtomicMoveNotSupportedException e) {
            Files.move(from, to, StandardCopyOption.REPLACE_EXISTING);
        }
    }
}
