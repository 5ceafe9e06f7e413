package io.warren.config;

import io.vertx.config.ConfigRetriever;
import io.vertx.config.ConfigRetrieverOptions;
import io.vertx.config.ConfigStoreOptions;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Gets the text of one {@code -C}. Files come through vertx-config, which also watches them. */
final class Retrieval {
    private static final String TEXT = "text";
    private static final List<String> EXTENSIONS = List.of(
            "json", "toml", "yaml", "yml", "properties", "props", "prop", "hcl", "tfvars", "dotenv", "env", "ini");

    private final Vertx vertx;
    private final Surroundings surroundings;

    Retrieval(Vertx vertx, Surroundings surroundings) {
        this.vertx = vertx;
        this.surroundings = surroundings;
    }

    /** Fails with a {@link ConfigException}. */
    Future<Document> get(String source) {
        if (source.equals("-")) {
            return vertx.executeBlocking(this::stdin);
        }
        if (isInline(source)) {
            return Future.succeededFuture(new Document("-C", source, true, false, Optional.empty()));
        }
        if (RemoteSource.matches(source)) {
            return new RemoteSource(vertx).get(source);
        }
        return file(source);
    }

    static boolean isInline(String source) {
        return source.startsWith("{") && source.endsWith("}");
    }

    /** Whether a source is a file, and so can be watched. */
    static boolean isFile(String source) {
        return !source.equals("-") && !isInline(source) && !RemoteSource.matches(source);
    }

    /** The file that is read when nothing else is given. */
    Optional<Path> search() {
        for (Path directory : surroundings.search()) {
            for (String extension : EXTENSIONS) {
                Path file = directory.resolve("gost." + extension);
                if (Files.isRegularFile(file)) {
                    return Optional.of(file);
                }
            }
        }
        return Optional.empty();
    }

    String searched() {
        return surroundings.search().stream()
                .map(p -> p.toString().isEmpty() ? "." : p.toString())
                .reduce((a, b) -> a + ", " + b)
                .orElse("");
    }

    Future<Document> file(String name) {
        Optional<Boolean> json = format(name);
        if (json.isEmpty()) {
            return failed(name, "unknown format (expected: a file name that ends with .yaml, .yml or .json)");
        }
        Path file = Path.of(name);
        return vertx.executeBlocking(() -> check(name, file))
                .compose(v -> text(file))
                .map(text -> new Document(name, text, json.get(), true, Optional.of(file)));
    }

    private static Optional<Boolean> format(String name) {
        String file = name.substring(name.lastIndexOf('/') + 1);
        String extension = file.substring(file.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT);
        return switch (extension) {
            case "json" -> Optional.of(true);
            case "yaml", "yml" ->
                Optional.of(file.contains(".")).filter(dot -> dot).map(dot -> false);
            default -> Optional.empty();
        };
    }

    /** Before vertx-config reads it: it would look for a missing file on the class path, and take a file of any size. */
    private static Void check(String name, Path file) {
        try {
            if (Files.isDirectory(file)) {
                throw ConfigException.at(Position.of(name), "a directory (expected: a file)");
            }
            if (Files.size(file) > DocumentReader.MAX_CHARACTERS) {
                throw ConfigException.at(
                        Position.of(name), "more than " + (DocumentReader.MAX_CHARACTERS >> 20) + " MiB");
            }
            return null;
        } catch (NoSuchFileException e) {
            throw ConfigException.at(Position.of(name), "no such file");
        } catch (IOException e) {
            throw ConfigException.at(Position.of(name), String.valueOf(e.getMessage()));
        }
    }

    private Future<String> text(Path file) {
        ConfigRetriever retriever = retriever(vertx, List.of(file), -1);
        return retriever
                .getConfig()
                .map(config -> config.getString(TEXT + 0))
                .eventually(retriever::close)
                .recover(e -> failed(file.toString(), String.valueOf(e.getMessage())));
    }

    /** A retriever of the texts of {@code files}, under {@code text0}, {@code text1}… */
    static ConfigRetriever retriever(Vertx vertx, List<Path> files, long scanMillis) {
        ConfigRetrieverOptions options =
                new ConfigRetrieverOptions().setIncludeDefaultStores(false).setScanPeriod(scanMillis);
        for (int i = 0; i < files.size(); i++) {
            options.addStore(new ConfigStoreOptions()
                    .setType("file")
                    .setFormat("raw")
                    .setOptional(scanMillis > 0)
                    .setConfig(new JsonObject()
                            .put("path", files.get(i).toAbsolutePath().toString())
                            .put("raw.type", "string")
                            .put("raw.key", TEXT + i)));
        }
        return ConfigRetriever.create(vertx, options);
    }

    private Document stdin() throws IOException {
        InputStream in = surroundings.stdin();
        byte[] bytes = in.readNBytes(DocumentReader.MAX_CHARACTERS + 1);
        if (bytes.length == 0) {
            throw ConfigException.at(Position.of("-"), "standard input is empty");
        }
        return new Document("-", new String(bytes, StandardCharsets.UTF_8), bytes[0] == '{', true, Optional.empty());
    }

    static <T> Future<T> failed(String source, String message) {
        return Future.failedFuture(ConfigException.at(Position.of(source), message));
    }
}
