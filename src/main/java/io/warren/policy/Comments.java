package io.warren.policy;

import java.util.ArrayList;
import java.util.List;

/** Where a {@code #} begins a comment in the lines of a source. */
public enum Comments {
    /** Only as the first character, since a password may contain one. */
    AT_LINE_START {
        @Override
        String content(String line) {
            return line.startsWith("#") ? "" : line;
        }
    },
    ANYWHERE {
        @Override
        String content(String line) {
            int hash = line.indexOf('#');
            return hash < 0 ? line : line.substring(0, hash);
        }
    };

    abstract String content(String line);

    /** The lines that say something, trimmed, tabs as blanks. */
    List<String> strip(String text) {
        List<String> lines = new ArrayList<>();
        text.lines()
                .map(line -> content(line.replace('\t', ' ').trim()).trim())
                .filter(line -> !line.isEmpty())
                .forEach(lines::add);
        return List.copyOf(lines);
    }
}
