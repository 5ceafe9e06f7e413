package io.warren.config;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The tree that {@code -L} and {@code -F} stand for. */
final class UrlTree {
    private final List<Problem> problems = new ArrayList<>();
    private final NamedObjects objects = new NamedObjects();

    private UrlTree() {}

    /** @throws ConfigException with what is wrong in each URL */
    static Mapping of(Sources sources) {
        UrlTree tree = new UrlTree();
        Mapping made = tree.read(sources);
        if (!tree.problems.isEmpty()) {
            throw new ConfigException(tree.problems.stream().sorted().toList());
        }
        return made;
    }

    private Mapping read(Sources sources) {
        String worker = sources.surroundings()
                .variable("_GOST_ID")
                .map(id -> "go-" + id + "@")
                .orElse("");
        List<Mapping> hops = new ArrayList<>();
        for (int i = 0; i < sources.nodes().size(); i++) {
            String source = "-F#" + (i + 1);
            try {
                hops.add(new NodeUrl(source, sources.nodes().get(i), objects).hop(i));
            } catch (IllegalArgumentException e) {
                problem(source, e);
            }
        }
        List<Mapping> services = new ArrayList<>();
        for (int i = 0; i < sources.services().size(); i++) {
            String source = "-L#" + (i + 1);
            String text = sources.services().get(i).trim();
            if (text.isEmpty()) {
                continue;
            }
            try {
                services.addAll(new ServiceUrl(source, text, worker, objects)
                        .services(services.size(), !sources.nodes().isEmpty()));
            } catch (IllegalArgumentException e) {
                problem(source, e);
            }
        }
        Fields fields = new Fields(Position.of("-L")).list("services", Position.of("-L"), services);
        if (!sources.nodes().isEmpty()) {
            Position at = Position.of("-F");
            fields.list(
                    "chains",
                    at,
                    List.of(new Fields(at)
                            .text("name", "chain-0")
                            .list("hops", at, hops)
                            .build()));
        }
        for (Map.Entry<String, List<Node>> kind : objects.all().entrySet()) {
            fields.list(kind.getKey(), kind.getValue().get(0).position(), kind.getValue());
        }
        return fields.build();
    }

    private void problem(String source, IllegalArgumentException e) {
        problems.add(new Problem(Position.of(source), "", String.valueOf(e.getMessage()), Problem.Severity.ERROR));
    }
}
