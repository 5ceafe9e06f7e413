package io.warren.layer.smux;

/**
 * How much the peer may have on its way to one reader (version 2). Starts at the size that every peer takes for granted and follows the reader's pace:
 * what it takes in one second, which covers any round trip. A reader that is slower than the sender has no use for more, and bytes that wait in memory
 * cost it time.
 */
final class ReceiveWindow {
    /** Fixed by the protocol: what a peer may send before it hears from us. */
    static final int INITIAL = 262144;

    static final int MAX = 32 * 1024 * 1024;

    private static final int FASTEST_GROWTH = 8;
    private static final int UPDATE_AFTER = 1024 * 1024;
    private static final long SECOND = 1_000_000_000L;

    private final WindowBudget budget;
    private final boolean fixed;
    private int size;
    private int largest;
    private int grown;
    private int consumed;
    private int sinceUpdate;
    private boolean first = true;
    private int measured;
    private int starved;
    private long measuredFrom;

    ReceiveWindow(int fixedSize, WindowBudget budget) {
        this.budget = budget;
        this.fixed = fixedSize > 0;
        this.size = fixed ? fixedSize : INITIAL;
        this.largest = Math.max(size, INITIAL);
    }

    /**
     * @param waiting what was delivered and still waits for the reader
     * @return whether the peer is to be told
     */
    boolean consumed(int bytes, int waiting, long now) {
        consumed += bytes;
        if (waiting == 0) {
            starved += bytes;
        }
        sinceUpdate += bytes;
        if (first) {
            measuredFrom = now;
        }
        measured += bytes;
        if (!first && sinceUpdate < Math.min(size / 4, UPDATE_AFTER)) {
            return false;
        }
        first = false;
        sinceUpdate = 0;
        if (!fixed && measured >= size) {
            grow(now);
        }
        return true;
    }

    private void grow(long now) {
        long perSecond = (long) (measured * ((double) SECOND / Math.max(now - measuredFrom, 1)));
        int wanted = (int) Math.min(Math.min(perSecond, (long) size * FASTEST_GROWTH), MAX);
        if (wanted > size && starved >= measured / 2) {
            int more = budget.take(wanted - size);
            grown += more;
            size += more;
            largest = Math.max(largest, size);
        }
        measured = 0;
        starved = 0;
        measuredFrom = now;
    }

    /**
     * Gives back what a reader that has stopped no longer needs.
     *
     * @return whether the peer is to be told
     */
    boolean shrink() {
        if (grown == 0) {
            return false;
        }
        release();
        size = INITIAL;
        return true;
    }

    void release() {
        budget.give(grown);
        grown = 0;
    }

    int consumed() {
        return consumed;
    }

    int size() {
        return size;
    }

    /** More than this cannot wait for the reader if the peer keeps to what it was told. */
    int largest() {
        return largest;
    }
}
