package io.warren.policy.limit;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.warren.net.Address;
import io.warren.net.ProxyException;
import io.warren.net.Rate;
import io.warren.net.SteadyPace;
import io.warren.policy.Source;
import io.warren.spi.Settings;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * An entry of {@code rlimiters}: how many requests a second there may be, and the next whole number above that at once. Keys are those of {@link ConnectionLimiter}.
 * Any thread.
 */
public final class RequestLimiter implements AutoCloseable {
    private final String name;
    private final Source<Rules<Double>> source;
    private volatile Live live;

    private RequestLimiter(String name, Source<Rules<Double>> source, Live live) {
        this.name = name;
        this.source = source;
        this.live = live;
    }

    /** Reads an entry of {@code rlimiters}. */
    public static RequestLimiter read(Vertx vertx, Settings section) {
        Live live = new Live();
        return new RequestLimiter(
                section.text("", "name"),
                new Reader<Double>(RequestLimiter::number).read(vertx, section, live::apply),
                live);
    }

    private static Optional<Double> number(Line line, Consumer<String> problem) {
        String text = line.value(0).orElse("");
        boolean number = text.matches("(\\d{1,9}(\\.\\d{0,9})?|\\.\\d{1,9})([eE][+-]?\\d)?")
                && line.values().size() == 1;
        if (!number) {
            problem.accept("requests a second \"" + String.join(" ", line.values())
                    + "\" (expected: a number such as 10 or 0.5)");
        }
        // As with gost, none is no limit.
        return number ? Optional.of(Double.parseDouble(text)).filter(n -> n > 0) : Optional.empty();
    }

    /** @return why that client may not ask for one thing more; empty when it may, and then it is counted */
    public Optional<ProxyException> admit(Address client) {
        Live now = live;
        Rules<Bucket> rules = now.rules;
        return rules.ofBlock(client)
                .or(rules::ofEach)
                .flatMap(rule -> refusal(rule, now.ofClient(client, rule)))
                .or(() ->
                        rules.ofAll().flatMap(rule -> refusal(rule, rule.value().pace())));
    }

    private Optional<ProxyException> refusal(Rules.Rule<Bucket> rule, SteadyPace pace) {
        return pace.admits(1)
                ? Optional.empty()
                : Optional.of(ProxyException.of(
                        ProxyException.Kind.LIMITED,
                        ProxyException.Side.CLIENT,
                        "rlimiter " + name + ": more than " + rule.value().perSecond() + " requests a second of "
                                + rule.key()));
    }

    /** Goes on with what another one has counted. */
    public void takeOver(RequestLimiter earlier) {
        Live theirs = earlier.live;
        theirs.apply(source.get());
        live = theirs;
    }

    /** Completes when the other sources have been read once. */
    public Future<Void> ready() {
        return source.ready();
    }

    @Override
    public void close() {
        source.close();
    }

    /** One rule's rate, and the bucket of all that it is about. */
    private record Bucket(Rate rate, SteadyPace pace) {
        static Bucket create() {
            Rate rate = new Rate();
            return new Bucket(rate, new SteadyPace(rate));
        }

        void set(double perSecond) {
            rate.set(perSecond, Math.floor(perSecond) + 1);
        }

        String perSecond() {
            String text = Double.toString(rate.perSecond());
            return text.endsWith(".0") ? text.substring(0, text.length() - 2) : text;
        }
    }

    /** What goes on. */
    private static final class Live {
        private final Buckets<SteadyPace> clients = new Buckets<>(SteadyPace::isFull);
        private volatile Rules<Bucket> rules = new Rules<>(Map.of());

        SteadyPace ofClient(Address client, Rules.Rule<Bucket> rule) {
            Rate rate = rule.value().rate();
            return rule.key().isSingle()
                    ? rule.value().pace()
                    : clients.of(client.host(), pace -> pace.rate() == rate, () -> new SteadyPace(rate));
        }

        synchronized void apply(Rules<Double> now) {
            Map<Key, Bucket> after = new HashMap<>();
            now.all().forEach((key, rule) -> {
                Bucket bucket = Optional.ofNullable(rules.all().get(key))
                        .map(Rules.Rule::value)
                        .orElseGet(Bucket::create);
                bucket.set(rule.value());
                after.put(rule.key(), bucket);
            });
            rules = new Rules<>(after);
        }
    }
}
