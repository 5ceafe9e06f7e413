package io.warren.policy;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.warren.spi.Settings;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;

/** A file, read on a worker thread. */
final class FileFeed implements Feed {
    private final Vertx vertx;
    private final Path path;

    private FileFeed(Vertx vertx, Path path) {
        this.vertx = vertx;
        this.path = path;
    }

    static Optional<Feed> read(Vertx vertx, Settings section) {
        String path = section.text("", "path");
        try {
            return path.isEmpty() ? Optional.empty() : Optional.of(new FileFeed(vertx, Path.of(path)));
        } catch (InvalidPathException e) {
            section.problem("path", "\"" + path + "\" is no path of a file");
            return Optional.empty();
        }
    }

    @Override
    public Future<String> fetch() {
        return vertx.executeBlocking(this::text, false);
    }

    private String text() throws IOException {
        try (InputStream in = Files.newInputStream(path)) {
            byte[] bytes = in.readNBytes(LIMIT + 1);
            if (bytes.length > LIMIT) {
                throw new IOException("longer than " + LIMIT + " bytes");
            }
            return new String(bytes, StandardCharsets.UTF_8);
        } catch (NoSuchFileException e) {
            throw new IOException("no such file", e);
        }
    }

    @Override
    public void close() {}

    @Override
    public String toString() {
        return "file " + path;
    }
}
