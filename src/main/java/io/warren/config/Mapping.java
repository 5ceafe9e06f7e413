package io.warren.config;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Keys and values in the order in which they were written; keys compare in any case. */
public record Mapping(Position position, List<Entry> entries) implements Node {
    /**
     * @param key as gost keeps and prints it: lower case when it came from a file
     * @param written as the user wrote it
     * @param position of the key
     */
    public record Entry(String key, String written, Position position, Node value) {}

    public Mapping {
        entries = List.copyOf(entries);
    }

    public static Mapping empty(Position position) {
        return new Mapping(position, List.of());
    }

    public Optional<Entry> entry(String key) {
        return entries.stream().filter(e -> e.key().equalsIgnoreCase(key)).findFirst();
    }

    /** The value under {@code key}, unless it is missing or null. */
    public Optional<Node> value(String key) {
        return entry(key).map(Entry::value).filter(v -> !v.isNull());
    }

    /** The same with {@code value} under {@code key}, in place of what was there. */
    public Mapping with(String key, Position at, Node value) {
        List<Entry> all = new ArrayList<>(entries);
        Entry entry = new Entry(key, key, at, value);
        for (int i = 0; i < all.size(); i++) {
            if (all.get(i).key().equalsIgnoreCase(key)) {
                all.set(i, entry);
                return new Mapping(position, all);
            }
        }
        all.add(entry);
        return new Mapping(position, all);
    }

    public Mapping without(String key) {
        return new Mapping(
                position,
                entries.stream().filter(e -> !e.key().equalsIgnoreCase(key)).toList());
    }

    @Override
    public String shown() {
        return "a map";
    }
}
