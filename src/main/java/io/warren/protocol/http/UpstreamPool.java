package io.warren.protocol.http;

import io.warren.net.Address;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Idle connections to targets. On one event loop. */
final class UpstreamPool {
    static final Duration IDLE = Duration.ofSeconds(30);

    private static final int MAX = 512;
    private static final int MAX_PER_TARGET = 64;

    private final Map<Address, Deque<Upstream>> idle = new HashMap<>();
    private int size;

    /** The one that was used last: the others may then expire. */
    Optional<Upstream> take(Address target) {
        Deque<Upstream> some = idle.get(target);
        Upstream upstream = some == null ? null : some.pollLast();
        if (upstream == null) {
            return Optional.empty();
        }
        taken(target, some);
        return Optional.of(upstream);
    }

    private void taken(Address target, Deque<Upstream> rest) {
        size--;
        if (rest.isEmpty()) {
            idle.remove(target);
        }
    }

    void give(Upstream upstream) {
        Deque<Upstream> some = idle.computeIfAbsent(upstream.target(), t -> new ArrayDeque<>());
        if (size >= MAX || some.size() >= MAX_PER_TARGET) {
            upstream.close();
            return;
        }
        size++;
        some.addLast(upstream);
        upstream.rest(System.nanoTime());
    }

    void remove(Upstream upstream) {
        Deque<Upstream> some = idle.get(upstream.target());
        if (some != null && some.remove(upstream)) {
            taken(upstream.target(), some);
        }
    }

    void expire(long now) {
        List<Upstream> old = idle.values().stream()
                .flatMap(Deque::stream)
                .filter(upstream -> now - upstream.idleSince() >= IDLE.toNanos())
                .toList();
        old.forEach(Upstream::close);
    }

    void close() {
        List<Upstream> all = idle.values().stream().flatMap(Deque::stream).toList();
        all.forEach(Upstream::close);
    }

    int size() {
        return size;
    }
}
