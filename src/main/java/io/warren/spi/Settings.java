package io.warren.spi;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * One section of the configuration, read once. Keys match in any case. A key that is missing gives the fallback; a value of the wrong form is reported
 * with its position to the run's list of problems, and gives the fallback too, so that all problems come out together. Of the alternative keys the
 * first one present counts. What was asked for is known: a key that nobody asks for is reported as unknown.
 */
public interface Settings {
    /** As in the configuration, for messages: {@code services[0].handler}. */
    String path();

    boolean has(String key);

    String text(String fallback, String key, String... aliases);

    int integer(int fallback, int min, int max, String key, String... aliases);

    boolean flag(boolean fallback, String key, String... aliases);

    /** In {@code metadata} a bare number is seconds, elsewhere nanoseconds. */
    Duration duration(Duration fallback, String key, String... aliases);

    Secret secret(String key, String... aliases);

    /** A list of texts; a single text is a list of one. */
    List<String> texts(String key, String... aliases);

    /** A map of texts, in order; empty when missing. */
    Map<String, String> map(String key, String... aliases);

    <E extends Enum<E>> E oneOf(E fallback, Class<E> type, String key, String... aliases);

    /** The section under {@code key}; an empty one when missing. */
    Settings section(String key);

    /** Whether the section itself is present. */
    boolean present();

    List<Settings> list(String key);

    /** The whole configuration, for the sections that are everybody's default: {@code tls}. */
    Settings root();

    /** What somebody has given the running process in the place of configured certificates; nobody has, where there is none to give it to. */
    default Renewed renewed() {
        return new Renewed();
    }

    /** The free {@code metadata} map of a component, in which bare durations are seconds. */
    default Settings metadata() {
        return section("metadata");
    }

    /** Reports an error at the position of {@code key}, or of the section when the key is missing. */
    void problem(String key, String message);

    /** Reports a warning likewise. */
    void warning(String key, String message);

    /** A digest that two sections share exactly when they say the same; empty for a missing section. */
    String fingerprint();

    /**
     * The secret of a key, or the content of the file that the same key with {@code File} behind it names. Both, and a file without one, are problems.
     * Waits for the disk: not on an event loop.
     */
    default Secret secretOrFile(String key) {
        Secret inline = has(key) ? secret(key) : Secret.NONE;
        String fileKey = key + "File";
        String file = text("", fileKey);
        if (file.isEmpty()) {
            return inline;
        }
        if (!inline.isEmpty()) {
            problem(fileKey, key + " and " + fileKey + " are both given (expected: one of them)");
            return inline;
        }
        try {
            String text = Files.readString(Path.of(file)).strip();
            if (text.isEmpty()) {
                problem(fileKey, "file " + file + " is empty");
            }
            return Secret.of(text);
        } catch (IOException | InvalidPathException e) {
            problem(fileKey, "file " + file + " cannot be read (" + e.getClass().getSimpleName() + ")");
            return Secret.NONE;
        }
    }

    /** User name and password of an {@code auth} section; empty when there is no user name. */
    default Optional<Credentials> credentials() {
        Settings auth = section("auth");
        String user = auth.text("", "username");
        Secret password = auth.secret("password");
        return user.isEmpty() ? Optional.empty() : Optional.of(new Credentials(user, password));
    }
}
