package io.warren.net;

import java.util.List;

/** How fast bytes may go in one direction. A relay asks before it reads and tells what it read; one that is shared by several relays is thread-safe. */
public interface Pace {
    /** No limit. */
    Pace FREE = new Pace() {
        @Override
        public long delayNanos() {
            return 0;
        }

        @Override
        public int atMost() {
            return Integer.MAX_VALUE;
        }

        @Override
        public void passed(long bytes) {}
    };

    /** How long nothing may be read from now on; 0 = read. */
    long delayNanos();

    /** How many bytes one read may take, at least 1. */
    int atMost();

    /** So many bytes were read, perhaps more than allowed: the next delay is the longer. */
    void passed(long bytes);

    /** Whether that many bytes, which cannot wait and cannot be cut, may pass now; then they are counted. */
    default boolean admits(int bytes) {
        if (delayNanos() > 0) {
            return false;
        }
        passed(bytes);
        return true;
    }

    /** The slowest of several. */
    static Pace slowestOf(List<Pace> paces) {
        if (paces.isEmpty()) {
            return FREE;
        }
        return paces.size() == 1
                ? paces.get(0)
                : new Pace() {
                    @Override
                    public long delayNanos() {
                        long longest = 0;
                        for (Pace pace : paces) {
                            longest = Math.max(longest, pace.delayNanos());
                        }
                        return longest;
                    }

                    @Override
                    public int atMost() {
                        int least = Integer.MAX_VALUE;
                        for (Pace pace : paces) {
                            least = Math.min(least, pace.atMost());
                        }
                        return least;
                    }

                    @Override
                    public void passed(long bytes) {
                        for (Pace pace : paces) {
                            pace.passed(bytes);
                        }
                    }
                };
    }
}
