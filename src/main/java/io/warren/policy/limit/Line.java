package io.warren.policy.limit;

import java.util.List;
import java.util.Optional;

/** One limit as it is written: {@code KEY VALUE…}, blanks or tabs in between, {@code #} before a comment. */
record Line(String key, List<String> values) {
    /** All of a service together. */
    static final String ALL = "$";
    /** Each one that no other key names. */
    static final String EACH = "$$";

    /** @return empty for a blank line */
    static Optional<Line> of(String text) {
        int comment = text.indexOf('#');
        List<String> words =
                List.of((comment < 0 ? text : text.substring(0, comment)).trim().split("\\s+", -1));
        return words.get(0).isEmpty()
                ? Optional.empty()
                : Optional.of(new Line(words.get(0), words.subList(1, words.size())));
    }

    Optional<String> value(int index) {
        return index < values.size() ? Optional.of(values.get(index)) : Optional.empty();
    }
}
