package io.warren.config;

import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** The query of a command-line URL: looked up in any case, removed in its exact spelling only, as gost does. */
final class Parameters {
    private final String source;
    private final Map<String, Node> values = new LinkedHashMap<>();

    Parameters(String source, Map<String, String> query) {
        this.source = source;
        query.forEach((key, value) -> values.put(key, new Scalar(Position.of(source + "?" + key), value)));
    }

    private Parameters(String source) {
        this.source = source;
    }

    Parameters copy() {
        Parameters copy = new Parameters(source);
        copy.values.putAll(values);
        return copy;
    }

    /** Where the value that {@link #text} gives was written. */
    Position at(String... keys) {
        return first(keys).map(Node::position).orElse(Position.of(source));
    }

    String text(String... keys) {
        return scalar(keys).map(Scalar::text).orElse("");
    }

    long integer(String... keys) {
        return scalar(keys).flatMap(s -> Weak.integer(s, true)).orElse(0L);
    }

    double decimal(String... keys) {
        return scalar(keys).flatMap(s -> GoNumbers.parseFloat(s.text())).orElse(0.0);
    }

    boolean flag(String... keys) {
        return scalar(keys).flatMap(s -> Weak.flag(s, true)).orElse(false);
    }

    Duration duration(String... keys) {
        return scalar(keys).flatMap(s -> Weak.duration(s, true)).orElse(Duration.ZERO);
    }

    private Optional<Scalar> scalar(String... keys) {
        return first(keys).filter(n -> n instanceof Scalar).map(n -> (Scalar) n);
    }

    private Optional<Node> first(String... keys) {
        return Arrays.stream(keys)
                .flatMap(key -> values.entrySet().stream()
                        .filter(e -> e.getKey().equalsIgnoreCase(key))
                        .map(Map.Entry::getValue)
                        .limit(1))
                .findFirst();
    }

    void put(String key, Node value) {
        values.put(key, value);
    }

    void remove(String... keys) {
        values.keySet().removeAll(List.of(keys));
    }

    /** Moves a value that is there and not empty to another key. */
    void moveText(String key, String to) {
        if (!text(key).isEmpty()) {
            put(to, new Scalar(at(key), text(key)));
            remove(key);
        }
    }

    /** Moves a value that is a positive number to another key. */
    void moveNumber(String key, String to) {
        if (integer(key) > 0) {
            put(to, new Scalar(at(key), integer(key)));
            remove(key);
        }
    }

    /** What belongs to one of several scopes: the keys with its prefix, without it, and those with no scope's prefix. */
    Parameters scope(String own, List<String> others) {
        Parameters scoped = new Parameters(source);
        values.forEach((key, value) -> {
            if (key.startsWith(own)) {
                scoped.values.put(key.substring(own.length()), value);
            } else if (others.stream().noneMatch(key::startsWith)) {
                scoped.values.put(key, value);
            }
        });
        return scoped;
    }

    void removeScope(String prefix) {
        values.keySet()
                .removeAll(values.keySet().stream()
                        .filter(k -> k.startsWith(prefix))
                        .collect(Collectors.toSet()));
    }

    Mapping metadata() {
        Fields fields = new Fields(Position.of(source));
        values.forEach((key, value) -> fields.node(key, value.position(), value));
        return fields.build();
    }
}
