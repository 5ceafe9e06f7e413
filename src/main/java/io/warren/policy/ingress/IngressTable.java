package io.warren.policy.ingress;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.warren.policy.Comments;
import io.warren.policy.HostNames;
import io.warren.policy.Source;
import io.warren.spi.Ingress;
import io.warren.spi.Settings;
import io.warren.spi.TunnelId;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An entry of {@code ingresses}: host names and the tunnels that serve them, inline or as lines {@code host tunnel}. {@code *.example.com} and
 * {@code .example.com} stand for the domain and all below it; the longest one that has an entry counts. Names match in any case. Any thread.
 */
public final class IngressTable implements Ingress, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger("policy");

    private final Source<Map<String, TunnelId>> table;

    private final boolean announced;

    private IngressTable(Source<Map<String, TunnelId>> table, boolean announced) {
        this.table = table;
        this.announced = announced;
    }

    /** Reads an entry of {@code ingresses}. */
    public static IngressTable read(Vertx vertx, Settings section) {
        Map<String, TunnelId> inline = new HashMap<>();
        for (Settings rule : section.list("rules")) {
            add(
                    inline,
                    rule.text("", "hostname"),
                    rule.text("", "endpoint"),
                    message -> rule.warning("endpoint", message + ": the rule is left out"));
        }
        Source<Map<String, TunnelId>> source = Source.read(
                vertx,
                section,
                Comments.ANYWHERE,
                Map.copyOf(inline),
                true,
                lines -> table(section.path(), inline, lines));
        return new IngressTable(source, section.flag(false, "announced"));
    }

    /** Rules in one text, {@code host:tunnel,host:tunnel}: the {@code tunnel} key of a handler. */
    public static Optional<Ingress> inline(Settings metadata) {
        String text = metadata.text("", "tunnel");
        Map<String, TunnelId> rules = new HashMap<>();
        for (String rule : text.split(",", -1)) {
            int colon = rule.lastIndexOf(':');
            if (!rule.isBlank()) {
                add(
                        rules,
                        rule.substring(0, Math.max(0, colon)),
                        rule.substring(colon + 1),
                        message -> metadata.problem("tunnel", message + " (expected: host:tunnel,host:tunnel)"));
            }
        }
        return text.isEmpty() ? Optional.empty() : Optional.of(host -> HostNames.find(rules, host));
    }

    private static Map<String, TunnelId> table(String path, Map<String, TunnelId> inline, List<String> lines) {
        Map<String, TunnelId> all = new HashMap<>(inline);
        for (String line : lines) {
            String[] words = line.trim().split("\\s+", 3);
            add(
                    all,
                    words[0],
                    words.length > 1 ? words[1] : "",
                    message -> LOG.atWarn().addKeyValue("policy", path).log("\"{}\" left out: {}", line, message));
        }
        return Map.copyOf(all);
    }

    private static void add(Map<String, TunnelId> rules, String host, String tunnel, Consumer<String> problem) {
        String name = HostNames.normal(host.trim());
        String key = name.startsWith("*") ? name.substring(1) : name;
        Optional<TunnelId> id = TunnelId.parse(tunnel.trim());
        if (key.isEmpty()) {
            problem.accept("rule for host \"" + host + "\" (expected: a name, or a domain such as *.example.com)");
        } else if (id.isEmpty()) {
            problem.accept("tunnel ID \"" + tunnel + "\" of host " + name
                    + " (expected: a UUID, for a private one behind a $)");
        } else {
            rules.put(key, id.get());
        }
    }

    @Override
    public Optional<TunnelId> find(String host) {
        return HostNames.find(table.get(), host);
    }

    @Override
    public boolean announced() {
        return announced;
    }

    /** Completes when the other sources have been read once. */
    public Future<Void> ready() {
        return table.ready();
    }

    @Override
    public void close() {
        table.close();
    }
}
