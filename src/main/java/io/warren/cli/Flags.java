package io.warren.cli;

import io.warren.config.Format;
import io.warren.config.GoDuration;
import io.warren.config.GoNumbers;
import io.warren.config.Sources;
import io.warren.config.Surroundings;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * gost's flags and Warren's, read as Go's flag package does: one dash or two, {@code -L value} or {@code -L=value}, a flag that takes no value {@code
 * -D} or {@code -D=true}; reading stops at the first word that is no flag, or after {@code --}.
 */
public final class Flags {
    private enum Takes {
        TEXT,
        NOTHING,
        DURATION
    }

    private record Flag(String name, Takes takes, String help) {}

    private static final List<Flag> ALL = List.of(
            new Flag("L", Takes.TEXT, "service `URL`, repeatable"),
            new Flag("F", Takes.TEXT, "chain node `URL`, repeatable"),
            new Flag(
                    "C",
                    Takes.TEXT,
                    "configuration `SOURCE`, repeatable: a file, - for standard input, a URL, or inline JSON"),
            new Flag("O", Takes.TEXT, "print the configuration as `FORMAT` yaml or json, and exit"),
            new Flag("D", Takes.NOTHING, "log at level debug"),
            new Flag("DD", Takes.NOTHING, "log at level trace"),
            new Flag("V", Takes.NOTHING, "print the version"),
            new Flag("R", Takes.DURATION, "reload automatically every `PERIOD`, such as 30s"),
            new Flag("api", Takes.TEXT, "web API `ADDRESS`"),
            new Flag("metrics", Takes.TEXT, "metrics `ADDRESS`"),
            new Flag("console", Takes.TEXT, "dashboard and cluster API at `ADDRESS`, such as 127.0.0.1:8422"),
            new Flag("watch", Takes.NOTHING, "reload when a configuration file has changed"),
            new Flag("lenient", Takes.NOTHING, "a name that refers to nothing is a warning, and denies"),
            new Flag("cluster", Takes.NOTHING, "join a cluster"),
            new Flag("cluster-name", Takes.TEXT, "`NAME` of the cluster"),
            new Flag("cluster-addr", Takes.TEXT, "`ADDRESS` of this member's Hazelcast"),
            new Flag("member", Takes.TEXT, "`NAME` of this member"),
            new Flag("trunk", Takes.TEXT, "`ADDRESS` for bytes between members"),
            new Flag("bus", Takes.TEXT, "`ADDRESS` of the event bus"),
            new Flag("join", Takes.TEXT, "`ADDRESSES` of other members, a comma list, or dns:NAME"),
            new Flag("secret-file", Takes.TEXT, "`FILE` with the cluster's secret"));

    private static final Map<String, String> CLUSTER = Map.of(
            "cluster", "cluster",
            "cluster-name", "name",
            "cluster-addr", "addr",
            "member", "member",
            "trunk", "trunk",
            "bus", "bus",
            "join", "join",
            "secret-file", "secretFile");

    private final Map<String, List<String>> given = new LinkedHashMap<>();

    private Flags() {}

    static CommandLine parse(List<String> arguments, Surroundings surroundings) {
        Flags flags = new Flags();
        boolean help = flags.read(arguments);
        return flags.commandLine(help, surroundings);
    }

