package io.warren.config;

import io.vertx.config.ConfigRetriever;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
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
        return Future.join(documents)
                .otherwiseEmpty()
                // Parsing up to 16 MiB is nothing for an event loop.
                .compose(v -> vertx.executeBlocking(() -> merged(documents, sources)))
                .compose(merged -> needsDefault(merged, sources)
                        ? defaultDocument(retrieval, sources)
                                .compose(document -> vertx.executeBlocking(() -> merged.and(document)))
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

    /**
     * Calls {@code changed} whenever the text of one of the configuration's files has changed, on an event loop. Only regular files are watched; one
     * that vanishes has changed too.
     *
     * @param period between two looks
     */
    public Future<Watch> watch(Configuration configuration, Duration period, Runnable changed) {
        return vertx.executeBlocking(() -> configuration.files().stream()
                        .filter(Files::isRegularFile)
                        .toList())
                .compose(files -> {
                    if (files.isEmpty()) {
                        return Future.succeededFuture(Future::succeededFuture);
                    }
                    ConfigRetriever retriever = Retrieval.retriever(vertx, files, period.toMillis());
                    // Before listening: what it finds first is no change.
                    return retriever.getConfig().map(first -> {
                        retriever.listen(change -> changed.run());
                        return retriever::close;
                    });
                });
    }

    private static Merged merged(List<Future<Document>> documents, Sources sources) {
        List<Problem> problems = new ArrayList<>();
        Merged merged = new Merged(Mapping.empty(Position.of("-C")), List.of());
        for (Future<Document> document : documents) {
            try {
                merged = merged.and(retrieved(document));
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

    private static Document retrieved(Future<Document> document) {
        if (document.succeeded()) {
            return document.result();
        }
        if (document.cause() instanceof ConfigException e) {
            throw e;
        }
        throw new IllegalStateException(document.cause());
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
