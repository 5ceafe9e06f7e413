package io.warren.cli;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The verbs of {@code ctl} that change the configuration. */
final class CtlDocuments {
    private static final String FILE = "YAML or JSON; -: standard input";
    private static final String KIND = "services, chains, authers ...";
    private static final String ONE_KIND = "services, chains ...: the file is one object of that kind";

    private CtlDocuments() {}

    @Command(name = "create", description = "create an object")
    static CtlRequest create(
            @Parameters(paramLabel = "KIND", description = KIND) String kind,
            @Parameters(paramLabel = "FILE", description = FILE) Path file) {
        return CtlRequest.post("config", kind).with(read(file));
    }

    @Command(name = "replace", description = "replace an object")
    static CtlRequest replace(
            @Parameters(paramLabel = "KIND", description = KIND) String kind,
            @Parameters(paramLabel = "NAME") String name,
            @Parameters(paramLabel = "FILE", description = FILE) Path file) {
        return CtlRequest.put("config", kind, name).with(read(file));
    }

    @Command(name = "delete", description = "delete an object")
    static CtlRequest delete(
            @Parameters(paramLabel = "KIND", description = KIND) String kind,
            @Parameters(paramLabel = "NAME") String name) {
        return CtlRequest.delete("config", kind, name);
    }

    @Command(name = "apply", description = "put a whole configuration in force")
    static CtlRequest apply(@Parameters(paramLabel = "FILE", description = FILE) Path file) {
        return CtlRequest.put("config").with(read(file));
    }

    @Command(name = "validate", description = "check a configuration, or one object")
    static CtlRequest validate(
            @Parameters(paramLabel = "FILE", description = FILE) Path file,
            @Option(names = "--kind", paramLabel = "KIND", description = ONE_KIND) Optional<String> kind) {
        return CtlRequest.post("config", "validate").where("kind", kind).with(read(file));
    }

    @Command(name = "diff", description = "what a configuration, or one object, would change")
    static CtlRequest diff(
            @Parameters(paramLabel = "FILE", description = FILE) Path file,
            @Option(names = "--kind", paramLabel = "KIND", description = ONE_KIND) Optional<String> kind) {
        return CtlRequest.post("config", "diff").where("kind", kind).with(read(file));
    }

    @Command(name = "rollback", description = "put a version in force again")
    static CtlRequest rollback(@Parameters(paramLabel = "VERSION", description = "see: history") String version) {
        return CtlRequest.post("config", "history", version, "rollback");
    }

    /** {@code -} is standard input. */
    static String read(Path file) {
        if (!file.toString().equals("-")) {
            return CtlOptions.text(file) + "\n";
        }
        try {
            return new String(System.in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UsageException("standard input cannot be read");
        }
    }
}
