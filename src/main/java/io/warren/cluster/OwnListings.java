package io.warren.cluster;

import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;

/** What this member has registered. On the directory's event loop. */
final class OwnListings {
    private final UUID owner;
    private final NavigableMap<Long, Listing> byId = new TreeMap<>();
    private long sequence;
    private long hash;
    private boolean draining;

    OwnListings(UUID owner) {
        this.owner = owner;
    }

    Notice add(Listing listing) {
        byId.put(listing.id(), listing);
        hash += mix(listing.id());
        return new Notice.Added(owner, ++sequence, listing);
    }

    /** @return empty when it is not there any more */
    Optional<Notice> remove(long id) {
        if (byId.remove(id) == null) {
            return Optional.empty();
        }
        hash -= mix(id);
        return Optional.of(new Notice.Removed(owner, ++sequence, id));
    }

    Notice counts(Map<Long, Integer> live) {
        return new Notice.Counts(owner, sequence, live);
    }

    Notice.Digest digest() {
        return new Notice.Digest(owner, sequence, byId.size(), hash, draining);
    }

    void draining(boolean leaving) {
        draining = leaving;
    }

    StatePage page(long after) {
        List<Listing> next = byId.tailMap(after, false).values().stream()
                .limit(Wire.MAX_LISTINGS)
                .toList();
        boolean more =
                !next.isEmpty() && byId.lastKey() > next.get(next.size() - 1).id();
        return new StatePage(sequence, more, next);
    }

    /** A registration's share in the hash: the finalizer of MurmurHash3. An id is used once, so the id says it all. */
    static long mix(long id) {
        long h = id;
        h = (h ^ (h >>> 33)) * 0xff51afd7ed558ccdL;
        h = (h ^ (h >>> 33)) * 0xc4ceb9fe1a85ec53L;
        return h ^ (h >>> 33);
    }
}
