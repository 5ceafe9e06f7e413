package io.warren.cluster;

import java.util.Map;
import java.util.UUID;

/** What a member tells all others of its own registrations. Changes are numbered, so that a lost one is noticed. */
sealed interface Notice {
    UUID owner();

    /** The number of the owner's last change, this one included. */
    long sequence();

    record Added(UUID owner, long sequence, Listing listing) implements Notice {}

    record Removed(UUID owner, long sequence, long id) implements Notice {}

    /** How many live streams some registrations have, by their id. No change: the number is that of the last one. */
    record Counts(UUID owner, long sequence, Map<Long, Integer> live) implements Notice {
        public Counts {
            live = Map.copyOf(live);
        }
    }

    /**
     * Told from time to time: whoever has something else has missed something.
     *
     * @param draining whether the member is about to leave
     */
    record Digest(UUID owner, long sequence, int count, long hash, boolean draining) implements Notice {}
}
