package io.warren.policy.resolver;

import java.net.InetAddress;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;

/** The answers of a resolver's servers, at most {@value #MAX_ENTRIES}: the one that was not used for longest goes first. Any thread. */
final class Cache {
    static final int MAX_ENTRIES = 8192;
    private static final Duration LONGEST = Duration.ofDays(1);

    /** @param fresh whether its time is not over */
    record Hit(List<InetAddress> addresses, boolean fresh) {}

    private record Entry(List<InetAddress> addresses, long expires) {}

    private final LongSupplier nanos;
    private final Map<Question, Entry> entries = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Question, Entry> eldest) {
            return size() > MAX_ENTRIES;
        }
    };

    Cache(LongSupplier nanos) {
        this.nanos = nanos;
    }

    synchronized Optional<Hit> find(Question question) {
        return Optional.ofNullable(entries.get(question))
                .map(entry -> new Hit(entry.addresses(), nanos.getAsLong() - entry.expires() < 0));
    }

    synchronized void keep(Question question, List<InetAddress> addresses, Duration time) {
        long length = (time.compareTo(LONGEST) > 0 ? LONGEST : time).toNanos();
        entries.put(question, new Entry(addresses, nanos.getAsLong() + length));
    }

    synchronized int size() {
        return entries.size();
    }
}
