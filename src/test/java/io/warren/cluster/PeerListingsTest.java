package io.warren.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import io.warren.spi.Endpoint;
import io.warren.spi.Network;
import io.warren.spi.Offer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** One member's listings and what another one makes of its messages, some of which are lost. */
class PeerListingsTest {
    private final OwnListings own = new OwnListings(UUID.randomUUID());
    private final Set<Long> seen = new TreeSet<>();
    private final List<String> events = new ArrayList<>();
    private final PeerListings peer = new PeerListings(new PeerListings.Changes() {
        @Override
        public void appeared(Listing listing) {
            assertThat(seen.add(listing.id())).isTrue();
            events.add("+" + listing.id());
        }

        @Override
        public void vanished(Listing listing) {
            assertThat(seen.remove(listing.id())).isTrue();
            events.add("-" + listing.id());
        }

        @Override
        public void live(Listing listing, int streams) {
            events.add(listing.id() + "=" + streams);
        }
    });

    private static Listing listing(long id) {
        return new Listing(
                id,
                new Endpoint(Network.TCP, ":" + id),
                new Offer(Optional.empty(), Optional.empty(), 1, Offer.ANY, Offer.Reach.CLUSTER),
                5);
    }

    @CanIgnoreReturnValue
    private Notice remove(long id) {
        return own.remove(id).orElseThrow();
    }

    @CanIgnoreReturnValue
    private Notice add(long id) {
        return own.add(listing(id));
    }

    private void fetch() {
        peer.fetching();
        Optional<Long> after = Optional.of(Long.MIN_VALUE);
        while (after.isPresent()) {
            long last = after.get();
            after = peer.fetched(Wire.page(Wire.encode(own.page(last))), last);
        }
    }

    @Test
    void changesInOrderAreApplied() {
        fetch();
        peer.told(add(1));
        peer.told(add(2));
        peer.told(remove(1));
        assertThat(events).containsExactly("+1", "+2", "-1");
        peer.told(own.digest());
        assertThat(peer.complete()).isTrue();
    }

    @Test
    void countsAreNoChangeAndThoseOfUnknownRegistrationsAreIgnored() {
        fetch();
        peer.told(add(1));
        peer.told(own.counts(Map.of(1L, 4, 2L, 5)));
        peer.told(add(2));
        assertThat(peer.complete()).isTrue();
        assertThat(events).containsExactly("+1", "1=4", "+2");
    }

    @Test
    void lostChangeIsNoticedByTheNextOneAndHealed() {
        fetch();
        peer.told(add(1));
        Notice lost = add(2);
        assertThat(peer.complete()).isTrue();
        peer.told(add(3));
        assertThat(peer.complete()).isFalse();
        fetch();
        assertThat(seen).containsExactly(1L, 2L, 3L);
        peer.told(lost);
        peer.told(own.digest());
        assertThat(peer.complete()).isTrue();
    }

    @Test
    void lostLastChangeIsNoticedByTheDigestAndHealed() {
        fetch();
        peer.told(add(1));
        remove(1);
        peer.told(own.digest());
        assertThat(peer.complete()).isFalse();
        fetch();
        assertThat(seen).isEmpty();
        assertThat(events).containsExactly("+1", "-1");
    }

    @Test
    void changesWhilePagesComeAreNotLost() {
        for (long id = 1; id <= 2500; id++) {
            add(id);
        }
        peer.fetching();
        Optional<Long> after = peer.fetched(own.page(Long.MIN_VALUE), Long.MIN_VALUE);
        assertThat(after).contains(1000L);
        peer.told(remove(5));
        peer.told(remove(1500));
        after = peer.fetched(own.page(1000), 1000);
        peer.told(add(2501));
        assertThat(after).contains(2001L);
        assertThat(peer.fetched(own.page(2001), 2001)).isEmpty();
        assertThat(peer.complete()).isTrue();
        peer.told(own.digest());
        assertThat(peer.complete()).isTrue();
        assertThat(seen).hasSize(2499).doesNotContain(5L, 1500L).contains(2501L);
    }

    @Test
    void departedMembersListingsVanish() {
        add(1);
        add(2);
        fetch();
        peer.clear();
        assertThat(seen).isEmpty();
    }

    @Test
    void anyLossIsHealedByADigestAndAFetch() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        fetch();
        Set<Long> there = new TreeSet<>();
        for (long id = 1; id < 3000; id++) {
            Notice notice;
            if (!there.isEmpty() && random.nextInt(3) == 0) {
                long victim = there.stream()
                        .skip(random.nextInt(there.size()))
                        .findFirst()
                        .orElseThrow();
                there.remove(victim);
                notice = remove(victim);
            } else {
                there.add(id);
                notice = add(id);
            }
            if (random.nextInt(5) != 0) {
                peer.told(notice);
            }
            if (random.nextInt(50) == 0) {
                peer.told(own.digest());
                if (!peer.complete()) {
                    fetch();
                }
                assertThat(seen).as("seed %d", seed).isEqualTo(there);
            }
        }
    }
}
