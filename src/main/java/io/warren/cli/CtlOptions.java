package io.warren.cli;

import io.warren.config.Surroundings;
import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.function.Function;

/**
 * The arguments of {@code ctl}: words and flags in any order. Where to go and who one is may also stand in the environment, {@code WARREN_ADDRESS}, {@code
 * WARREN_USER}, {@code WARREN_PASSWORD}, {@code WARREN_CA}, or in a file of {@code address=}, {@code user=}, {@code password=} and {@code ca=} lines.
 *
 * @param words the verb and what it is about
 * @param insecure whether the console may show any certificate
 * @param parameters of the request, in order: {@code limit}, {@code sort}, filters
 */
record CtlOptions(
        List<String> words,
        String address,
        String user,
        String password,
        Optional<Path> ca,
        boolean insecure,
        Output output,
        List<String> members,
        Map<String, String> parameters,
        Map<String, String> settings) {
    /** How answers are written. */
    enum Output {
        TABLE,
        JSON,
        YAML
    }

    static final String ADDRESS = "http://127.0.0.1:8422";

    /** Flags with a value, and what they are called in a request; empty for those that are no part of it. */
    static final Map<String, String> FLAGS = flags();

    private static Map<String, String> flags() {
        Map<String, String> flags = new LinkedHashMap<>();
        for (String own : List.of(
                "address",
                "user",
                "password",
                "password-file",
                "ca",
                "insecure",
                "config",
                "output",
                "member",
                "for",
                "kind",
                "interval",
                "count")) {
            flags.put(own, "");
        }
        for (String parameter : List.of("limit", "offset", "sort", "q", "level", "step", "format")) {
            flags.put(parameter, parameter);
        }
        flags.put("filter", "");
        return flags;
    }

    /** Flags that need no value. */
    private static final Set<String> SWITCHES = Set.of("insecure");

    private static final Map<String, String> SHORT =
            Map.of("a", "address", "u", "user", "o", "output", "m", "member", "f", "filter");

    /** @throws UsageException for an unknown flag, or one without its value */
    static CtlOptions parse(List<String> arguments, Function<String, Optional<String>> environment) {
        List<String> words = new ArrayList<>();
        Map<String, List<String>> given = new LinkedHashMap<>();
        for (int i = 0; i < arguments.size(); i++) {
            String word = arguments.get(i);
            if (word.length() < 2 || !word.startsWith("-")) {
                words.add(word);
                continue;
            }
            String text = word.substring(word.startsWith("--") ? 2 : 1);
            int equals = text.indexOf('=');
            String name = equals < 0 ? text : text.substring(0, equals);
            String flag = SHORT.getOrDefault(name, name);
            if (!FLAGS.containsKey(flag)) {
                throw new UsageException("flag provided but not defined: -" + name);
            }
            if (equals < 0 && SWITCHES.contains(flag)) {
                given.computeIfAbsent(flag, f -> new ArrayList<>()).add("true");
                continue;
            }
            if (equals < 0 && ++i == arguments.size()) {
                throw new UsageException("flag needs an argument: -" + name);
            }
            given.computeIfAbsent(flag, f -> new ArrayList<>())
                    .add(equals < 0 ? arguments.get(i) : text.substring(equals + 1));
        }
        return of(words, given, environment);
    }

    private static CtlOptions of(
            List<String> words, Map<String, List<String>> given, Function<String, Optional<String>> environment) {
        Properties file = file(last(given, "config"), environment);
        Map<String, String> parameters = new LinkedHashMap<>();
        FLAGS.forEach((flag, parameter) -> {
            if (!parameter.isEmpty()) {
                last(given, flag).ifPresent(value -> parameters.put(parameter, value));
            }
        });
        for (String filter : given.getOrDefault("filter", List.of())) {
            int equals = filter.indexOf('=');
            if (equals <= 0) {
                throw new UsageException("filter \"" + filter + "\" (expected: field=text, or field=~text)");
            }
            parameters.put(filter.substring(0, equals), filter.substring(equals + 1));
        }
        Map<String, String> settings = new LinkedHashMap<>();
        for (String setting : List.of("for", "kind", "interval", "count")) {
            last(given, setting).ifPresent(value -> settings.put(setting, value));
        }
        Function<String, Optional<String>> chosen = name -> last(given, name)
                .or(() -> environment.apply("WARREN_" + name.toUpperCase(Locale.ROOT)))
                .or(() -> Optional.ofNullable(file.getProperty(name)));
        String address = chosen.apply("address").orElse(ADDRESS);
        return new CtlOptions(
                words,
                address.contains("://") ? address : "http://" + address,
                chosen.apply("user").orElse("admin"),
                last(given, "password-file")
                        .map(CtlOptions::text)
                        .or(() -> chosen.apply("password"))
                        .orElse(""),
                chosen.apply("ca").map(Path::of),
                chosen.apply("insecure").filter("true"::equals).isPresent(),
                output(last(given, "output").orElse("table")),
                given.getOrDefault("member", List.of()),
                parameters,
                settings);
    }

    private static Optional<String> last(Map<String, List<String>> given, String flag) {
        return Optional.ofNullable(given.get(flag)).map(values -> values.get(values.size() - 1));
    }

    private static Output output(String text) {
        try {
            return Output.valueOf(text.toUpperCase(Locale.ROOT));
        } catch (IllegalArgumentException e) {
            throw new UsageException("output \"" + text + "\" (expected: table, json or yaml)");
        }
    }

    private static Properties file(Optional<String> named, Function<String, Optional<String>> environment) {
        Path file = named.map(Path::of)
                .orElseGet(() -> Surroundings.userFiles(environment, "XDG_CONFIG_HOME", ".config")
                        .resolve("warren")
                        .resolve("ctl.conf"));
        Properties properties = new Properties();
        if (named.isEmpty() && !Files.isRegularFile(file)) {
            return properties;
        }
        try {
            properties.load(new StringReader(text(file.toString())));
        } catch (IOException | IllegalArgumentException e) {
            throw new UsageException("file " + file + " cannot be read: " + e.getMessage());
        }
        return properties;
    }

    static String text(String file) {
        try {
            return Files.readString(Path.of(file)).strip();
        } catch (IOException e) {
            throw new UsageException(
                    "file " + file + " cannot be read (" + e.getClass().getSimpleName() + ")");
        }
    }
}
