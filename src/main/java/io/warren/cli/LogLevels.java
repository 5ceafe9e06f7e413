package io.warren.cli;

import java.util.Iterator;
import java.util.List;

/** Words that a shell completes. */
final class LogLevels implements Iterable<String> {
    @Override
    public Iterator<String> iterator() {
        return List.of("trace", "debug", "info", "warn", "error").iterator();
    }
}
