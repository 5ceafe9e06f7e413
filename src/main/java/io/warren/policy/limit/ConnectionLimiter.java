package io.warren.policy.limit;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.warren.net.Address;
import io.warren.net.Conduit;
import io.warren.net.ProxyException;
import io.warren.policy.Source;
import io.warren.spi.Settings;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/**
 * An entry of {@code climiters}: how many connections there may be at once. {@code $} is about those of all services with this limiter, {@code $$} about
 * those of each client; an IP, or else the smallest CIDR block with the client in it, counts for that client instead of {@code $$}. Any thread.
 */
public final class ConnectionLimiter implements AutoCloseable {
    private static final String ALL = "";

    private final String name;
    private final Source<Rules<Integer>> source;
    /** By client; {@link #ALL}: of all of them. Without those that are zero. */
    private volatile Map<String, Integer> counts = new ConcurrentHashMap<>();

    private ConnectionLimiter(String name, Source<Rules<Integer>> source) {
        this.name = name;
        this.source = source;
    }

    /** Reads an entry of {@code climiters}. */
    public static ConnectionLimiter read(Vertx vertx, Settings section) {
        return new ConnectionLimiter(
                section.text("", "name"),
                new Reader<Integer>(ConnectionLimiter::number).read(vertx, section, rules -> {}));
    }

    private static Optional<Integer> number(Line line, Consumer<String> problem) {
        String text = line.value(0).orElse("");
        boolean number = text.matches("\\d{1,9}") && line.values().size() == 1;
        if (!number) {
            problem.accept("number of connections \"" + String.join(" ", line.values())
                    + "\" (expected: a whole number, at most 999999999)");
        }
        // As with gost, none is no limit.
        return number ? Optional.of(Integer.parseInt(text)).filter(n -> n > 0) : Optional.empty();
    }

    /**
     * One more connection.
     *
     * @param conduit it counts until that is closed
     * @return why it is one too many; empty when it is not, and then it counts
     */
    public Optional<ProxyException> admit(Address client, Conduit conduit) {
        Map<String, Integer> counted = counts;
        Rules<Integer> rules = source.get();
        List<String> taken = new ArrayList<>(2);
        Optional<Rules.Rule<Integer>> own = rules.ofBlock(client).or(rules::ofEach);
        Optional<ProxyException> refusal = own.flatMap(rule -> take(counted, client.host(), rule, taken))
                .or(() -> rules.ofAll().flatMap(rule -> take(counted, ALL, rule, taken)));
        if (refusal.isPresent()) {
            taken.forEach(place -> release(counted, place));
        } else if (!taken.isEmpty()) {
            conduit.closed().onComplete(v -> taken.forEach(place -> release(counted, place)));
        }
        return refusal;
    }

    private Optional<ProxyException> take(
            Map<String, Integer> counted, String place, Rules.Rule<Integer> rule, List<String> taken) {
        boolean[] room = new boolean[1];
        counted.compute(place, (p, there) -> {
            int before = there == null ? 0 : there;
            room[0] = before < rule.value();
            return room[0] ? Integer.valueOf(before + 1) : there;
        });
        if (room[0]) {
            taken.add(place);
            return Optional.empty();
        }
        return Optional.of(ProxyException.of(
                ProxyException.Kind.LIMITED,
                ProxyException.Side.CLIENT,
                "climiter " + name + ": more than " + rule.value() + " connections of " + rule.key()));
    }

    private static void release(Map<String, Integer> counted, String place) {
        counted.computeIfPresent(place, (p, n) -> n > 1 ? Integer.valueOf(n - 1) : null);
    }

    /** Goes on counting where another one is: its connections are still there. */
    public void takeOver(ConnectionLimiter earlier) {
        counts = earlier.counts;
    }

    /** Completes when the other sources have been read once. */
    public Future<Void> ready() {
        return source.ready();
    }

    @Override
    public void close() {
        source.close();
    }
}
