package io.warren.config;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Puts two configurations together as gost does: lists are appended, single sections replaced as a whole. */
final class Merge {
    private Merge() {}

    static Mapping of(Mapping left, Mapping right) {
        List<Mapping.Entry> all = new ArrayList<>();
        for (Mapping.Entry e : left.entries()) {
            Optional<Mapping.Entry> other =
                    right.entry(e.key()).filter(r -> !r.value().isNull());
            all.add(other.map(r -> join(e, r)).orElse(e));
        }
        right.entries().stream().filter(e -> left.entry(e.key()).isEmpty()).forEach(all::add);
        Position at = left.entries().isEmpty() ? right.position() : left.position();
        return new Mapping(at, all);
    }

    /** Drops the single sections that are there but empty: to gost they are not there. */
    static Mapping withoutEmptySections(Mapping tree) {
        return new Mapping(
                tree.position(),
                tree.entries().stream()
                        .filter(e -> !(e.value() instanceof Mapping m
                                && m.entries().isEmpty()
                                && Schema.field(Schema.ROOT, e.key())
                                        .filter(f -> f.type() == Schema.Type.SECTION && !f.ours())
                                        .isPresent()))
                        .toList());
    }

    private static Mapping.Entry join(Mapping.Entry left, Mapping.Entry right) {
        boolean list = Schema.field(Schema.ROOT, left.key())
                .filter(f -> f.type() == Schema.Type.LIST)
                .isPresent();
        if (!list || left.value().isNull()) {
            return right;
        }
        List<Node> items = new ArrayList<>(items(left.value()));
        items.addAll(items(right.value()));
        return new Mapping.Entry(
                left.key(),
                left.written(),
                left.position(),
                new Sequence(left.value().position(), items));
    }

    private static List<Node> items(Node value) {
        return value instanceof Sequence list ? list.items() : List.of(value);
    }
}
