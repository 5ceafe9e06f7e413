package io.warren.config;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Where one configuration comes from: what the command line says, and what surrounds the process.
 *
 * @param configs every {@code -C}: a path, {@code -}, a URL, or inline JSON
 * @param services every {@code -L}
 * @param nodes every {@code -F}
 * @param overrides flags that change single settings
 * @param cluster the cluster flags given, under the keys of the {@code cluster} section: {@code addr}, {@code join}…; {@code cluster} for the bare flag
 * @param lenient whether a dangling reference is a warning
 * @param fallback a document for when there is no other source; gost has none
 */
public record Sources(
        List<String> configs,
        List<String> services,
        List<String> nodes,
        Overrides overrides,
        Map<String, List<String>> cluster,
        boolean lenient,
        Optional<String> fallback,
        Surroundings surroundings) {
    /**
     * @param level of the log
     * @param api {@code [user:pass@]host:port[?pathPrefix=&accesslog=]}
     * @param metrics {@code [user:pass@]host:port[?path=]}
     * @param console address of dashboard and cluster API
     */
    public record Overrides(
            Optional<String> level, Optional<String> api, Optional<String> metrics, Optional<String> console) {
        public static final Overrides NONE =
                new Overrides(Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty());

        public Overrides(Optional<String> level, Optional<String> api, Optional<String> metrics) {
            this(level, api, metrics, Optional.empty());
        }
    }

    public Sources {
        configs = List.copyOf(configs);
        services = List.copyOf(services);
        nodes = List.copyOf(nodes);
        cluster = Map.copyOf(cluster);
    }

    /** Files alone, as {@code check} reads them. */
    public static Sources files(List<String> configs) {
        return new Sources(
                configs,
                List.of(),
                List.of(),
                Overrides.NONE,
                Map.of(),
                false,
                Optional.empty(),
                Surroundings.ofProcess());
    }

    public Sources withFallback(String document) {
        return new Sources(configs, services, nodes, overrides, cluster, lenient, Optional.of(document), surroundings);
    }

    public Sources withLenient(boolean flag) {
        return new Sources(configs, services, nodes, overrides, cluster, flag, fallback, surroundings);
    }
}
