package io.warren.service;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.warren.fixture.Until;
import io.warren.net.Loops;
import io.warren.net.Paces;
import io.warren.net.ProxyException;
import io.warren.spi.Egress;
import io.warren.spi.Endpoint;
import io.warren.spi.Foreign;
import io.warren.spi.Holder;
import io.warren.spi.Network;
import io.warren.spi.Offer;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

class PreferenceTest {
    private static final Egress NOWHERE =
            (session, target) -> Future.failedFuture(ProxyException.unsupported("not in this test"));

    private static final Vertx VERTX = Loops.create();

    @AfterAll
    static void end() throws Exception {
        Until.done(VERTX.close());
    }

    private Holder.State state = Holder.State.READY;

    private final Holder holder = new Holder() {
        @Override
        public String name() {
            return "other";
        }

        @Override
        public State state() {
            return state;
        }
    };

    private static Offer weighing(int weight) {
        return new Offer(Optional.of("alice"), Optional.empty(), weight, Offer.ANY, Offer.Reach.CLUSTER);
    }

    private static Entry here(long id, int weight) {
        Holder self = new Holder() {
            @Override
            public String name() {
                return "self";
            }

            @Override
            public State state() {
                return State.READY;
            }
        };
        return Entry.here(id, weighing(weight), 0, NOWHERE, VERTX.getOrCreateContext(), self, Paces.FREE, e -> {});
    }

    private Entry there(long id, int weight) {
        return Entry.of(new Foreign(id, new Endpoint(Network.TCP, ":1"), weighing(weight), 0, NOWHERE, holder));
    }

    private static Entry best(int slack, List<Entry> entries) {
        return entries.stream().min(new Preference(slack)).orElseThrow();
    }

    private static Map<Entry, Integer> spread(int visitors, int slack, List<Entry> entries) {
        Map<Entry, Integer> counts = new HashMap<>();
        for (int i = 0; i < visitors; i++) {
            Entry entry = best(slack, entries);
            entry.opened();
            counts.merge(entry, 1, Integer::sum);
        }
        return counts;
    }

    @Test
    void fewestStreamsOfTheClusterCountHereOrThere() {
        Entry near = there(-2, 1);
        Entry far = there(-1, 1);
        near.told(3);
        far.told(2);
        assertThat(best(0, List.of(near, far))).isSameAs(far);
        far.opened();
        far.opened();
        assertThat(best(0, List.of(near, far))).isSameAs(near);
    }

    @Test
    void streamsFromHereAreNotCountedTwiceOnceTheirMemberTells() {
        Entry entry = there(-1, 1);
        entry.opened();
        entry.opened();
        assertThat(entry.live()).isEqualTo(2);
        entry.told(5);
        assertThat(entry.live()).isEqualTo(5);
        entry.opened();
        assertThat(entry.live()).isEqualTo(6);
        entry.closed();
        entry.closed();
        entry.told(3);
        entry.closed();
        assertThat(entry.live()).isEqualTo(2);
    }

    @Test
    void visitorsAreSharedByWeight() {
        List<Entry> entries = List.of(there(-1, 1), there(-2, 3), there(-3, 6));
        Map<Entry, Integer> counts = spread(100, 0, entries);
        assertThat(entries.stream().map(counts::get)).containsExactly(10, 30, 60);
    }

    @Test
    void oneOfThisMemberIsPreferredByTheSlackAndNoFurther() {
        Entry local = here(1, 1);
        List<Entry> entries = List.of(local, there(-1, 1), there(-2, 1));
        Map<Entry, Integer> counts = spread(32, 2, entries);
        assertThat(entries.stream().map(counts::get).sorted(Comparator.reverseOrder()))
                .containsExactly(12, 10, 10);
        assertThat(counts.get(local)).isEqualTo(12);
    }

    @Test
    void whoseMemberLeavesAndWhoHasJustFailedComesLast() {
        Entry leaving = there(-1, 9);
        Entry busy = here(1, 1);
        Entry failing = here(2, 1);
        busy.opened();
        state = Holder.State.DRAINING;
        failing.failed();
        List<Entry> entries = List.of(failing, leaving, busy);
        assertThat(entries.stream().sorted(new Preference(2))).containsExactly(busy, leaving, failing);
        failing.answered();
        assertThat(best(2, entries)).isSameAs(failing);
    }

    @Test
    void whoTakesEverythingComesFirstHoweverBusy() {
        Entry light = here(1, 100);
        Entry first = here(2, Offer.FIRST);
        assertThat(spread(1000, 0, List.of(light, first))).containsExactly(Map.entry(first, 1000));
    }

    private static Map<Entry, Integer> oneAfterTheOther(Turns turns, int visitors, List<Entry> entries) {
        Map<Entry, Integer> counts = new HashMap<>();
        for (int i = 0; i < visitors; i++) {
            Entry entry = best(2, entries);
            turns.has(entry);
            counts.merge(entry, 1, Integer::sum);
        }
        return counts;
    }

    @Test
    void visitorsWhoComeOneAfterTheOtherAreSharedByWeightToo() {
        Turns turns = new Turns();
        List<Entry> entries = List.of(there(-1, 1), there(-2, 3), there(-3, 6));
        Map<Entry, Integer> counts = oneAfterTheOther(turns, 1000, entries);
        assertThat(entries.stream().map(counts::get)).containsExactly(100, 300, 600);
    }

    @Test
    void newcomerTakesItsTurnAndNoMore() {
        Turns turns = new Turns();
        Entry old = here(1, 1);
        assertThat(oneAfterTheOther(turns, 1000, List.of(old))).containsEntry(old, 1000);
        Entry fresh = here(2, 1);
        turns.enters(fresh);
        Map<Entry, Integer> counts = oneAfterTheOther(turns, 100, List.of(old, fresh));
        assertThat(counts.get(fresh)).isBetween(50, 51);
    }
}
