package io.warren.config;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Names services that have none {@code service-<i>}: gost binds their port and then never serves it. */
final class ServiceNames {
    private ServiceNames() {}

    static Mapping fill(Mapping tree) {
        Optional<Mapping.Entry> services =
                tree.entry("services").filter(e -> !e.value().isNull());
        if (services.isEmpty()) {
            return tree;
        }
        List<Node> items = Names.items(Optional.of(services.get().value()));
        Set<String> taken = new HashSet<>();
        items.forEach(item -> name(item).ifPresent(taken::add));
        List<Node> named = new ArrayList<>();
        for (int i = 0; i < items.size(); i++) {
            Node item = items.get(i);
            if (item instanceof Mapping service && name(item).isEmpty()) {
                int number = i;
                while (!taken.add("service-" + number)) {
                    number++;
                }
                named.add(
                        service.with("name", service.position(), new Scalar(service.position(), "service-" + number)));
            } else {
                named.add(item);
            }
        }
        Node list = services.get().value();
        return list instanceof Sequence || list instanceof Mapping
                ? tree.with("services", services.get().position(), new Sequence(list.position(), named))
                : tree;
    }

    private static Optional<String> name(Node service) {
        return service instanceof Mapping m
                ? m.value("name")
                        .filter(n -> n instanceof Scalar s && !s.text().isEmpty())
                        .map(n -> ((Scalar) n).text())
                : Optional.empty();
    }
}
