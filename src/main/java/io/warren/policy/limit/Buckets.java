package io.warren.policy.limit;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Predicate;
import java.util.function.Supplier;

/** What is kept for each client, of a bounded number of clients: those beyond it share one. Any thread. */
final class Buckets<B> {
    /** From here on, those that have been unused for long enough are forgotten. */
    private static final int MANY = 10_000;

    private static final int MOST = 100_000;
    private static final long SWEEP_NANOS = 1_000_000_000L;
    private static final String OTHERS = "others";

    private final Map<String, B> byClient = new ConcurrentHashMap<>();
    private final AtomicLong sweptAt = new AtomicLong(System.nanoTime() - SWEEP_NANOS);
    private final Predicate<B> forgettable;

    /** @param forgettable whether one is as if it were new */
    Buckets(Predicate<B> forgettable) {
        this.forgettable = forgettable;
    }

    /** @param fits whether the one that is there is still the right one */
    B of(String client, Predicate<B> fits, Supplier<B> make) {
        B known = byClient.get(client);
        if (known != null && fits.test(known)) {
            return known;
        }
        if (known == null && byClient.size() >= MANY) {
            sweep();
        }
        String place = known == null && byClient.size() >= MOST ? OTHERS : client;
        return byClient.compute(place, (name, there) -> there != null && fits.test(there) ? there : make.get());
    }

    private void sweep() {
        long now = System.nanoTime();
        long before = sweptAt.get();
        if (now - before >= SWEEP_NANOS && sweptAt.compareAndSet(before, now)) {
            byClient.values().removeIf(forgettable);
        }
    }
}
