package io.warren.spi;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Certificates that somebody has given a running process, each in the place of what a configured file holds, until that file is written anew. Any thread;
 * looks at files, so not on an event loop.
 */
public final class Renewed {
    private final Map<String, Pair> byFile = new ConcurrentHashMap<>();

    /**
     * A certificate and its key.
     *
     * @param chain PEM, the certificate itself first
     * @param key PEM, PKCS 8
     */
    public record Pair(String chain, Secret key, Instant since) {}

    /** @param certFile as the configuration names it */
    public void put(String certFile, Pair pair) {
        byFile.put(certFile, pair);
    }

    /** What counts in the place of a file; empty when the file itself does. */
    public Optional<Pair> of(String certFile) {
        return Optional.ofNullable(byFile.get(certFile)).filter(pair -> !isNewer(certFile, pair.since()));
    }

    private static boolean isNewer(String file, Instant than) {
        try {
            return Files.getLastModifiedTime(Path.of(file)).toInstant().isAfter(than);
        } catch (IOException | InvalidPathException e) {
            return false;
        }
    }
}
