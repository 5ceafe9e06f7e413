package io.warren.config;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The named objects of a configuration: which there are, which are there twice, and which are referred to but missing. */
final class Names {
    private final Map<String, Map<String, Position>> kinds = new LinkedHashMap<>();
    private final Mapping tree;
    private final Problems problems;
    private final boolean lenient;

    Names(Mapping tree, Problems problems, boolean lenient) {
        this.tree = tree;
        this.problems = problems;
        this.lenient = lenient;
        Schema.kinds().forEach(kind -> kinds.put(kind.name(), names(kind.name())));
    }

    Set<String> known(String kind) {
        return kinds.getOrDefault(kind, Map.of()).keySet();
    }

    private Map<String, Position> names(String kind) {
        Map<String, Position> names = new LinkedHashMap<>();
        List<Node> objects = items(tree.value(kind));
        for (int i = 0; i < objects.size(); i++) {
            if (!(objects.get(i) instanceof Mapping object)) {
                continue;
            }
            Optional<Scalar> name = text(object.value("name"));
            if (name.isEmpty()) {
                if (!kind.equals("services")) {
                    problems.warning(object.position(), kind + "[" + i + "]", "no name: nothing can refer to it");
                }
                continue;
            }
            Position first = names.putIfAbsent(name.get().text(), name.get().position());
            if (first != null) {
                problems.error(
                        name.get().position(),
                        kind + "[" + i + "].name",
                        "another " + singular(kind) + " is named \""
                                + name.get().text() + "\" at " + first);
            }
        }
        return names;
    }

    /** Reports every reference of the tree to what does not exist. */
    void check() {
        section(Schema.ROOT, "", tree);
    }

    private void section(String section, String path, Mapping mapping) {
        for (Schema.Field field : Schema.fields(section)) {
            Optional<Node> value = mapping.value(field.name());
            if (value.isEmpty()) {
                continue;
            }
            String at = TreeSettings.join(path, field.name());
            field.refersTo().ifPresent(kind -> refer(kind, at, value.get()));
            field.section().ifPresent(inner -> nested(inner, at, field.type(), value.get()));
        }
        if (section.equals("chain")) {
            hops(path, mapping);
        }
        if (section.equals("forwarder")
                && mapping.value("hop").isEmpty()
                && mapping.value("hopGroup").isEmpty()) {
            mapping.value("name").ifPresent(name -> refer("hops", path + ".name", name));
        }
    }

    private void nested(String section, String path, Schema.Type type, Node value) {
        if (type == Schema.Type.SECTION) {
            if (value instanceof Mapping m) {
                section(section, path, m);
            }
            return;
        }
        List<Node> items = items(Optional.of(value));
        for (int i = 0; i < items.size(); i++) {
            String at = path + "[" + i + "]";
            if (items.get(i) instanceof Mapping m) {
                section(section, at, m);
            } else if (type == Schema.Type.CHAINS) {
                refer("chains", at, items.get(i));
            }
        }
    }

    /** A hop of a chain without nodes of its own is the name of a hop. */
    private void hops(String path, Mapping chain) {
        List<Node> hops = items(chain.value("hops"));
        for (int i = 0; i < hops.size(); i++) {
            if (hops.get(i) instanceof Mapping hop
                    && hop.value("nodes").isEmpty()
                    && hop.value("plugin").isEmpty()) {
                String at = path + ".hops[" + i + "]";
                Optional<Node> name = hop.value("name");
                name.ifPresent(n -> refer("hops", at + ".name", n));
                if (name.isEmpty()) {
                    problems.error(hop.position(), at, "neither nodes nor the name of a hop");
                }
            }
        }
    }

    private void refer(String kind, String path, Node value) {
        for (Node one : items(Optional.of(value))) {
            text(Optional.of(one)).ifPresent(name -> refer(kind, path, name));
        }
    }

    private void refer(String kind, String path, Scalar name) {
        missing(kind, name.text()).ifPresent(message -> {
            if (lenient) {
                problems.warning(name.position(), path, message);
            } else {
                problems.error(name.position(), path, message);
            }
        });
    }

    /** What to say about a reference to {@code name}; empty when it exists. */
    Optional<String> missing(String kind, String name) {
        Set<String> known = known(kind);
        if (known.contains(name)) {
            return Optional.empty();
        }
        String suggestion = Suggestion.nearest(name, known)
                .map(n -> "; did you mean \"" + n + "\"?")
                .orElse("");
        List<String> some = new ArrayList<>(known).subList(0, Math.min(known.size(), 20));
        String list = some.isEmpty() ? "none" : String.join(", ", some) + (some.size() < known.size() ? "…" : "");
        return Optional.of("no " + singular(kind) + " named \"" + name + "\" (known: " + list + suggestion + ")");
    }

    static String singular(String kind) {
        return switch (kind.toLowerCase(Locale.ROOT)) {
            case "bypasses" -> "bypass";
            case "ingresses" -> "ingress";
            case "hosts" -> "hosts";
            default -> kind.substring(0, kind.length() - 1);
        };
    }

    private static Optional<Scalar> text(Optional<Node> value) {
        return value.filter(v -> v instanceof Scalar s && !s.text().isEmpty()).map(v -> (Scalar) v);
    }

    static List<Node> items(Optional<Node> value) {
        return value.map(v -> v instanceof Sequence list ? list.items() : List.of(v))
                .orElse(List.of());
    }
}
