package io.warren.config;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Builds a mapping that no file has: of a command line or the environment. Empty values are left out. */
final class Fields {
    private final Position position;
    private final List<Mapping.Entry> entries = new ArrayList<>();

    Fields(Position position) {
        this.position = position;
    }

    @CanIgnoreReturnValue
    Fields text(String key, String value) {
        return text(key, position, value);
    }

    @CanIgnoreReturnValue
    Fields text(String key, Position at, String value) {
        return value.isEmpty() ? this : node(key, at, new Scalar(at, value));
    }

    @CanIgnoreReturnValue
    Fields flag(String key, Position at, boolean value) {
        return value ? node(key, at, new Scalar(at, true)) : this;
    }

    @CanIgnoreReturnValue
    Fields number(String key, Position at, long value) {
        return value == 0 ? this : node(key, at, new Scalar(at, value));
    }

    @CanIgnoreReturnValue
    Fields duration(String key, Position at, Duration value) {
        return node(key, at, new Scalar(at, GoDuration.format(value)));
    }

    @CanIgnoreReturnValue
    Fields texts(String key, Position at, List<String> values) {
        return list(key, at, values.stream().map(v -> new Scalar(at, v)).toList());
    }

    @CanIgnoreReturnValue
    Fields list(String key, Position at, List<? extends Node> values) {
        return values.isEmpty() ? this : node(key, at, new Sequence(at, List.copyOf(values)));
    }

    @CanIgnoreReturnValue
    Fields section(String key, Optional<? extends Node> value) {
        value.ifPresent(v -> node(key, v.position(), v));
        return this;
    }

    /** A section that is left out when it has no keys. */
    @CanIgnoreReturnValue
    Fields section(String key, Mapping value) {
        return value.entries().isEmpty() ? this : node(key, value.position(), value);
    }

    @CanIgnoreReturnValue
    Fields node(String key, Position at, Node value) {
        entries.add(new Mapping.Entry(key, key, at, value));
        return this;
    }

    Mapping build() {
        return new Mapping(position, entries);
    }
}
