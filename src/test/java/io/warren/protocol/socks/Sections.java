package io.warren.protocol.socks;

import io.warren.spi.Secret;
import io.warren.spi.Settings;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;

/** A component's section as a map of texts, {@code auth.username} and the like; its metadata is the same map. */
final class Sections implements Settings {
    final List<String> problems;
    private final Map<String, String> values;
    private final String prefix;

    private Sections(Map<String, String> values, String prefix, List<String> problems) {
        this.values = values;
        this.prefix = prefix;
        this.problems = problems;
    }

    /** Keys and values in turn. */
    static Sections of(String... keysAndValues) {
        Map<String, String> values = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        for (int i = 0; i < keysAndValues.length; i += 2) {
            values.put(keysAndValues[i], keysAndValues[i + 1]);
        }
        return new Sections(values, "", new ArrayList<>());
    }

    private <T> T first(T fallback, Function<String, T> as, String key, String... aliases) {
        List<String> keys = new ArrayList<>(List.of(key));
        keys.addAll(List.of(aliases));
        return keys.stream()
                .filter(this::has)
                .findFirst()
                .map(k -> as.apply(values.get(prefix + k)))
                .orElse(fallback);
    }

    @Override
    public String path() {
        return "section";
    }

    @Override
    public boolean has(String key) {
        return values.containsKey(prefix + key);
    }

    @Override
    public String text(String fallback, String key, String... aliases) {
        return first(fallback, text -> text, key, aliases);
    }

    @Override
    public int integer(int fallback, int min, int max, String key, String... aliases) {
        return first(fallback, Integer::valueOf, key, aliases);
    }

    @Override
    public boolean flag(boolean fallback, String key, String... aliases) {
        return first(fallback, Boolean::valueOf, key, aliases);
    }

    @Override
    public Duration duration(Duration fallback, String key, String... aliases) {
        return first(fallback, text -> Duration.parse("PT" + text), key, aliases);
    }

    @Override
    public Secret secret(String key, String... aliases) {
        return Secret.of(text("", key, aliases));
    }

    @Override
    public List<String> texts(String key, String... aliases) {
        return first(List.of(), List::of, key, aliases);
    }

    @Override
    public Map<String, String> map(String key, String... aliases) {
        return Map.of();
    }

    @Override
    public <E extends Enum<E>> E oneOf(E fallback, Class<E> type, String key, String... aliases) {
        return first(fallback, text -> Enum.valueOf(type, text.toUpperCase(Locale.ROOT)), key, aliases);
    }

    @Override
    public Settings section(String key) {
        return new Sections(values, key.equals("metadata") ? prefix : prefix + key + ".", problems);
    }

    @Override
    public boolean present() {
        return values.keySet().stream().anyMatch(key -> key.startsWith(prefix));
    }

    @Override
    public List<Settings> list(String key) {
        return List.of();
    }

    @Override
    public void problem(String key, String message) {
        problems.add(key + ": " + message);
    }

    @Override
    public void warning(String key, String message) {
        problems.add("warning: " + key + ": " + message);
    }

    @Override
    public String fingerprint() {
        return values.toString();
    }

    @Override
    public Settings root() {
        return this;
    }
}
