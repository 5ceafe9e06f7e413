package io.warren.cli;

import io.warren.config.Surroundings;
import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.function.Function;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;

/**
 * The options of every verb of {@code ctl}, before it or behind it. Where to go and who one is may also stand in the environment, {@code WARREN_ADDRESS},
 * {@code WARREN_USER}, {@code WARREN_PASSWORD}, {@code WARREN_CA}, or in a file of {@code address=}, {@code user=}, {@code password=} and {@code ca=} lines.
 */
final class CtlOptions {
    static final String ADDRESS = "http://127.0.0.1:8422";

    /** How answers are written. */
    enum Output {
        TABLE,
        JSON,
        YAML;

        static Output of(String text) {
            try {
                return valueOf(text.toUpperCase(Locale.ROOT));
            } catch (IllegalArgumentException e) {
                throw new UsageException("\"" + text + "\" (expected: table, json or yaml)");
            }
        }

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /**
     * Where the console is, and who asks.
     *
     * @param insecure whether the console may show any certificate
     */
    record Access(String address, String user, String password, Optional<Path> ca, boolean insecure) {}

    @Option(
            names = {"-o", "--output"},
            scope = ScopeType.INHERIT,
            order = 1,
            paramLabel = "FORMAT",
            description = "table, json or yaml")
    private Output output = Output.TABLE;

    private final Set<String> members = new LinkedHashSet<>();

    @Option(
            names = {"-a", "--address"},
            scope = ScopeType.INHERIT,
            order = 3,
            paramLabel = "URL",
            description = "of the console (WARREN_ADDRESS; default " + ADDRESS + ")")
    private Optional<String> address = Optional.empty();

    @Option(
            names = {"-u", "--user"},
            scope = ScopeType.INHERIT,
            order = 4,
            paramLabel = "NAME",
            description = "(WARREN_USER; default admin)")
    private Optional<String> user = Optional.empty();

    @Option(
            names = "--password",
            scope = ScopeType.INHERIT,
            order = 5,
            paramLabel = "TEXT",
            description = "(WARREN_PASSWORD); better --password-file")
    private Optional<String> password = Optional.empty();

    @Option(
            names = "--password-file",
            scope = ScopeType.INHERIT,
            order = 6,
            paramLabel = "FILE",
            description = "that holds it")
    private Optional<Path> passwordFile = Optional.empty();

    @Option(
            names = "--ca",
            scope = ScopeType.INHERIT,
            order = 7,
            paramLabel = "FILE",
            description = "certificates to trust (WARREN_CA)")
    private Optional<Path> ca = Optional.empty();

    @Option(names = "--insecure", scope = ScopeType.INHERIT, order = 8, description = "trust any certificate")
    private boolean insecure;

    @Option(
            names = "--config",
            scope = ScopeType.INHERIT,
            order = 9,
            paramLabel = "FILE",
            description = "address=, user=, password=, ca= (default ~/.config/warren/ctl.conf)")
    private Optional<Path> config = Optional.empty();

    /** By a method, as those before a verb and those behind it come one after the other. */
    @Option(
            names = {"-m", "--member"},
            scope = ScopeType.INHERIT,
            order = 2,
            paramLabel = "NAME",
            description = "repeatable; without: all members")
    void members(List<String> names) {
        members.addAll(names == null ? List.of() : names);
    }

    Output output() {
        return output;
    }

    List<String> members() {
        return List.copyOf(members);
    }

    /** @throws UsageException for files that cannot be read */
    Access access(Function<String, Optional<String>> environment) {
        Properties file = file(environment);
        Function<String, Optional<String>> elsewhere = name -> environment
                .apply("WARREN_" + name.toUpperCase(Locale.ROOT))
                .or(() -> Optional.ofNullable(file.getProperty(name)));
        String where = address.or(() -> elsewhere.apply("address")).orElse(ADDRESS);
        return new Access(
                where.contains("://") ? where : "http://" + where,
                user.or(() -> elsewhere.apply("user")).orElse("admin"),
                passwordFile
                        .map(CtlOptions::text)
                        .or(() -> password)
                        .or(() -> elsewhere.apply("password"))
                        .orElse(""),
                ca.or(() -> elsewhere.apply("ca").map(Path::of)),
                insecure || elsewhere.apply("insecure").filter("true"::equals).isPresent());
    }

    private Properties file(Function<String, Optional<String>> environment) {
        Path file = config.orElseGet(() -> Surroundings.userFiles(environment, "XDG_CONFIG_HOME", ".config")
                .resolve("warren")
                .resolve("ctl.conf"));
        Properties properties = new Properties();
        if (config.isEmpty() && !Files.isRegularFile(file)) {
            return properties;
        }
        try {
            properties.load(new StringReader(text(file)));
        } catch (IOException | IllegalArgumentException e) {
            throw new UsageException("file " + file + " cannot be read: " + e.getMessage());
        }
        return properties;
    }

    static String text(Path file) {
        try {
            return Files.readString(file).strip();
        } catch (IOException e) {
            throw new UsageException(
                    "file " + file + " cannot be read (" + e.getClass().getSimpleName() + ")");
        }
    }
}
