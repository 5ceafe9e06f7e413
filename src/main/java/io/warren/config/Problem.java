package io.warren.config;

import java.util.Comparator;

/**
 * Something wrong with the configuration.
 *
 * @param path of the key, {@code services[0].handler.auther}; empty when it concerns the source as a whole
 * @param message lower case, without a full stop
 */
public record Problem(Position position, String path, String message, Severity severity)
        implements Comparable<Problem> {
    /** Whether the configuration can be used all the same. */
    public enum Severity {
        ERROR,
        WARNING
    }

    private static final Comparator<Problem> ORDER =
            Comparator.comparing(Problem::position).thenComparing(Problem::path).thenComparing(Problem::message);

    @Override
    public int compareTo(Problem other) {
        return ORDER.compare(this, other);
    }

    /** {@code file:line:column: path: message}; a warning has {@code warning: } after the position. */
    @Override
    public String toString() {
        String mark = severity == Severity.WARNING ? "warning: " : "";
        return position + ": " + mark + (path.isEmpty() ? "" : path + ": ") + message;
    }
}
