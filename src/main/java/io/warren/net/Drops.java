package io.warren.net;

import java.util.concurrent.atomic.LongAdder;

/** Datagrams that this process has given up, wherever a queue was full, a table was, a rate was exceeded, or nobody could take them. Any thread. */
public final class Drops {
    private static final LongAdder DATAGRAMS = new LongAdder();

    private Drops() {}

    /** Since the process began. */
    public static long datagrams() {
        return DATAGRAMS.sum();
    }

    /** One more. */
    public static void count() {
        DATAGRAMS.increment();
    }
}
