package io.warren.config;

import io.warren.spi.Renewed;
import io.warren.spi.Secret;
import io.warren.spi.Settings;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** A mapping of the tree, read with gost's weak typing: in {@code metadata} as its getters do, elsewhere as its decoder does. */
final class TreeSettings implements Settings {
    private static final Duration SHORTEST = Duration.ofMillis(1);

    private final Ledger ledger;
    private final String path;
    private final Mapping mapping;
    private final boolean present;
    private final boolean metadata;
    private final Mapping tree;

    private TreeSettings(Ledger ledger, String path, Mapping mapping, boolean present, boolean metadata, Mapping tree) {
        this.tree = tree;
        this.ledger = ledger;
        this.path = path;
        this.mapping = mapping;
        this.present = present;
        this.metadata = metadata;
    }

    static TreeSettings root(Ledger ledger, Mapping tree) {
        return new TreeSettings(ledger, "", tree, true, false, tree);
    }

    @Override
    public String path() {
        return path;
    }

    @Override
    public Settings root() {
        return root(ledger, tree);
    }

    @Override
    public Renewed renewed() {
        return ledger.renewed();
    }

    @Override
    public boolean present() {
        return present;
    }

    @Override
    public String fingerprint() {
        return present ? Fingerprint.of(mapping) : "";
    }

    @Override
    public boolean has(String key) {
        return find(key).isPresent();
    }

    @Override
    public String text(String fallback, String key, String... aliases) {
        return first(key, aliases)
                .flatMap(f -> scalar(f).flatMap(s -> or(f, Weak.text(s, metadata), "a text")))
                .orElse(fallback);
    }

    @Override
    public Secret secret(String key, String... aliases) {
        return Secret.of(first(key, aliases)
                .flatMap(f -> {
                    Optional<String> text = f.value() instanceof Scalar s ? Weak.text(s, metadata) : Optional.empty();
                    if (text.isEmpty()) {
                        error(f, "expected a text");
                    }
                    return text;
                })
                .orElse(""));
    }

    @Override
    public int integer(int fallback, int min, int max, String key, String... aliases) {
        String expected = min == Integer.MIN_VALUE && max == Integer.MAX_VALUE
                ? "a whole number"
                : "a whole number from " + min + (max == Integer.MAX_VALUE ? "" : " to " + max);
        return first(key, aliases)
                .flatMap(f -> scalar(f, expected).flatMap(s -> {
                    Optional<Long> number = Weak.integer(s, metadata);
                    // In gost a zero is a number that nobody has set.
                    if (number.isPresent() && number.get() == 0 && min > 0) {
                        return Optional.of(fallback);
                    }
                    return or(f, number.filter(n -> n >= min && n <= max).map(Long::intValue), expected);
                }))
                .orElse(fallback);
    }

    @Override
    public boolean flag(boolean fallback, String key, String... aliases) {
        return first(key, aliases)
                .flatMap(f -> scalar(f, "true or false").flatMap(s -> or(f, Weak.flag(s, metadata), "true or false")))
                .orElse(fallback);
    }

    @Override
    public Duration duration(Duration fallback, String key, String... aliases) {
        return first(key, aliases)
                .flatMap(f -> scalar(f, Weak.DURATION)
                        .flatMap(s -> or(f, Weak.duration(s, metadata), Weak.DURATION))
                        .map(d -> noticed(f, d)))
                .orElse(fallback);
    }

    private Duration noticed(Found found, Duration duration) {
        if (!metadata && duration.compareTo(Duration.ZERO) > 0 && duration.compareTo(SHORTEST) < 0) {
            String bare = found.value() instanceof Scalar s && s.value() instanceof String
                    ? ""
                    : ": a bare number is nanoseconds";
            ledger.problems().warning(found.value().position(), found.path(), GoDuration.format(duration) + bare);
        }
        return duration;
    }

    @Override
    public List<String> texts(String key, String... aliases) {
        return first(key, aliases).map(f -> texts(f, f.value())).orElse(List.of());
    }

    private List<String> texts(Found found, Node value) {
        List<Node> items = value instanceof Sequence list ? list.items() : List.of(value);
        List<String> texts = new ArrayList<>();
        for (Node item : items) {
            Optional<String> text = item instanceof Scalar s && !s.isNull() ? Weak.text(s, metadata) : Optional.empty();
            if (text.isPresent()) {
                texts.add(text.get());
            } else if (!item.isNull()) {
                ledger.problems().error(item.position(), found.path(), "expected a list of texts, got " + item.shown());
            }
        }
        return List.copyOf(texts);
    }

