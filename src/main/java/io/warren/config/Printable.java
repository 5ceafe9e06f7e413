package io.warren.config;

import io.warren.config.Schema.Field;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A tree as gost decodes it, ready to print: fields in gost's order, values in gost's types, empty ones left out. Maps, lists, String, Long, Double,
 * Boolean, Duration, or {@link Scalar.Nothing}.
 */
final class Printable {
    private final Format format;
    private final boolean withOurs;
    private final Problems problems;

    private Printable(Format format, boolean withOurs, Problems problems) {
        this.format = format;
        this.withOurs = withOurs;
        this.problems = problems;
    }

    /** @param withOurs whether the sections that only Warren knows are printed too */
    static Map<String, Object> of(Mapping tree, Format format, boolean withOurs, Problems problems) {
        return new Printable(format, withOurs, problems).section(Schema.ROOT, "", tree);
    }

    private Map<String, Object> section(String section, String path, Mapping mapping) {
        Map<String, Object> out = new LinkedHashMap<>();
        for (Field field : Schema.fields(section)) {
            if ((field.ours() && !withOurs) || field.type() == Schema.Type.STATUS) {
                continue;
            }
            Optional<Object> value = mapping.value(field.name())
                    .flatMap(v -> value(field, TreeSettings.join(path, field.name()), v))
                    .filter(v -> always(field) || field.always() == Schema.Always.GIVEN || !isEmpty(field, v));
            if (value.isPresent() || always(field)) {
                out.put(format == Format.YAML ? field.yaml() : field.json(), value.orElseGet(() -> zero(field)));
            }
        }
        return out;
    }

    private boolean always(Field field) {
        return field.always() == Schema.Always.BOTH || (field.always() == Schema.Always.YAML && format == Format.YAML);
    }

    private Object zero(Field field) {
        return switch (field.type()) {
            case INTEGER -> 0L;
            case FLAG -> false;
            case DURATION -> Duration.ZERO;
            case LIST, CHAINS, TEXTS -> format == Format.YAML ? List.of() : Scalar.Nothing.NULL;
            default -> "";
        };
    }

    private static boolean isEmpty(Field field, Object value) {
        if (field.type() == Schema.Type.SECTION) {
            return false;
        }
        return value.equals("")
                || value.equals(0L)
                || value.equals(false)
                || value.equals(Duration.ZERO)
                || (value instanceof List<?> list && list.isEmpty())
                || (value instanceof Map<?, ?> map && map.isEmpty());
    }

    private Optional<Object> value(Field field, String path, Node value) {
        return switch (field.type()) {
            case TEXT -> scalar(value, path, "a text").flatMap(s -> Weak.text(s, false));
            case INTEGER ->
                scalar(value, path, "a number")
                        .flatMap(s -> typed(s, path, "a number", s.text().isEmpty() ? Optional.of(0L) : whole(s)));
            case FLAG ->
                scalar(value, path, "true or false")
                        .flatMap(s -> typed(
                                s,
                                path,
                                "true or false",
                                s.text().isEmpty() ? Optional.of(false) : Weak.flag(s, false)));
            case DURATION ->
                scalar(value, path, Weak.DURATION).flatMap(s -> typed(s, path, Weak.DURATION, Weak.duration(s, false)));
            case TEXTS -> Optional.of(texts(value, path));
            case MAP -> Optional.of(map(value, path));
            case FREE -> value instanceof Mapping m ? Optional.of(free(m)) : wrong(value, path, "a map");
            case SECTION -> nested(field, path, value);
            case LIST, CHAINS -> Optional.of(list(field, path, value));
            case STATUS -> Optional.empty();
        };
    }

    private static Optional<Long> whole(Scalar scalar) {
        return scalar.value() instanceof Double d ? Optional.of(d.longValue()) : Weak.integer(scalar, false);
    }

    private Optional<Object> nested(Field field, String path, Node value) {
        return value instanceof Mapping m
                ? Optional.of(section(field.section().orElseThrow(), path, m))
                : wrong(value, path, "a map");
    }

    private List<Object> list(Field field, String path, Node value) {
        List<Object> out = new ArrayList<>();
        List<Node> items = Names.items(Optional.of(value));
        for (int i = 0; i < items.size(); i++) {
            String at = path + "[" + i + "]";
            Node item = items.get(i);
            if (item instanceof Scalar s && s.value() instanceof String && field.type() == Schema.Type.CHAINS) {
                out.add(Map.of("chain", s.text()));
            } else if (item.isNull()) {
                out.add(Scalar.Nothing.NULL);
            } else {
                nested(field, at, item).ifPresent(out::add);
            }
        }
        return out;
    }

    private List<Object> texts(Node value, String path) {
        List<Object> out = new ArrayList<>();
        for (Node item : Names.items(Optional.of(value))) {
            scalar(item, path, "a list of texts")
                    .flatMap(s -> Weak.text(s, false))
                    .ifPresent(out::add);
        }
        return out;
    }

    private Map<String, Object> map(Node value, String path) {
        Map<String, Object> out = new LinkedHashMap<>();
        if (!(value instanceof Mapping m)) {
            wrong(value, path, "a map of texts");
            return out;
        }
        for (Mapping.Entry e : m.entries()) {
            scalar(e.value(), TreeSettings.join(path, e.written()), "a text")
                    .flatMap(s -> Weak.text(s, false))
                    .ifPresent(text -> out.put(e.key(), text));
        }
        return KeyOrder.sorted(out, format);
    }

    private Object free(Node value) {
        if (value instanceof Scalar s) {
            return s.value();
        }
        if (value instanceof Sequence list) {
            return list.items().stream().map(this::free).toList();
        }
        Map<String, Object> out = new LinkedHashMap<>();
        ((Mapping) value).entries().forEach(e -> out.put(e.key(), free(e.value())));
        return KeyOrder.sorted(out, format);
    }

    private Optional<Scalar> scalar(Node value, String path, String expected) {
        return value instanceof Scalar s ? Optional.of(s) : wrong(value, path, expected);
    }

    private <T> Optional<T> typed(Scalar scalar, String path, String expected, Optional<T> value) {
        return value.isPresent() ? value : wrong(scalar, path, expected);
    }

    @com.google.errorprone.annotations.CanIgnoreReturnValue
    private <T> Optional<T> wrong(Node value, String path, String expected) {
        problems.error(value.position(), path, "expected " + expected + ", got " + value.shown());
        return Optional.empty();
    }
}