    /** @return whether help was asked for, which ends reading */
    private boolean read(List<String> arguments) {
        for (int i = 0; i < arguments.size(); i++) {
            String word = arguments.get(i);
            if (word.length() < 2 || !word.startsWith("-") || word.equals("--")) {
                return false;
            }
            String text = word.substring(word.startsWith("--") ? 2 : 1);
            if (text.startsWith("-") || text.startsWith("=")) {
                throw new UsageException("bad flag syntax: " + word);
            }
            int equals = text.indexOf('=');
            String name = equals < 0 ? text : text.substring(0, equals);
            Optional<Flag> flag =
                    ALL.stream().filter(f -> f.name().equals(name)).findFirst();
            if (flag.isEmpty()) {
                if (name.equals("h") || name.equals("help")) {
                    return true;
                }
                throw new UsageException("flag provided but not defined: -" + name);
            }
            Optional<String> value = Optional.of(text).filter(t -> equals >= 0).map(t -> t.substring(equals + 1));
            if (value.isEmpty() && flag.get().takes() != Takes.NOTHING) {
                if (++i == arguments.size()) {
                    throw new UsageException("flag needs an argument: -" + name);
                }
                value = Optional.of(arguments.get(i));
            }
            set(flag.get(), value);
        }
        return false;
    }

    private void set(Flag flag, Optional<String> value) {
        String text = value.orElse("true");
        if (flag.takes() == Takes.NOTHING && GoNumbers.parseBool(text).isEmpty()) {
            throw new UsageException("invalid boolean value \"" + text + "\" for -" + flag.name() + ": parse error");
        }
        if (flag.takes() == Takes.DURATION && GoDuration.parse(text).isEmpty()) {
            throw new UsageException("invalid value \"" + text + "\" for flag -" + flag.name() + ": parse error");
        }
        given.computeIfAbsent(flag.name(), f -> new ArrayList<>()).add(text);
    }

    private CommandLine commandLine(boolean help, Surroundings surroundings) {
        String format = last("O").orElse("");
        CommandLine.Mode mode = help
                ? CommandLine.Mode.HELP
                : on("V") ? CommandLine.Mode.VERSION : format.isEmpty() ? CommandLine.Mode.RUN : CommandLine.Mode.PRINT;
        Optional<String> level = on("DD") ? Optional.of("trace") : on("D") ? Optional.of("debug") : Optional.empty();
        Sources sources = new Sources(
                all("C"),
                all("L"),
                all("F"),
                new Sources.Overrides(level, nonEmpty("api"), nonEmpty("metrics"), nonEmpty("console")),
                cluster(),
                on("lenient"),
                Optional.empty(),
                surroundings);
        Duration reload = last("R").flatMap(GoDuration::parse).orElse(Duration.ZERO);
        return new CommandLine(mode, sources, Format.of(format), reload, on("watch"), false, List.of());
    }

    private Map<String, List<String>> cluster() {
        Map<String, List<String>> cluster = new LinkedHashMap<>();
        CLUSTER.forEach((flag, key) -> {
            boolean off = flag.equals("cluster") && !on(flag);
            if (!off && !all(flag).isEmpty()) {
                cluster.put(key, all(flag));
            }
        });
        return cluster;
    }

    private List<String> all(String name) {
        return given.getOrDefault(name, List.of());
    }

    private Optional<String> last(String name) {
        List<String> all = all(name);
        return all.isEmpty() ? Optional.empty() : Optional.of(all.get(all.size() - 1));
    }

    private Optional<String> nonEmpty(String name) {
        return last(name).filter(v -> !v.isEmpty());
    }

    private boolean on(String name) {
        return last(name).flatMap(GoNumbers::parseBool).orElse(false);
    }

    /** The list of flags, and the commands. */
    public static String usage() {
        StringBuilder text = new StringBuilder("Usage of warren:\n");
        for (Flag flag : ALL) {
            String shown = flag.help().replaceAll(".*`(\\w+)`.*", " $1");
            text.append("  -").append(flag.name()).append(flag.takes() == Takes.NOTHING ? "" : shown);
            text.append("\n    \t").append(flag.help().replace("`", "")).append('\n');
        }
        return text.append("  A -- B\n    \tone process for each group of arguments\n")
                .append("  check [--strict] [--lenient] FILE...\n    \treport what is wrong with files, and exit\n")
                .append(
                        "  ctl VERB ... | status | top\n    \tsee and steer a running cluster; ctl help lists the verbs\n")
                .toString();
    }
}
