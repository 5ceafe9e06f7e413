package io.warren.service;

import io.warren.spi.Trace;
import java.util.HashMap;
import java.util.Map;

/** What the users of one instance of a service did in sessions that have ended. How many are told apart is bounded. Of one event loop. */
final class UserSums {
    private static final int MAX_USERS = 10_000;

    private final Map<String, ServiceStats> sums = new HashMap<>();

    /** The user itself, or the name of all beyond those that are told apart. */
    String name(String user) {
        return sums.containsKey(user) || sums.size() < MAX_USERS ? user : Traffic.OTHERS;
    }

    void ended(Trace trace, boolean failed) {
        sums.merge(
                name(trace.user()),
                new ServiceStats(
                        1, 0, failed ? 1 : 0, trace.meter().in(), trace.meter().out()),
                ServiceStats::plus);
    }

    /** A copy. */
    Map<String, ServiceStats> ended() {
        return new HashMap<>(sums);
    }
}
