package io.warren.cluster;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What another member has registered, as far as is known here. Changes are applied in the order of their numbers; when one is missing, or a digest says
 * something else, {@link #complete} is false until the whole state was fetched. On the directory's event loop.
 */
final class PeerListings {
    /** Changes that are kept while the state is being fetched. More than that and the fetch begins anew. */
    private static final int KEPT = 10_000;

    /** Told of each difference. */
    interface Changes {
        void appeared(Listing listing);

        void vanished(Listing listing);

        void live(Listing listing, int streams);
    }

    private final Changes changes;
    private final Map<Long, Listing> byId = new HashMap<>();
    private final List<Notice> kept = new ArrayList<>();
    private long sequence = -1;
    private long hash;
    private boolean complete;

    private Optional<Fetch> fetch = Optional.empty();

    private static final class Fetch {
        private final long sequence;
        private final Map<Long, Listing> listings = new HashMap<>();

        Fetch(long sequence) {
            this.sequence = sequence;
        }
    }

    PeerListings(Changes changes) {
        this.changes = changes;
    }

    boolean complete() {
        return complete;
    }

    int count() {
        return byId.size();
    }

    void told(Notice notice) {
        if (notice instanceof Notice.Digest digest) {
            if (complete
                    && (digest.sequence() > sequence
                            || (digest.sequence() == sequence
                                    && (digest.count() != byId.size() || digest.hash() != hash)))) {
                complete = false;
            }
        } else if (notice instanceof Notice.Counts counts) {
            counts.live()
                    .forEach((id, live) ->
                            Optional.ofNullable(byId.get(id)).ifPresent(listing -> changes.live(listing, live)));
        } else if (!complete) {
            keep(notice);
        } else if (notice.sequence() == sequence + 1) {
            apply(notice);
        } else if (notice.sequence() > sequence) {
            complete = false;
            keep(notice);
        }
    }

    private void keep(Notice notice) {
        if (kept.size() == KEPT) {
            kept.clear();
            fetch = Optional.empty();
        }
        kept.add(notice);
    }

    private void apply(Notice notice) {
        sequence = notice.sequence();
        if (notice instanceof Notice.Added added) {
            add(added.listing());
        } else if (notice instanceof Notice.Removed removed) {
            remove(removed.id());
        }
    }

    private void add(Listing listing) {
        if (byId.putIfAbsent(listing.id(), listing) == null) {
            hash += OwnListings.mix(listing.id());
            changes.appeared(listing);
        }
    }

    private void remove(long id) {
        Listing gone = byId.remove(id);
        if (gone != null) {
            hash -= OwnListings.mix(id);
            changes.vanished(gone);
        }
    }

    /** A fetch begins, or begins anew. */
    void fetching() {
        fetch = Optional.empty();
        kept.clear();
    }

    /**
     * The next page of a fetch.
     *
     * @return the id to go on after; empty when that was all of it, or when the fetch has to begin anew (then this is not {@link #complete})
     */
    Optional<Long> fetched(StatePage page, long after) {
        if (fetch.isEmpty() && after != Long.MIN_VALUE) {
            return Optional.empty();
        }
        Fetch running = fetch.orElseGet(() -> new Fetch(page.sequence()));
        fetch = Optional.of(running);
        page.listings().forEach(listing -> running.listings.put(listing.id(), listing));
        if (page.more() && !page.listings().isEmpty()) {
            return Optional.of(page.listings().get(page.listings().size() - 1).id());
        }
        fetch = Optional.empty();
        replace(running);
        return Optional.empty();
    }

    private void replace(Fetch fetched) {
        Set<Long> gone = new HashSet<>(byId.keySet());
        gone.removeAll(fetched.listings.keySet());
        gone.forEach(this::remove);
        fetched.listings.values().forEach(this::add);
        sequence = fetched.sequence;
        complete = true;
        // What changed while the pages came: the later pages had part of it already, which does no harm.
        List<Notice> meanwhile = List.copyOf(kept);
        kept.clear();
        meanwhile.forEach(this::told);
    }

    /** The member is gone. */
    void clear() {
        Set.copyOf(byId.keySet()).forEach(this::remove);
        complete = false;
        sequence = -1;
    }
}
