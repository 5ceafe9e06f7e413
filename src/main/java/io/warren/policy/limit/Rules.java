package io.warren.policy.limit;

import io.warren.net.Address;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;

/** What counts for whom. Immutable. */
final class Rules<V> {
    /** One of them. */
    record Rule<V>(Key key, V value) {}

    private final Map<Key, Rule<V>> byKey;
    /** The lengths that prefixes have, longest first, by length of address. */
    private final List<Integer> v4;

    private final List<Integer> v6;

    Rules(Map<Key, V> values) {
        Map<Key, Rule<V>> rules = new LinkedHashMap<>();
        values.forEach((key, value) -> rules.put(key, new Rule<>(key, value)));
        byKey = Map.copyOf(rules);
        v4 = lengths(4);
        v6 = lengths(16);
    }

    private List<Integer> lengths(int length) {
        TreeSet<Integer> bits = new TreeSet<>(Collections.reverseOrder());
        byKey.keySet().stream()
                .filter(key -> key.isBlock() && key.length() == length)
                .forEach(key -> bits.add(key.bits()));
        return new ArrayList<>(bits);
    }

    Map<Key, Rule<V>> all() {
        return byKey;
    }

    /** That of {@code $}. */
    Optional<Rule<V>> ofAll() {
        return Optional.ofNullable(byKey.get(Key.ALL));
    }

    /** That of {@code $$}. */
    Optional<Rule<V>> ofEach() {
        return Optional.ofNullable(byKey.get(Key.EACH));
    }

    /** That of the smallest block that the client is in. */
    Optional<Rule<V>> ofBlock(Address client) {
        if (!client.isIp() || (v4.isEmpty() && v6.isEmpty())) {
            return Optional.empty();
        }
        for (int bits : client.ip().getAddress().length == 4 ? v4 : v6) {
            Rule<V> rule = byKey.get(Key.of(client, bits));
            if (rule != null) {
                return Optional.of(rule);
            }
        }
        return Optional.empty();
    }
}
