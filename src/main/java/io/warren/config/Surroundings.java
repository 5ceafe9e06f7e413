package io.warren.config;

import java.io.InputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

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
        Optional.ofNullable(System.getenv("HOME"))
                .filter(h -> !h.isEmpty())
                .ifPresent(h -> search.add(Path.of(h, ".gost")));
        search.add(Path.of(""));
        return new Surroundings(System.getenv(), search, System.in);
    }

    Optional<String> variable(String name) {
        return Optional.ofNullable(variables.get(name)).filter(v -> !v.isEmpty());
    }
}
