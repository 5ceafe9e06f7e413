package io.warren.config;

import java.io.InputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * What a process finds around it.
 *
 * @param variables of the environment
 * @param search directories in which a file named {@code gost} is looked for, best first
 * @param stdin read to its end for {@code -C -}
 */
public record Surroundings(Map<String, String> variables, List<Path> search, InputStream stdin) {
    public Surroundings {
        variables = Map.copyOf(variables);
        search = List.copyOf(search);
    }

    /** Those of this process: {@code /etc/gost}, {@code $HOME/.gost} and the working directory. */
    public static Surroundings ofProcess() {
        List<Path> search = new ArrayList<>(List.of(Path.of("/etc/gost")));
        environment("HOME").ifPresent(h -> search.add(Path.of(h, ".gost")));
        search.add(Path.of(""));
        return new Surroundings(System.getenv(), search, System.in);
    }

    /** A variable of this process's environment; empty also when it says nothing. */
    public static Optional<String> environment(String name) {
        return Optional.ofNullable(System.getenv(name)).filter(v -> !v.isEmpty());
    }

    /**
     * Where a user's files of a kind are, by the XDG Base Directory Specification.
     *
     * @param environment by the name of a variable
     * @param variable which names the place
     * @param below what it is below the user's home without that variable
     */
    public static Path userFiles(Function<String, Optional<String>> environment, String variable, String below) {
        return environment
                .apply(variable)
                .map(Path::of)
                .orElseGet(() -> Path.of(environment.apply("HOME").orElse(System.getProperty("user.home")))
                        .resolve(below));
    }

    Optional<String> variable(String name) {
        return Optional.ofNullable(variables.get(name)).filter(v -> !v.isEmpty());
    }
}