    @Override
    public Map<String, String> map(String key, String... aliases) {
        Map<String, String> texts = new LinkedHashMap<>();
        first(key, aliases).ifPresent(f -> {
            if (!(f.value() instanceof Mapping values)) {
                error(f, "expected a map of texts, got " + f.value().shown());
                return;
            }
            for (Mapping.Entry e : values.entries()) {
                Optional<String> text = e.value() instanceof Scalar s ? Weak.text(s, metadata) : Optional.empty();
                if (text.isPresent()) {
                    texts.put(e.written(), text.get());
                } else {
                    ledger.problems()
                            .error(
                                    e.value().position(),
                                    f.path() + "." + e.written(),
                                    "expected a text, got " + e.value().shown());
                }
            }
        });
        return texts;
    }

    @Override
    public <E extends Enum<E>> E oneOf(E fallback, Class<E> type, String key, String... aliases) {
        String written = text("", key, aliases);
        if (written.isEmpty()) {
            return fallback;
        }
        List<String> known =
                Arrays.stream(type.getEnumConstants()).map(TreeSettings::name).toList();
        for (E one : type.getEnumConstants()) {
            if (name(one).equalsIgnoreCase(written) || one.toString().equalsIgnoreCase(written)) {
                return one;
            }
        }
        first(key, aliases)
                .ifPresent(f -> error(
                        f,
                        "expected one of " + String.join(", ", known) + ", got \"" + written + "\""
                                + Suggestion.of(written, known)));
        return fallback;
    }

    private static String name(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    @Override
    public Settings section(String key) {
        String at = join(path, key);
        boolean free = metadata || key.equals("metadata");
        Optional<Found> found = first(key);
        if (found.isPresent() && found.get().value() instanceof Mapping m) {
            return new TreeSettings(ledger, at, m, true, free, tree);
        }
        found.ifPresent(f -> error(f, "expected a map, got " + f.value().shown()));
        return new TreeSettings(
                ledger, at, Mapping.empty(found.map(Found::keyAt).orElse(mapping.position())), false, free, tree);
    }

    @Override
    public List<Settings> list(String key) {
        Optional<Found> found = first(key);
        if (found.isEmpty()) {
            return List.of();
        }
        Node value = found.get().value();
        List<Node> items = value instanceof Sequence list ? list.items() : List.of(value);
        List<Settings> sections = new ArrayList<>();
        for (int i = 0; i < items.size(); i++) {
            String at = found.get().path() + "[" + i + "]";
            Node item = items.get(i);
            if (item instanceof Mapping m) {
                sections.add(new TreeSettings(ledger, at, m, true, metadata, tree));
            } else if (item instanceof Scalar s && s.value() instanceof String && isChainNames(key)) {
                Mapping entry = Mapping.empty(s.position()).with("chain", s.position(), s);
                sections.add(new TreeSettings(ledger, at, entry, true, metadata, tree));
            } else if (!item.isNull()) {
                ledger.problems().error(item.position(), at, "expected a map, got " + item.shown());
            }
        }
        return List.copyOf(sections);
    }

    /** Whether the items may be names of chains: the one list that gost takes so. */
    private boolean isChainNames(String key) {
        return key.equals("chains") && path.endsWith(".chainGroup");
    }

    @Override
    public void problem(String key, String message) {
        ledger.problems().error(positionOf(key), join(path, key), message);
    }

    @Override
    public void warning(String key, String message) {
        ledger.problems().warning(positionOf(key), join(path, key), message);
    }

    private Position positionOf(String key) {
        return mapping.entry(key)
                .map(e -> e.value() instanceof Scalar s && !s.isNull() ? s.position() : e.position())
                .orElse(mapping.position());
    }

    private record Found(String path, Position keyAt, Node value) {}

    private Optional<Found> first(String key, String... aliases) {
        return Stream.concat(Stream.of(key), Arrays.stream(aliases))
                .map(this::find)
                .reduce(Optional.empty(), (a, b) -> a.isPresent() ? a : b);
    }

    private Optional<Found> find(String key) {
        ledger.asked(path, key);
        Optional<Mapping.Entry> entry = mapping.entry(key);
        entry.ifPresent(e -> ledger.found(e.position()));
        return entry.filter(e -> !e.value().isNull()).map(e -> new Found(join(path, key), e.position(), e.value()));
    }

    private Optional<Scalar> scalar(Found found) {
        return scalar(found, "a text");
    }

    private Optional<Scalar> scalar(Found found, String expected) {
        if (found.value() instanceof Scalar s) {
            // An empty text is a value that nobody has set, except for a text.
            return s.value().equals("") && !expected.equals("a text") ? Optional.empty() : Optional.of(s);
        }
        error(found, "expected " + expected + ", got " + found.value().shown());
        return Optional.empty();
    }

    private <T> Optional<T> or(Found found, Optional<T> value, String expected) {
        if (value.isEmpty()) {
            error(found, "expected " + expected + ", got " + found.value().shown());
        }
        return value;
    }

    private void error(Found found, String message) {
        Position at = found.value() instanceof Scalar s ? s.position() : found.keyAt();
        ledger.problems().error(at, found.path(), message);
    }

    static String join(String path, String key) {
        return path.isEmpty() ? key : key.isEmpty() ? path : path + "." + key;
    }
}
