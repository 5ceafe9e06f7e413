package io.warren.cli;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Option;

/** Which lines of a list, and in what order: the console does it. */
final class CtlPage {
    @Option(
            names = {"-f", "--filter"},
            paramLabel = "FIELD=TEXT",
            description = "lines with this text in that field, or with FIELD=~TEXT a part of it; repeatable")
    private Map<String, String> filters = Map.of();

    @Option(names = "--q", paramLabel = "TEXT", description = "lines with this text anywhere")
    private Optional<String> text = Optional.empty();

    @Option(names = "--sort", paramLabel = "FIELD", description = "upwards; -FIELD: downwards")
    private Optional<String> sort = Optional.empty();

    @Option(names = "--limit", paramLabel = "N", description = "that many lines (default 100)")
    private Optional<String> limit = Optional.empty();

    @Option(names = "--offset", paramLabel = "N", description = "lines to leave out before")
    private Optional<String> offset = Optional.empty();

    Map<String, String> parameters() {
        Map<String, String> all = new LinkedHashMap<>(filters);
        text.ifPresent(value -> all.put("q", value));
        sort.ifPresent(value -> all.put("sort", value));
        limit.ifPresent(value -> all.put("limit", value));
        offset.ifPresent(value -> all.put("offset", value));
        return all;
    }
}
