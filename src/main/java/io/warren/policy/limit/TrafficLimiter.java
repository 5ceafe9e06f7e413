package io.warren.policy.limit;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.warren.net.Address;
import io.warren.net.Pace;
import io.warren.net.Paces;
import io.warren.net.Rate;
import io.warren.net.SteadyPace;
import io.warren.policy.Source;
import io.warren.spi.Settings;
import io.warren.spi.Sizes;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Consumer;

/**
 * An entry of {@code limiters}: how many bytes a second go from and to clients. {@code $} is about everything that services with this limiter carry,
 * {@code $$} about each connection, an IP about all connections of that client, a CIDR block about those of each client in it; of several blocks the smallest
 * one counts. A connection keeps to all that are about it. When the rates of a list change, so do those of connections that have one. Any thread.
 */
public final class TrafficLimiter implements AutoCloseable {
    /** Bytes a second from and to a client, and how many at once; 0 = no limit, of the last one: a second's worth. */
    record Traffic(long in, long out, long burst) {}

    private final Source<Rules<Traffic>> source;
    private volatile Live live;

    private TrafficLimiter(Source<Rules<Traffic>> source, Live live) {
        this.source = source;
        this.live = live;
    }

    /** Reads an entry of {@code limiters}. */
    public static TrafficLimiter read(Vertx vertx, Settings section) {
        Live live = new Live();
        return new TrafficLimiter(new Reader<Traffic>(TrafficLimiter::traffic).read(vertx, section, live::apply), live);
    }

    private static Optional<Traffic> traffic(Line line, Consumer<String> problem) {
        long[] sizes = new long[3];
        String[] names = {"rate from clients", "rate to clients", "burst"};
        if (line.values().isEmpty() || line.values().size() > sizes.length) {
            problem.accept(line.values().size() + " values (expected: KEY IN [OUT [BURST]])");
            return Optional.empty();
        }
        for (int i = 0; i < line.values().size(); i++) {
            OptionalLong size = Sizes.parse(line.values().get(i));
            if (size.isEmpty()) {
                problem.accept(names[i] + " \"" + line.values().get(i) + "\" (expected: " + Sizes.EXPECTED + ", or 0)");
                return Optional.empty();
            }
            sizes[i] = size.getAsLong();
        }
        return Optional.of(new Traffic(sizes[0], sizes[1], sizes[2]));
    }

    /** Those of everything that services with this limiter carry. */
    public Paces all() {
        return live.rules.ofAll().map(rule -> rule.value().shared.paces()).orElse(Paces.FREE);
    }

    /** Those of one new connection, and of its client. */
    public Paces connection(Address client) {
        Live now = live;
        Paces each =
                now.rules.ofEach().map(rule -> new Pair(rule.value()).paces()).orElse(Paces.FREE);
        return each.and(now.rules
                .ofBlock(client)
                .map(rule -> now.ofClient(client, rule).paces())
                .orElse(Paces.FREE));
    }

    /** Goes on with what another one has counted: clients are not to have twice as much while their old connections are there. */
    public void takeOver(TrafficLimiter earlier) {
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

    /** The rates of one rule, and the bucket of all that it is about. */
    private static final class Rates {
        private final Rate in = new Rate();
        private final Rate out = new Rate();
        private final Pair shared = new Pair(this);

        private void set(Traffic traffic) {
            in.set((double) traffic.in(), (double) traffic.burst());
            out.set((double) traffic.out(), (double) traffic.burst());
        }
    }

    /** Two buckets. */
    private record Pair(Rates rates, SteadyPace in, SteadyPace out) {
        Pair(Rates rates) {
            this(rates, new SteadyPace(rates.in), new SteadyPace(rates.out));
        }

        Paces paces() {
            return new Paces(rates.in.isFree() ? Pace.FREE : in, rates.out.isFree() ? Pace.FREE : out);
        }

        boolean isFull() {
            return in.isFull() && out.isFull();
        }
    }

    /** What goes on. */
    private static final class Live {
        private final Buckets<Pair> clients = new Buckets<>(Pair::isFull);
        private volatile Rules<Rates> rules = new Rules<>(Map.of());

        Pair ofClient(Address client, Rules.Rule<Rates> rule) {
            Rates rates = rule.value();
            return rule.key().isSingle()
                    ? rates.shared
                    : clients.of(client.host(), pair -> pair.rates() == rates, () -> new Pair(rates));
        }

        synchronized void apply(Rules<Traffic> now) {
            Map<Key, Rules.Rule<Rates>> before = rules.all();
            Map<Key, Rates> after = new HashMap<>();
            now.all().forEach((key, rule) -> {
                Rates rates = before.containsKey(key) ? before.get(key).value() : new Rates();
                rates.set(rule.value());
                after.put(rule.key(), rates);
            });
            before.forEach((key, rule) -> {
                if (!after.containsKey(key)) {
                    rule.value().set(new Traffic(0, 0, 0));
                }
            });
            rules = new Rules<>(after);
        }
    }
}
