package io.warren.config;

import java.util.List;
import java.util.stream.Collectors;

/** A configuration that cannot be used, with everything that is wrong with it. Its message is for the terminal: one problem a line. */
public final class ConfigException extends RuntimeException {
    /** What the process ends with. */
    public static final int EXIT_CODE = 2;

    private static final long serialVersionUID = 1L;

    private final transient List<Problem> problems;

    public ConfigException(List<Problem> problems) {
        super(problems.stream().map(Problem::toString).collect(Collectors.joining("\n")), null, false, false);
        this.problems = List.copyOf(problems);
    }

    static ConfigException at(Position position, String message) {
        return new ConfigException(List.of(new Problem(position, "", message, Problem.Severity.ERROR)));
    }

    /** Sorted by position. */
    public List<Problem> problems() {
        return problems;
    }
}
