package io.warren.config;

import java.util.Comparator;

/**
 * Where something in the configuration was written.
 *
 * @param source a file as named by the user, or {@code -L#1}, {@code -F#2?path}, {@code env GOST_API}, {@code -api}
 * @param line from 1; 0 for a source without lines
 * @param column from 1, in characters; 0 for a source without lines
 */
public record Position(String source, int line, int column) implements Comparable<Position> {
    private static final Comparator<Position> ORDER = Comparator.comparing(Position::source)
            .thenComparingInt(Position::line)
            .thenComparingInt(Position::column);

    /** A source that has no lines. */
    public static Position of(String source) {
        return new Position(source, 0, 0);
    }

    @Override
    public int compareTo(Position other) {
        return ORDER.compare(this, other);
    }

    /** {@code file:line:column}, or the source alone. */
    @Override
    public String toString() {
        return line == 0 ? source : source + ":" + line + ":" + column;
    }
}
