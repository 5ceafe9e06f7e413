package io.warren.config;

import io.warren.spi.Control.Change;
import io.warren.spi.ControlException;
import io.warren.spi.ControlException.Reason;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/** Makes a changed configuration of one. Says nothing about whether the result is right: that is found out by reading it, as for a file. */
public final class Edits {
    private static final String CHANGE = "change";

    private Edits() {}

    /**
     * The configuration after {@code change}.
     *
     * @throws ControlException KIND, UNNAMED, EXISTS or MISSING
     * @throws ConfigException for a document that cannot be parsed
     */
    public static Configuration apply(Configuration from, Change change) {
        if (change instanceof Change.Create create) {
            return create(from, kind(create.kind()), create.document());
        } else if (change instanceof Change.Replace replace) {
            return replace(from, kind(replace.kind()), replace.name(), replace.document());
        } else if (change instanceof Change.Delete delete) {
            return delete(from, kind(delete.kind()), delete.name());
        } else if (change instanceof Change.Put put) {
            return put(from, kind(put.kind()), put.name(), put.document());
        } else if (change instanceof Change.Drop drop) {
            return from.names(kind(drop.kind())).contains(drop.name()) ? delete(from, drop.kind(), drop.name()) : from;
        } else if (change instanceof Change.All all) {
            Configuration changed = from;
            for (Change each : all.changes()) {
                changed = apply(changed, each);
            }
            return changed;
        }
        Mapping whole = clean(read(CHANGE, ((Change.Whole) change).document()));
        return from.with(old -> whole);
    }

    /** The source in the positions of what a change brought, {@code authers/staff}. */
    public static String source(Change change) {
        if (change instanceof Change.Create create) {
            return source(kind(create.kind()), nameOf(read(CHANGE, create.document())));
        } else if (change instanceof Change.Replace replace) {
            return source(kind(replace.kind()), replace.name());
        } else if (change instanceof Change.Put put) {
            return source(kind(put.kind()), put.name());
        }
        return CHANGE;
    }

    private static String source(String kind, String name) {
        return kind + "/" + name;
    }

    private static String kind(String kind) {
        List<String> kinds = Schema.kinds().stream().map(Schema.Field::name).toList();
        if (!kinds.contains(kind)) {
            throw ControlException.of(
                    Reason.KIND, "no kind of object named \"" + kind + "\" (known: " + String.join(", ", kinds) + ")");
        }
        return kind;
    }

    private static Configuration create(Configuration from, String kind, String document) {
        String name = nameOf(read(CHANGE, document));
        if (name.isEmpty()) {
            throw ControlException.of(Reason.UNNAMED, Names.singular(kind) + " name is required");
        }
        if (from.names(kind).contains(name)) {
            throw ControlException.of(Reason.EXISTS, Names.singular(kind) + " " + name + " already exists");
        }
        Mapping object = named(clean(read(source(kind, name), document)), name);
        return items(from, kind, items -> items.add(object));
    }

    private static Configuration replace(Configuration from, String kind, String name, String document) {
        missing(from, kind, name);
        Mapping object = named(clean(read(source(kind, name), document)), name);
        return items(from, kind, items -> items.replaceAll(item -> isNamed(item, name) ? object : item));
    }

    private static Configuration put(Configuration from, String kind, String name, String document) {
        if (from.names(kind).contains(name)) {
            return replace(from, kind, name, document);
        }
        Mapping object = named(clean(read(source(kind, name), document)), name);
        return items(from, kind, items -> items.add(object));
    }

    private static Configuration delete(Configuration from, String kind, String name) {
        missing(from, kind, name);
        return items(from, kind, items -> items.removeIf(item -> isNamed(item, name)));
    }

    private static void missing(Configuration from, String kind, String name) {
        if (!from.names(kind).contains(name)) {
            throw ControlException.of(Reason.MISSING, Names.singular(kind) + " " + name + " not found");
        }
    }

    private static Configuration items(Configuration from, String kind, java.util.function.Consumer<List<Node>> edit) {
        return from.with(tree -> {
            List<Node> items = new ArrayList<>(Names.items(tree.value(kind)));
            edit.accept(items);
            Position at = tree.entry(kind).map(Mapping.Entry::position).orElse(Position.of(CHANGE));
            return items.isEmpty() ? tree.without(kind) : tree.with(kind, at, new Sequence(at, items));
        });
    }

    private static Mapping read(String source, String document) {
        boolean json = document.stripLeading().startsWith("{");
        return DocumentReader.read(source, document, json, false);
    }

    /** Without what a browser adds for itself, and without what is read-only. */
    private static Mapping clean(Mapping object) {
        return new Mapping(
                object.position(),
                object.entries().stream()
                        .filter(e -> !e.key().startsWith("_")
                                && !e.key().toLowerCase(Locale.ROOT).equals("status"))
                        .map(e -> e.key().equalsIgnoreCase("metadata")
                                ? e
                                : new Mapping.Entry(e.key(), e.written(), e.position(), clean(e.value())))
                        .toList());
    }

    private static Node clean(Node value) {
        if (value instanceof Mapping m) {
            return clean(m);
        }
        return value instanceof Sequence list
                ? new Sequence(
                        list.position(), list.items().stream().map(Edits::clean).collect(Collectors.toList()))
                : value;
    }

    private static Mapping named(Mapping object, String name) {
        Position at = object.value("name").map(Node::position).orElse(object.position());
        return object.with("name", at, new Scalar(at, name));
    }

    private static String nameOf(Mapping object) {
        return object.value("name")
                .filter(n -> n instanceof Scalar)
                .map(n -> ((Scalar) n).text().trim())
                .orElse("");
    }

    private static boolean isNamed(Node item, String name) {
        return item instanceof Mapping m
                && Optional.of(m)
                        .flatMap(v -> v.value("name"))
                        .filter(n -> n instanceof Scalar s && s.text().equals(name))
                        .isPresent();
    }
}
