package io.warren.policy.record;

import io.warren.spi.Settings;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;

/**
 * When a file is put aside and a new one begun, and how long the old ones stay. The names of old ones are those that gost gives:
 * {@code name-2006-01-02T15-04-05.000.ext}, with {@code .gz} behind it when compressed.
 *
 * @param maxBytes of a file
 * @param maxAge of an old one; zero = for ever
 * @param maxBackups how many old ones stay; 0 = all
 * @param localTime whether names are in local time rather than UTC
 * @param compress whether old ones are compressed
 */
record Rotation(long maxBytes, Duration maxAge, int maxBackups, boolean localTime, boolean compress) {
    private static final long MEGABYTE = 1024L * 1024;
    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH-mm-ss.SSS");
    private static final String TIME_PATTERN = "\\d{4}-\\d\\d-\\d\\dT\\d\\d-\\d\\d-\\d\\d\\.\\d{3}";

    /** @return empty without the section */
    static Optional<Rotation> read(Settings section) {
        int size = section.integer(100, 0, Integer.MAX_VALUE, "maxSize");
        Rotation rotation = new Rotation(
                (size == 0 ? 100 : size) * MEGABYTE,
                Duration.ofDays(section.integer(0, 0, 36_500, "maxAge")),
                section.integer(0, 0, Integer.MAX_VALUE, "maxBackups"),
                section.flag(false, "localTime"),
                section.flag(false, "compress"));
        return section.present() ? Optional.of(rotation) : Optional.empty();
    }

    /** Puts {@code file} aside when {@code more} bytes do not fit in it any more. */
    void makeRoom(Path file, long more) throws IOException {
        long size;
        try {
            size = Files.size(file);
        } catch (NoSuchFileException none) {
            return;
        }
        if (size > 0 && size + more > maxBytes) {
            Path old = putAside(file);
            if (compress) {
                compressed(old);
            }
            clean(file);
        }
    }

    private Path putAside(Path file) throws IOException {
        Instant time = Instant.now();
        while (true) {
            Path old = file.resolveSibling(stem(file) + "-"
                    + TIME.withZone(localTime ? ZoneId.systemDefault() : ZoneOffset.UTC)
                            .format(time) + extension(file));
            try {
                // A file of that millisecond is not to be replaced.
                if (Files.exists(old.resolveSibling(old.getFileName() + ".gz"))) {
                    throw new FileAlreadyExistsException(old.toString());
                }
                return Files.move(file, old);
            } catch (FileAlreadyExistsException taken) {
                time = time.plusMillis(1);
            }
        }
    }

    private static void compressed(Path old) throws IOException {
        Path target = old.resolveSibling(old.getFileName() + ".gz");
        try (InputStream in = Files.newInputStream(old);
                OutputStream out = new GZIPOutputStream(Files.newOutputStream(target))) {
            long copied = in.transferTo(out);
            assert copied >= 0;
        }
        Files.delete(old);
    }

    private void clean(Path file) throws IOException {
        Pattern name = Pattern.compile(
                Pattern.quote(stem(file) + "-") + TIME_PATTERN + Pattern.quote(extension(file)) + "(\\.gz)?");
        List<Path> old;
        try (Stream<Path> siblings = Files.list(file.toAbsolutePath().getParent())) {
            old = siblings.filter(
                            path -> name.matcher(path.getFileName().toString()).matches())
                    .sorted(Comparator.comparing(path -> path.getFileName().toString(), Comparator.reverseOrder()))
                    .toList();
        }
        Instant oldest = maxAge.isZero() ? Instant.MIN : Instant.now().minus(maxAge);
        for (int i = 0; i < old.size(); i++) {
            boolean tooMany = maxBackups > 0 && i >= maxBackups;
            if (tooMany || Files.getLastModifiedTime(old.get(i)).toInstant().isBefore(oldest)) {
                Files.delete(old.get(i));
            }
        }
    }

    private static String stem(Path file) {
        String name = file.getFileName().toString();
        int dot = name.lastIndexOf('.');
        return dot < 0 ? name : name.substring(0, dot);
    }

    private static String extension(Path file) {
        String name = file.getFileName().toString();
        int dot = name.lastIndexOf('.');
        return dot < 0 ? "" : name.substring(dot);
    }
}
