package io.warren.config;

import io.warren.spi.Renewed;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;

/** What one run has noted: its problems, and which keys were asked for. Any thread. */
final class Ledger {
    private final Problems problems = new Problems();
    private final Set<Position> asked = ConcurrentHashMap.newKeySet();
    private final Map<String, Set<String>> askedNames = new ConcurrentHashMap<>();

    private volatile Renewed renewed = new Renewed();

    Renewed renewed() {
        return renewed;
    }

    void renewed(Renewed by) {
        renewed = by;
    }

    Problems problems() {
        return problems;
    }

    void asked(String section, String key) {
        askedNames.computeIfAbsent(section, s -> ConcurrentHashMap.newKeySet()).add(key);
    }

    void found(Position key) {
        asked.add(key);
    }

    boolean wasAsked(Position key) {
        return asked.contains(key);
    }

    boolean wasAsked(String section, String key) {
        return askedNames.getOrDefault(section, Set.of()).stream()
                .anyMatch(k -> k.toLowerCase(Locale.ROOT).equals(key.toLowerCase(Locale.ROOT)));
    }

    /** The keys that were asked for in a section, whether they are there or not. */
    Set<String> names(String section) {
        return new TreeSet<>(askedNames.getOrDefault(section, Set.of()));
    }
}
