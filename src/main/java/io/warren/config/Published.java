package io.warren.config;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;

/** A tree as gost's API shows it: with the defaults that gost writes back into its configuration while it builds things. {@code -O} does not show them. */
final class Published {
    private Published() {}

    static Mapping of(Mapping tree) {
        Mapping out = each(tree, "services", Published::service);
        out = each(out, "chains", chain -> each(chain, "hops", Published::hop));
        return each(out, "hops", Published::hop);
    }

    private static Mapping service(Mapping service) {
        return typed(typed(service, "handler", "auto"), "listener", "tcp");
    }

    private static Mapping hop(Mapping hop) {
        return each(hop, "nodes", node -> node(node, hop));
    }

    private static Mapping node(Mapping node, Mapping hop) {
        Mapping out = inherited(inherited(node, hop, "resolver"), hop, "hosts");
        String host = host(text(node, "addr").orElse(""));
        return serverName(
                serverName(typed(typed(out, "connector", "http"), "dialer", "tcp"), "connector", host), "dialer", host);
    }

    private static Mapping inherited(Mapping node, Mapping hop, String key) {
        Optional<Node> value = text(hop, key).flatMap(t -> hop.value(key));
        return text(node, key).isPresent() || value.isEmpty() ? node : node.with(key, node.position(), value.get());
    }

    private static Mapping typed(Mapping of, String key, String type) {
        Optional<Node> value = of.value(key);
        if (value.isPresent() && !(value.get() instanceof Mapping)) {
            return of;
        }
        Mapping section = value.map(v -> (Mapping) v).orElse(Mapping.empty(of.position()));
        return text(section, "type").isPresent()
                ? of
                : of.with(
                        key,
                        of.position(),
                        section.with("type", section.position(), new Scalar(section.position(), type)));
    }

    private static Mapping serverName(Mapping node, String part, String host) {
        return host.isEmpty()
                ? node
                : within(
                        node,
                        part,
                        section -> within(
                                section,
                                "tls",
                                tls -> text(tls, "serverName").isPresent()
                                        ? tls
                                        : tls.with("serverName", tls.position(), new Scalar(tls.position(), host))));
    }

    private static Mapping within(Mapping of, String key, UnaryOperator<Mapping> change) {
        return of.value(key).filter(v -> v instanceof Mapping).isPresent()
                ? of.with(
                        key, of.position(), change.apply((Mapping) of.value(key).get()))
                : of;
    }

    private static Mapping each(Mapping of, String list, UnaryOperator<Mapping> change) {
        Optional<Node> value = of.value(list);
        if (value.isEmpty()) {
            return of;
        }
        List<Node> items = new ArrayList<>();
        for (Node item : Names.items(value)) {
            items.add(item instanceof Mapping m ? change.apply(m) : item);
        }
        return of.with(list, of.position(), new Sequence(value.get().position(), items));
    }

    private static Optional<String> text(Mapping of, String key) {
        return of.value(key)
                .filter(v -> v instanceof Scalar)
                .map(v -> ((Scalar) v).text().trim())
                .filter(t -> !t.isEmpty());
    }

    /** Go's SplitHostPort: nothing when there is no port. */
    private static String host(String address) {
        int colon = address.lastIndexOf(':');
        String host = colon < 0 ? "" : address.substring(0, colon);
        if (host.startsWith("[") && host.endsWith("]")) {
            return host.substring(1, host.length() - 1);
        }
        return host.indexOf(':') < 0 ? host : "";
    }
}
