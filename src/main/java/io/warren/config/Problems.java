package io.warren.config;

import io.warren.config.Problem.Severity;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;

/** What was found wrong in one run, each thing once. Any thread. */
public final class Problems {
    private final Set<Problem> found = ConcurrentHashMap.newKeySet();

    public void add(Problem problem) {
        found.add(problem);
    }

    public void error(Position position, String path, String message) {
        add(new Problem(position, path, message, Severity.ERROR));
    }

    public void warning(Position position, String path, String message) {
        add(new Problem(position, path, message, Severity.WARNING));
    }

    /** All, sorted by position. */
    public List<Problem> all() {
        return found.stream().sorted().toList();
    }

    public boolean hasErrors() {
        return found.stream().anyMatch(p -> p.severity() == Severity.ERROR);
    }

    /**
     * Ends the run when there is an error.
     *
     * @throws ConfigException with all problems, warnings too
     */
    public void throwIfErrors() {
        if (hasErrors()) {
            throw new ConfigException(all());
        }
    }

    /** One problem a line. */
    @Override
    public String toString() {
        return all().stream().map(Problem::toString).collect(Collectors.joining("\n"));
    }
}
