package io.warren.service;

import io.warren.spi.Holder;
import io.warren.spi.Offer;
import java.util.Comparator;

/**
 * Which of several agents is to have the next visitor: one that has proved alive before one that has yet to; one whose member stays before one whose
 * member is about to leave, either before one that has just failed; then who takes everything ({@link Offer#FIRST}); then who has fewest live streams for
 * its weight; then one of this member; then whose turn it is, which comes as often as its weight says; then the newest.
 *
 * @param slack by how many streams (for each unit of weight) one of another member has to be less busy than one of this
 */
record Preference(int slack) implements Comparator<Entry> {
    @Override
    public int compare(Entry a, Entry b) {
        int standing = Integer.compare(standing(a), standing(b));
        if (standing != 0) {
            return standing;
        }
        if (isFirst(a) != isFirst(b)) {
            return isFirst(a) ? -1 : 1;
        }
        // a / weight of a < b / weight of b, without fractions
        int load =
                Long.compare(load(a) * b.offer().weight(), load(b) * a.offer().weight());
        if (load != 0) {
            return load;
        }
        if (a.isLocal() != b.isLocal()) {
            return a.isLocal() ? -1 : 1;
        }
        int turn = Double.compare(a.turn(), b.turn());
        return turn != 0 ? turn : Long.compare(b.id(), a.id());
    }

    private static boolean isFirst(Entry entry) {
        return entry.offer().weight() >= Offer.FIRST;
    }

    private static int standing(Entry entry) {
        boolean leaving = entry.holder().state() == Holder.State.DRAINING;
        return (entry.isDoubted() ? 4 : 0) + (entry.isShunned() ? 2 : 0) + (leaving ? 1 : 0);
    }

    /** In streams per unit of weight, times the weight. */
    private long load(Entry entry) {
        return entry.live()
                + (entry.isLocal() ? 0L : (long) slack * entry.offer().weight());
    }
}
