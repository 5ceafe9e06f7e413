package io.warren.config;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

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
        return settled(documents).map(read -> configuration(read, sources));
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

    private static Configuration configuration(List<Document> documents, Sources sources) {
        List<Problem> problems = new ArrayList<>();
        List<Path> files = new ArrayList<>();
        List<Mapping> trees = new ArrayList<>();
        for (Document document : documents) {
            try {
                trees.add(Merge.withoutEmptySections(document.read()));
                document.file().ifPresent(files::add);
            } catch (ConfigException e) {
                problems.addAll(e.problems());
            }
        }
        if (!problems.isEmpty()) {
            throw new ConfigException(problems.stream().sorted().toList());
        }
        Mapping tree = trees.stream().reduce(Merge::of).orElse(Mapping.empty(Position.of("-C")));
        return new Configuration(tree, sources.lenient(), files);
    }
}
