package io.warren.cli;

import io.warren.config.Format;
import io.warren.config.Sources;
import io.warren.config.Surroundings;
import java.time.Duration;
import java.util.List;

/**
 * What the arguments ask for.
 *
 * @param sources of the configuration, for RUN, PRINT and CHECK
 * @param format for PRINT
 * @param reload period of automatic reloads; zero for none
 * @param watch whether a changed file is a reason to reload
 * @param strict whether CHECK counts warnings as errors
 * @param children for CHILDREN, the arguments of each child process, whose environment gets {@code _GOST_ID} 0, 1, 2…
 */
public record CommandLine(
        Mode mode,
        Sources sources,
        Format format,
        Duration reload,
        boolean watch,
        boolean strict,
        List<List<String>> children) {
    /** What to do. */
    public enum Mode {
        RUN,
        /** {@code -O}: print the merged configuration. */
        PRINT,
        /** {@code -V}: print {@link Version}. */
        VERSION,
        /** {@code -h}: print {@link Flags#usage} on standard error and end with 0. */
        HELP,
        /** {@code check FILE...}: read everything, report problems, start nothing. */
        CHECK,
        /** {@code A -- B}: start one process for each group of arguments. */
        CHILDREN
    }

    /** As {@link #parse(List, Surroundings)}, with the surroundings of this process. */
    public static CommandLine parse(List<String> arguments) {
        return parse(arguments, Surroundings.ofProcess());
    }

    /** @throws UsageException for what gost's flag parser refuses too */
    public static CommandLine parse(List<String> arguments, Surroundings surroundings) {
        List<List<String>> children = Children.of(arguments);
        if (!children.isEmpty()) {
            return new CommandLine(
                    Mode.CHILDREN, Sources.files(List.of()), Format.YAML, Duration.ZERO, false, false, children);
        }
        return !arguments.isEmpty() && arguments.get(0).equals("check")
                ? Check.parse(arguments.subList(1, arguments.size()))
                : Flags.parse(arguments, surroundings);
    }
}
