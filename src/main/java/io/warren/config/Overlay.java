package io.warren.config;

import io.warren.spi.Credentials;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** What environment and single flags change in a tree, in gost's order: environment, log level, {@code -api}, {@code -metrics}. */
final class Overlay {
    private Overlay() {}

    static Mapping over(Mapping tree, Sources sources) {
        Surroundings around = sources.surroundings();
        Mapping made = tree;
        made = variable(made, around, "GOST_LOGGER_LEVEL", "log", "level");
        made = variable(made, around, "GOST_API", "api", "addr");
        made = variable(made, around, "GOST_METRICS", "metrics", "addr");
        made = variable(made, around, "GOST_PROFILING", "profiling", "addr");
        Optional<String> level = sources.overrides().level();
        if (level.isPresent()) {
            made = set(made, "log", "level", Position.of(level.get().equals("trace") ? "-DD" : "-D"), level.get());
        }
        Optional<String> api = sources.overrides().api();
        if (api.isPresent()) {
            Position at = Position.of("-api");
            made = made.with("api", at, server(at, api.get(), Overlay::apiKeys));
        }
        Optional<String> metrics = sources.overrides().metrics();
        if (metrics.isPresent()) {
            Position at = Position.of("-metrics");
            made = made.with("metrics", at, server(at, metrics.get(), Overlay::metricsKeys));
        }
        Optional<String> console = sources.overrides().console();
        if (console.isPresent()) {
            made = set(made, "console", "addr", Position.of("--console"), console.get());
        }
        return cluster(made, sources.cluster());
    }

    private static Mapping variable(Mapping tree, Surroundings around, String name, String section, String key) {
        return around.variable(name)
                .map(value -> set(tree, section, key, Position.of("env " + name), value))
                .orElse(tree);
    }

    private static Mapping set(Mapping tree, String section, String key, Position at, String value) {
        Mapping old = tree.value(section)
                .filter(v -> v instanceof Mapping)
                .map(v -> (Mapping) v)
                .orElse(Mapping.empty(at));
        return tree.with(section, at, old.with(key, at, new Scalar(at, value)));
    }

    private interface Keys {
        void add(Fields fields, Parameters query);
    }

    private static void apiKeys(Fields fields, Parameters query) {
        fields.text("pathPrefix", query.at("pathPrefix"), query.text("pathPrefix"));
        fields.flag("accesslog", query.at("accesslog"), query.flag("accesslog"));
    }

    private static void metricsKeys(Fields fields, Parameters query) {
        fields.text("path", query.at("path"), query.text("path"));
    }

    /** A text that is no URL is the address as it stands. */
    private static Mapping server(Position at, String text, Keys keys) {
        GoUrl url;
        try {
            url = GoUrl.normalise(text);
        } catch (IllegalArgumentException e) {
            return new Fields(at).text("addr", text).build();
        }
        Fields fields = new Fields(at).text("addr", url.host());
        Optional<Credentials> user = url.user();
        user.ifPresent(u -> fields.node("auth", at, UrlAuth.section(u, at)));
        keys.add(fields, new Parameters(at.source(), url.query()));
        return fields.build();
    }

    /** The cluster flags change single keys of the section; any of them makes it. */
    private static Mapping cluster(Mapping tree, Map<String, List<String>> flags) {
        if (flags.isEmpty()) {
            return tree;
        }
        Mapping made = tree.value("cluster").isPresent()
                ? tree
                : tree.with("cluster", Position.of("--cluster"), Mapping.empty(Position.of("--cluster")));
        for (Map.Entry<String, List<String>> flag : flags.entrySet()) {
            if (flag.getKey().equals("cluster")) {
                continue;
            }
            Position at = Position.of(flagName(flag.getKey()));
            Mapping section = made.value("cluster")
                    .filter(v -> v instanceof Mapping)
                    .map(v -> (Mapping) v)
                    .orElse(Mapping.empty(at));
            made = made.with("cluster", at, section.with(flag.getKey(), at, value(flag.getKey(), at, flag.getValue())));
        }
        return made;
    }

    private static Node value(String key, Position at, List<String> values) {
        if (!key.equals("join")) {
            return new Scalar(at, values.get(values.size() - 1));
        }
        List<Node> addresses = new ArrayList<>();
        for (String value : values) {
            Arrays.stream(value.split(",", -1))
                    .filter(a -> !a.isBlank())
                    .forEach(a -> addresses.add(new Scalar(at, a.trim())));
        }
        return new Sequence(at, addresses);
    }

    /** {@code secretFile} is {@code --secret-file}, {@code addr} is {@code --cluster-addr}. */
    static String flagName(String key) {
        String dashed = key.replaceAll("([A-Z])", "-$1").toLowerCase(Locale.ROOT);
        return "--" + (key.equals("addr") || key.equals("name") ? "cluster-" + dashed : dashed);
    }
}
