package io.warren.config;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The objects that keys of command-line URLs make, numbered over all URLs: {@code bypass=…} gives {@code bypass-0}. */
final class NamedObjects {
    private final Map<String, List<Node>> objects = new LinkedHashMap<>();

    Map<String, List<Node>> all() {
        return objects;
    }

    /** Whitelisted by a leading {@code ~}. The new object's name, or nothing when the key is missing. */
    Optional<Scalar> matchers(String kind, String key, Parameters from) {
        String value = from.text(key);
        Position at = from.at(key);
        boolean whitelist = value.startsWith("~");
        return value.isEmpty()
                ? Optional.empty()
                : add(
                        kind,
                        key,
                        at,
                        f -> f.flag("whitelist", at, whitelist)
                                .texts("matchers", at, words(whitelist ? value.substring(1) : value)));
    }

    Optional<Scalar> resolver(Parameters from, String prefer) {
        String value = from.text("resolver");
        Position at = from.at("resolver");
        return value.isEmpty()
                ? Optional.empty()
                : add(
                        "resolvers",
                        "resolver",
                        at,
                        f -> f.list(
                                "nameservers",
                                at,
                                words(value).stream()
                                        .map(addr -> new Fields(at)
                                                .text("addr", addr)
                                                .text("prefer", prefer)
                                                .build())
                                        .toList()));
    }

    Optional<Scalar> hosts(Parameters from) {
        String value = from.text("hosts");
        Position at = from.at("hosts");
        return value.isEmpty()
                ? Optional.empty()
                : add(
                        "hosts",
                        "hosts",
                        at,
                        f -> f.list(
                                "mappings",
                                at,
                                words(value).stream()
                                        .filter(w -> w.contains(":"))
                                        .map(w -> new Fields(at)
                                                .node("ip", at, new Scalar(at, w.substring(w.indexOf(':') + 1)))
                                                .node("hostname", at, new Scalar(at, w.substring(0, w.indexOf(':'))))
                                                .build())
                                        .toList()));
    }

    Scalar limits(String kind, String name, Position at, List<String> lines) {
        return add(kind, name, at, f -> f.texts("limits", at, lines)).orElseThrow();
    }

    private Optional<Scalar> add(
            String kind, String name, Position at, java.util.function.UnaryOperator<Fields> content) {
        List<Node> list = objects.computeIfAbsent(kind, k -> new ArrayList<>());
        Scalar named = new Scalar(at, name + "-" + list.size());
        list.add(content.apply(new Fields(at).node("name", at, named)).build());
        return Optional.of(named);
    }

    private static List<String> words(String list) {
        return Arrays.stream(list.split(",", -1)).filter(w -> !w.isEmpty()).toList();
    }
}
