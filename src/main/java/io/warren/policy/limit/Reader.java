package io.warren.policy.limit;

import io.vertx.core.Vertx;
import io.warren.policy.Comments;
import io.warren.policy.Source;
import io.warren.spi.Settings;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reads the limits of a section: of two for the same key the last one counts, and those of files and URLs come after those that are inline. */
final class Reader<V> {
    private static final Logger LOG = LoggerFactory.getLogger("policy");

    /** Reads what stands behind the key; says what is wrong with it. */
    interface Values<V> {
        Optional<V> read(Line line, Consumer<String> problem);
    }

    private final Values<V> values;

    Reader(Values<V> values) {
        this.values = values;
    }

    /** @param changed told of the rules that count from now on; called once before this returns, and on worker threads */
    Source<Rules<V>> read(Vertx vertx, Settings section, Consumer<Rules<V>> changed) {
        Map<Key, V> inline = new LinkedHashMap<>();
        for (String text : section.texts("limits")) {
            add(inline, text, message -> section.problem("limits", "\"" + text.trim() + "\": " + message));
        }
        Rules<V> first = new Rules<>(inline);
        changed.accept(first);
        return Source.read(vertx, section, Comments.ANYWHERE, first, true, lines -> {
            Rules<V> rules = rules(section.path(), inline, lines);
            changed.accept(rules);
            return rules;
        });
    }

    private Rules<V> rules(String path, Map<Key, V> inline, List<String> lines) {
        Map<Key, V> all = new LinkedHashMap<>(inline);
        for (String text : lines) {
            add(
                    all,
                    text,
                    message -> LOG.atWarn().addKeyValue("policy", path).log("\"{}\" left out: {}", text, message));
        }
        return new Rules<>(all);
    }

    private void add(Map<Key, V> rules, String text, Consumer<String> problem) {
        Line.of(text).ifPresent(line -> {
            Optional<Key> key = Key.parse(line.key());
            if (key.isEmpty()) {
                problem.accept("key \"" + line.key() + "\" (expected: " + Key.EXPECTED + ")");
            } else {
                values.read(line, problem).ifPresent(value -> rules.put(key.get(), value));
            }
        });
    }
}
