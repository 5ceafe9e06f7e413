package io.warren.service;

import io.warren.spi.Holder;
import io.warren.spi.Offer;
import java.util.Comparator;

/**
 * Which of several agents is to have the next visitor: one that has proved alive before one that has yet to; one whose member stays before one whose
 * member is about to leave, either before one that has just failed; then who takes everything ({@link Offer#FIRST}); then who has fewest live streams for
 * its weight; then the newest, which of two sessions of one agent is the one that lives.
 *
 * @param slack by how many streams one of another member has to be less busy than one of this
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
        return load != 0 ? load : Long.compare(b.id(), a.id());
    }

    private static boolean isFirst(Entry entry) {
        return entry.offer().weight() >= Offer.FIRST;
    }

    private static int standing(Entry entry) {
        boolean leaving = entry.holder().state() == Holder.State.DRAINING;
        return (entry.isDoubted() ? 4 : 0) + (entry.isShunned() ? 2 : 0) + (leaving ? 1 : 0);
    }

    /** With the visitor who is coming: a weight has to count when nobody has any. */
    private long load(Entry entry) {
        return entry.live() + 1L + (entry.isLocal() ? 0 : slack);
    }
}
