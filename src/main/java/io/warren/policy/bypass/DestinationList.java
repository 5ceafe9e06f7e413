package io.warren.policy.bypass;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.warren.policy.Comments;
import io.warren.policy.Source;
import io.warren.spi.Bypass;
import io.warren.spi.Destination;
import io.warren.spi.Settings;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An entry of {@code bypasses}. A list bypasses what it contains, a whitelist what it does not contain; both only on their {@code network}, where they
 * have one. Without patterns a list bypasses all of its network, or nothing when it has none; a whitelist nothing. Any thread.
 */
public final class DestinationList implements Bypass, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger("policy");

    private final boolean whitelist;
    private final String network;
    private final Source<Patterns> patterns;

    private DestinationList(boolean whitelist, String network, Source<Patterns> patterns) {
        this.whitelist = whitelist;
        this.network = network;
        this.patterns = patterns;
    }

    /** Reads an entry of {@code bypasses}. */
    public static DestinationList read(Vertx vertx, Settings section) {
        boolean reverse = section.flag(false, "reverse");
        boolean whitelist = section.flag(false, "whitelist") || reverse;
        List<String> inline = section.texts("matchers").stream()
                .map(String::trim)
                .filter(m -> !m.isEmpty())
                .toList();
        return new DestinationList(
                whitelist,
                section.text("", "network").toLowerCase(Locale.ROOT),
                Source.read(
                        vertx,
                        section,
                        Comments.ANYWHERE,
                        Patterns.parse(inline, message -> section.warning("matchers", message)),
                        true,
                        lines -> parse(section.path(), inline, lines)));
    }

    private static Patterns parse(String path, List<String> inline, List<String> lines) {
        List<String> all = new ArrayList<>(inline);
        all.addAll(lines);
        return Patterns.parse(
                all, message -> LOG.atWarn().addKeyValue("policy", path).log(message));
    }

    /** Completes when the other sources have been read once. */
    public Future<Void> ready() {
        return patterns.ready();
    }

    boolean whitelist() {
        return whitelist;
    }

    @Override
    public boolean matches(Destination target) {
        if (target.address().host().isEmpty()
                || (!network.isEmpty() && !network.equals(target.network().toString()))) {
            return false;
        }
        Patterns now = patterns.get();
        if (now.isEmpty()) {
            return !network.isEmpty() && !whitelist;
        }
        return now.match(target.address()) != whitelist;
    }

    @Override
    public void close() {
        patterns.close();
    }
}
