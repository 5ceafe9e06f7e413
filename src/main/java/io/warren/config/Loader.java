package io.warren.config;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Reads and merges all sources of a configuration. Called again for a reload. Any thread. */
public final class Loader {
    private final Vertx vertx;

    public Loader(Vertx vertx) {
        this.vertx = vertx;
    }

    /**
     * Reads every source. Nothing is checked here but that it can be read; problems of values come out when they are read from {@link
     * Configuration#root}.
     *
     * @return fails with a {@link ConfigException} that has the problems of all sources
     */
    public Future<Configuration> load(Sources sources) {
        Retrieval retrieval = new Retrieval(vertx, sources.surroundings());
        List<Future<Document>> documents = new ArrayList<>();
        for (String source : sources.configs()) {
            if (!source.isBlank()) {
                documents.add(retrieval.get(source.trim()));
            }
        }
        return settled(documents)
                .map(read -> merged(read, sources))
                .compose(merged -> needsDefault(merged, sources)
                        ? defaultDocument(retrieval, sources).map(document -> merged.and(document))
                        : Future.succeededFuture(merged))
                .map(merged -> merged.configuration(sources));
    }

    /** gost looks for its file only when nothing else says what to do. */
    private static boolean needsDefault(Merged merged, Sources sources) {
        return sources.configs().isEmpty()
                && Names.items(merged.tree().value("services")).isEmpty()
                && sources.overrides().api().isEmpty()
                && merged.tree().value("api").isEmpty();
    }

    private Future<Document> defaultDocument(Retrieval retrieval, Sources sources) {
        return vertx.executeBlocking(retrieval::search)
                .compose(found -> found.map(file -> retrieval.file(file.toString()))
                        .or(() -> sources.fallback()
                                .map(text -> Future.succeededFuture(
                                        new Document("built-in", text, false, true, Optional.empty()))))
                        .orElseGet(() -> Retrieval.failed(
                                "gost",
                                "no configuration file named gost.yaml, .yml or .json in " + retrieval.searched())));
    }

    private static Future<List<Document>> settled(List<Future<Document>> documents) {
        List<Problem> problems = new ArrayList<>();
        return Future.join(documents).otherwiseEmpty().map(v -> {
            List<Document> read = new ArrayList<>();
            for (Future<Document> document : documents) {
                if (document.succeeded()) {
                    read.add(document.result());
                } else if (document.cause() instanceof ConfigException e) {
                    problems.addAll(e.problems());
                } else {
                    throw new IllegalStateException(document.cause());
                }
            }
            if (!problems.isEmpty()) {
                throw new ConfigException(problems.stream().sorted().toList());
            }
            return read;
        });
    }

    private static Merged merged(List<Document> documents, Sources sources) {
        List<Problem> problems = new ArrayList<>();
        Merged merged = new Merged(Mapping.empty(Position.of("-C")), List.of());
        for (Document document : documents) {
            try {
                merged = merged.and(document);
            } catch (ConfigException e) {
                problems.addAll(e.problems());
            }
        }
        try {
            merged = new Merged(Merge.of(merged.tree(), UrlTree.of(sources)), merged.files());
        } catch (ConfigException e) {
            problems.addAll(e.problems());
        }
        if (!problems.isEmpty()) {
            throw new ConfigException(problems.stream().sorted().toList());
        }
        return merged;
    }

    private record Merged(Mapping tree, List<Path> files) {
        Merged and(Document document) {
            List<Path> all = new ArrayList<>(files);
            document.file().ifPresent(all::add);
            Mapping read = document.read();
            return new Merged(Merge.of(tree, document.lowerCase() ? Merge.withoutEmptySections(read) : read), all);
        }

        Configuration configuration(Sources sources) {
            return new Configuration(Overlay.over(tree, sources), sources.lenient(), files);
        }
    }
}
